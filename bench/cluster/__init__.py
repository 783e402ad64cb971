"""A cluster of several nodes on this machine."""
