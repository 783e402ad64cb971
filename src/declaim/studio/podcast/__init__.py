"""Scripts into podcasts: who says what, mixed with music, with a transcript, chapters and a feed entry."""
