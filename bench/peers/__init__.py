"""Declaim beside other engines: same weights, same texts, same machine, in turns."""
