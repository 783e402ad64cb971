"""Stage 4: from frames to samples."""
