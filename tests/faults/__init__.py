"""Faults of the machine, the program and of what people send, each by name."""
