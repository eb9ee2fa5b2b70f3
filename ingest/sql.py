"""Texts and names as SQL writes them: the one place where they are quoted.

In: a value or a name. Out: a piece of SQL that stands for exactly that, whatever signs it holds.
"""

from __future__ import annotations

from pathlib import Path


def literal(value: str | Path) -> str:
    """A text, or the path of a file, as a constant."""
    return "'" + str(value).replace("'", "''") + "'"


def name(value: str) -> str:
    """The name of a column or table: any text, a word that SQL keeps for itself too."""
    return '"' + value.replace('"', '""') + '"'
