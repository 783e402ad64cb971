"""The HTTP service: worker processes that speak, and the interfaces in front of them."""
