"""From samples to files and streams."""
