"""Machine code for the inner loops of the vocoder: x86-64 with AVX-512 VNNI, assembled on first use."""
