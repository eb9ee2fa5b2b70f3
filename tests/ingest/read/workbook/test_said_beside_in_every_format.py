"""What stands beside the values of a sheet is said alike, whichever format the workbook has: every kind, every format.

A format or a kind that is new has to answer here: it says the same as all others, or why it cannot.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ingest.read.form.read import read
from ingest.read.reading import Reading
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding
from tests.ingest.read.beside_writers import BESIDE, Beside
from tests.ingest.read.samples import HEADER, changed, typed

_ROWS = (HEADER, *(changed(iin=f"09010170000{last}", letter="А") for last in range(6)))
_PLAIN = Beside(_ROWS)
_LETTER, _MISSED, _REASON = (
    HEADER.index(name) + 1 for name in ("letter", "lessons_missed", "absence_reason")
)
_UNCOMPUTED = replace(
    _PLAIN,
    rows=tuple(
        tuple("" if (row, column) == (3, _MISSED) else text for column, text in enumerate(cells, 1))
        for row, cells in enumerate(_ROWS, 1)
    ),
    uncomputed=frozenset({(3, _MISSED)}),
)

Said = tuple[str, str | None, int | None, object]
KINDS: dict[str, tuple[Beside, list[Said]]] = {
    "hidden rows": (
        replace(_PLAIN, hidden_rows=frozenset({3, 4, 6})),
        [("hidden_rows_read", None, 3, "3–4, 6")],
    ),
    "hidden columns": (
        replace(_PLAIN, hidden_columns=frozenset({5})),
        [("hidden_columns_read", "E1", 1, "E")],
    ),
    "colours": (
        replace(_PLAIN, coloured=frozenset({(3, 2), (5, 4), (6, _REASON)})),
        [("coloured_cells", "B3", 3, "B3, D5, J6")],
    ),
    "struck out": (replace(_PLAIN, struck=frozenset({(4, 2)})), [("struck_cells", "B4", 4, "B4")]),
    "comments": (
        replace(_PLAIN, commented=frozenset({(2, 1), (5, 2)})),
        [("commented_cells", "A2", 2, "A2, B5")],
    ),
    "per cent": (replace(_PLAIN, shares=(((3, _MISSED), 0.45),)), [("percent_sign", "G3", 3, "45")]),
    "formulas without a value": (_UNCOMPUTED, [("formula_without_value", "G3", 3, None)]),
}
# What a format has no place for, so that nobody who writes it says anything of the kind.
NO_PLACE = {
    ("xlsb", "formulas without a value"): "a value stands in the record of every formula",
    ("xls", "formulas without a value"): "a value stands in the record of every formula",
    ("SYLK", "hidden rows"): "heights of rows are no part of it",
    ("SYLK", "colours"): "it has shades, and no colours of cells",
    ("SYLK", "struck out"): "its looks of texts are bold and italic",
    ("SYLK", "comments"): "comments are no part of it",
    **{("DIF", kind): "it has values and nothing besides" for kind in KINDS},
}


def _said(reading: Reading, found: list[Finding]) -> list[Said]:
    """The findings but those on the format itself: code, cell, row, and what they list."""
    kinds = {code for _, wanted in KINDS.values() for code, *_ in wanted}
    told = [finding for finding in (*reading.findings, *found) if finding.code in kinds]
    assert not [one for one in found if one not in told]
    return [
        (
            one.code,
            one.cell if one.code != "hidden_rows_read" else None,
            one.row,
            one.suggestion
            or next((one.params[name] for name in ("rows", "columns", "cells") if name in one.params), None),
        )
        for one in told
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", BESIDE)
def test_every_format_says_it_alike(tmp_path: Path, attendance: Contract, name: str, kind: str) -> None:
    given, wanted = KINDS[kind]
    reading = read(BESIDE[name](tmp_path / "a", given), attendance)
    if (name, kind) in NO_PLACE:
        return
    rows, found = typed(reading, attendance)
    assert _said(reading, found) == wanted
    assert len(rows) == 6


@pytest.mark.parametrize("name", BESIDE)
def test_of_a_plain_sheet_nothing_is_said(tmp_path: Path, attendance: Contract, name: str) -> None:
    reading = read(BESIDE[name](tmp_path / "a", _PLAIN), attendance)
    rows, found = typed(reading, attendance)
    assert _said(reading, found) == []
    assert [row["iin"] for row in rows] == [cells[1] for cells in _ROWS[1:]]
