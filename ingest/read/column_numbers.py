"""Columns of sheets by their letters.

In: the letters of a cell's address as a file states them. Out: the number of the column, from 1.
"""

from __future__ import annotations


def column_number(letters: bytes) -> int:
    """`A` → 1, `AA` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
