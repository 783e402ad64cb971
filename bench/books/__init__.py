"""Books of our own to read aloud, made by a seeded grammar: parts, notes, verse, dialogue, a cover."""
