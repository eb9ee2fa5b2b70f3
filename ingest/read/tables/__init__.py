"""Where the tables of a grid lie, and which of their rows are headers."""
