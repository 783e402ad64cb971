"""A small multilingual sentence encoder with a trained head: with which emotion a sentence is to be read."""
