"""Engines that stand in for each other: who speaks a sentence, who ends it, and who is left alone."""
