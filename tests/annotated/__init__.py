"""Seeded sheets of which every row is known: what is header, what is data, what is neither."""
