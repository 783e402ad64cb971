"""The vocoder's graph in other words: each module holds one pure function from model to model."""
