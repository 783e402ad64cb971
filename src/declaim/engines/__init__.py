"""Whatever can speak a sentence."""
