"""Whether prosody is heard, does no harm, and costs little."""
