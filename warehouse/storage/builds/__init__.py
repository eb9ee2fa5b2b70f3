"""A build: the star schema made anew from a list of submissions."""
