"""Headers as people write them → fields of the form.

In: the first rows of a sheet or csv as text, and the contract. Out: the row that is the header and which
column holds which field. A header may be a field's name, label or alias in any language, in any order, in any
case, with line breaks, no-break spaces, stars for required columns, a number before it, a remark in brackets
after it, two languages in one cell, Latin letters that look like Cyrillic ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.schema.contract import Contract
from ingest.schema.letters import folded_text

Cells = Sequence[str | None]

# How far down a header is looked for: titles, order numbers and stamps stand above it, data does not.
SEARCHED_ROWS = 60

_NUMBER = re.compile(r"^\d{1,3}\s*[.)]\s*")
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")
_LANGUAGES = re.compile(r"\s+/\s+|\n+|\s*\|\s*")


@dataclass(frozen=True)
class Header:
    """A row that names columns: `index` is its 0-based place among the rows searched.

    `columns`: field → 0-based column, in the file's order. `duplicates`: field → all its columns where it has
    several. `unknown`: column → header that no field answers to.
    """

    index: int
    columns: dict[str, int]
    duplicates: dict[str, list[int]]
    unknown: dict[int, str]


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """A header without what tells no headers apart, stars of required columns included."""
    return folded_text(text.replace("*", " ").replace("＊", " "))


class HeaderWords:
    """Every way to write the headers of one form."""

    def __init__(self, contract: Contract) -> None:
        self._field_of: dict[str, str] = {}
        for field in contract.fields:
            labels = field.labels
            for word in (field.name, labels.kk, labels.ru, labels.en, *field.aliases):
                self._field_of.setdefault(folded(word), field.name)

    def field(self, text: str) -> str | None:
        """The field a header cell names, None for none."""
        for candidate in _ways_to_read(text):
            if candidate and (found := self._field_of.get(candidate)):
                return found
        return None

    def matched(self, cells: Cells) -> int:
        """How many different fields a row of cells names."""
        return len({field for cell in cells if cell and (field := self.field(cell))})


def _ways_to_read(text: str) -> Iterator[str]:
    yield folded(text)
    bare = _REMARK.sub("", _NUMBER.sub("", text.strip()))
    yield folded(bare)
    for part in _LANGUAGES.split(bare):
        yield folded(part)
        yield folded(_REMARK.sub("", part))


def find_header(rows: Iterable[Cells], contract: Contract) -> Header | None:
    """The row that names most fields, the upper one of equals; None where no row names two.

    A form of one column needs one. A row of which every cell is a header, and which names half of the fields,
    ends the search: nothing below can be more of a header.
    """
    words = HeaderWords(contract)
    best: tuple[int, int, Cells] | None = None
    for index, cells in enumerate(rows):
        score = words.matched(cells)
        filled = sum(1 for cell in cells if cell and cell.strip())
        if score >= min(2, len(contract.fields)) and (best is None or score > best[0]):
            best = (score, index, cells)
            if score == filled and 2 * score >= len(contract.fields):
                break
    return _header(best[1], best[2], words) if best else None


def _header(index: int, cells: Cells, words: HeaderWords) -> Header:
    places: dict[str, list[int]] = {}
    unknown: dict[int, str] = {}
    for column, cell in enumerate(cells):
        if not cell or not cell.strip():
            continue
        if field := words.field(cell):
            places.setdefault(field, []).append(column)
        else:
            unknown[column] = cell
    return Header(
        index=index,
        columns={field: columns[0] for field, columns in places.items()},
        duplicates={field: columns for field, columns in places.items() if len(columns) > 1},
        unknown=unknown,
    )
