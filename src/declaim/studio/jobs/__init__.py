"""Durable production: passages in, takes out, whatever happens to the process meanwhile."""
