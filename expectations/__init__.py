"""Judging: the Great Expectations suite of a contract, its rule library, the verdict on each file."""
