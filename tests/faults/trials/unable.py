"""What a machine does not allow: a trial that cannot be tried there says so, and never passes as one that held."""

from __future__ import annotations


class UnableHereError(Exception):
    """Says what is missing."""
