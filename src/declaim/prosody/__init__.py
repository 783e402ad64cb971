"""Stage 2: how each sentence is said."""
