"""The service on several machines: engines that Ray Serve keeps, and the same HTTP service before them."""
