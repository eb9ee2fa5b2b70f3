"""Findings of a verdict: their causes, in which order, as files, as queries with their answers."""
