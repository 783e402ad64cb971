"""How well the speech is understood and how clean it sounds: ``python -m bench.quality``."""
