"""Books out of files: one reader a format, and the function that chooses among them."""
