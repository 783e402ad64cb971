"""The iSTFTNet generator in integers: from 80 frames a second to a spectrum 4,800 times a second."""
