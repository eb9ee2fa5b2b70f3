"""The tasks of the clockwork: what each does, when it waits, what is told of its failures."""
