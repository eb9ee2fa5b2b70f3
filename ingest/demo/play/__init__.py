"""The synthetic country written into an installation, moment after moment, and told at the end."""
