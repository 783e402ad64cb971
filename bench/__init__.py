"""Measurements beside the field: quality, latency and memory. Run from the repository's root."""
