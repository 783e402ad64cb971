"""How well dialogue is found and attributed: annotated chapters, generated books, and the bench itself."""
