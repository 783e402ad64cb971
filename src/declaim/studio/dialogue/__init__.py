"""Who says what in a book: quotes, their speakers, and the passages that come of them."""
