"""Stage 1: from the user's text to sentences of clauses of phonemes."""
