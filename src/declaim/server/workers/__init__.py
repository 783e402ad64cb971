"""Worker processes: what computes, and may be killed at any time."""
