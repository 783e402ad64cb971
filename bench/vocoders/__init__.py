"""Which runtime, and which way to write the graph, vocodes fastest at the same sound."""
