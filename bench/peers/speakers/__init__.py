"""How each peer is asked to speak: a module each, imported only in that peer's environment."""
