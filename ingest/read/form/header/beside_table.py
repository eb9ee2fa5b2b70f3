"""Cells above a table that say something of all its rows: «Класс: 7 «А»» → columns of the form.

In: the rows above a header, the name of the sheet, and the layout of the contract. Out: for each column that is held
there, its text and the cell it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.read.cells.own_pattern import parts_alike
from ingest.read.form.header.header_match import folded
from ingest.read.form.header.sheet_choice import said_by_name
from ingest.read.tables.multi_row_header import Cells
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.sheets import Beside

_PARTING = re.compile(r"(?<!\s)\s*[:：–—-]\s*")
_LONGEST = 400


@dataclass(frozen=True)
class Held:
    """What is said of all rows. `row`, `column`: from 1, None where the name of the sheet says it."""

    text: str
    row: int | None = None
    column: int | None = None


def held_beside(
    contract: Contract, sheet: str | None, above: Sequence[Cells], first_column: int
) -> Mapping[str, Held]:
    """Column → what is said of it beside the table; a cell goes before the name of the sheet."""
    layout = contract.layout
    found = {name: Held(text) for name, text in said_by_name(sheet, layout).items()}
    for entry in layout.beside:
        for row, cells in enumerate(above, 1):
            said = next(behind_label(entry.labels, cells), None)
            if said is None:
                continue
            column, text = said
            found |= {
                name: Held(part, row, column + first_column)
                for name, part in _parts(entry, text).items()
                if part
            }
            break
    return found


def behind_label(labelled: Iterable[str], cells: Cells) -> Iterator[tuple[int, str]]:
    """The column, from 0, and the text behind one of the labels, in the cells of a row that have it."""
    labels = {folded(label) for label in labelled}
    for column, cell in enumerate(cells):
        text = (cell or "").strip()[:_LONGEST]
        if not text:
            continue
        label, rest = _parted(text, labels)
        if label and rest:
            yield column, rest
        elif label:
            right = ((place, cells[place] or "") for place in range(column + 1, len(cells)))
            yield from ((place, other.strip()) for place, other in right if other.strip())


def _parted(text: str, labels: set[str]) -> tuple[bool, str]:
    """Whether a cell begins with a label, and what stands behind it."""
    if folded(text) in labels:
        return True, ""
    for mark in _PARTING.finditer(text):
        if folded(text[: mark.start()]) in labels:
            return True, text[mark.end() :].strip()
    words = text.split(" ")
    for count in range(len(words) - 1, 0, -1):
        if folded(" ".join(words[:count])) in labels:
            return True, " ".join(words[count:]).strip()
    return False, ""


def _parts(entry: Beside, text: str) -> dict[str, str]:
    if entry.pattern is None:
        return dict.fromkeys(entry.fields, text)
    return parts_alike(entry.pattern, " ".join(text.split())) or {}
