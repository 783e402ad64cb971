"""How many cores so many listeners need: a simulation, fed with measured times and held against loads."""
