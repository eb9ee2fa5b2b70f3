"""Whole columns of text: cleaned where they need it, and what only a column as a whole says of its cells."""
