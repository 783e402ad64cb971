"""The model store: pinned artifacts, fetched once, verified before use."""
