"""Judging reports: how fast, how fair, how much memory where everything is wrong."""
