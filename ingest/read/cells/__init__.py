"""Texts of cells → typed values, and what is to be said of those that have none."""
