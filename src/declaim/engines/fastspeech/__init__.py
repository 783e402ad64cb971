"""FastSpeech2 with MB-MelGAN or Griffin-Lim: the fast understudy for Mandarin."""
