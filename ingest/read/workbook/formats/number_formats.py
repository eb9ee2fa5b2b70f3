"""Which numbers of a workbook are shown in a wanted way: in per cent, as a day with a time.

In: the path of a workbook of any kind, and which formats are wanted. Out: the places of such numbers by sheet. Each
kind of workbook keeps its formats in its own way (`package_formats`, `binary_formats`, `document_formats`); what a
format shows is said of its code alone, which an .ods is given as well.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

Places: TypeAlias = "Mapping[int, Sequence[int]]"
"""Column of a sheet → rows, both from 1. Compact, since a whole sheet may be formatted so."""

_QUOTED = re.compile(r'"[^"]*"|\\.|_.')


@dataclass(frozen=True)
class Wanted:
    """`shows`: whether a format's code is wanted, without what it quotes; `built_in`: the numbers of those that no
    file spells out. Of an .ods besides: `signs`: what its XML holds where any such number is; `value_type`: how it
    calls such values; `shows_text`: whether a cell without a format shows a wanted text."""

    shows: Callable[[str], bool]
    built_in: frozenset[int]
    signs: tuple[bytes, ...]
    value_type: str = ""
    shows_text: Callable[[str], bool] = lambda _: False

    def has(self, number: int, codes: Mapping[int, str]) -> bool:
        """Whether the format of that number is wanted. `codes`: of the formats that the file spells out."""
        return self.shows_code(codes[number]) if number in codes else number in self.built_in

    def shows_code(self, code: str) -> bool:
        """Whether a format of that code is wanted."""
        return self.shows(_QUOTED.sub("", code))


class Found:
    """The places found on one sheet, as they come."""

    def __init__(self) -> None:
        self.places: dict[int, array[int]] = {}

    def add(self, row: int, column: int) -> None:
        """Take in a cell, both from 1."""
        self.places.setdefault(column, array("i")).append(row)
