"""Stage 3: from phonemes to frames of features, pitch and energy."""
