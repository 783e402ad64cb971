"""A small causal language model: how predictable each word is, given all that was said before it."""
