"""How soon the first sound comes, how long the whole takes, and in how much memory."""
