"""Tables side by side on one sheet: each with the whole header of the form is read, others are named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read.form.read import read
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from tests.ingest.read.samples import HEADER, ROW, changed, reconciled, typed
from tests.ingest.read.writers import WRITERS

_FORMATS = ["openpyxl", "xlwt", "odfpy", "xlsb", "html", "csv"]
_OTHER = [["Кабинет", "Қабат"], ["101", "1"], ["102", "1"], ["201", "2"]]
_ATTENDANCE = contract_of("attendance")


def _person(serial: int) -> tuple[str, ...]:
    return changed(iin=f"{90_101_700_000 + serial:012}")


def _beside(*tables: Sequence[Sequence[str]], gap: int = 1, top: Sequence[str] = ()) -> list[list[str]]:
    """The tables on one sheet from left to right, with so many blank columns between; `top`: a title above each."""
    height = max(map(len, tables))
    rows = [[] for _ in range(height)] if not top else [[] for _ in range(height + 1)]
    for number, table in enumerate(tables):
        width = max(map(len, table))
        lines = [[top[number], *[""] * (width - 1)], *table] if top else list(table)
        for place, row in enumerate(rows):
            cells = list(lines[place]) if place < len(lines) else []
            row += [*cells, *[""] * (width - len(cells)), *([""] * gap if number < len(tables) - 1 else [])]
    return rows


@pytest.mark.parametrize("gap", [0, 1, 2])
@pytest.mark.parametrize("kind", _FORMATS)
def test_two_classes_are_read_one_after_another_with_the_addresses_they_have(
    tmp_path: Path, attendance: Contract, kind: str, gap: int
) -> None:
    left = [HEADER, _person(0), _person(1), _person(2)]
    right = [HEADER, _person(3), changed(iin="090101700004", date="ертең")]
    path = WRITERS[kind](tmp_path / "a", _beside(left, right, gap=gap, top=("5 «А»", "5 «Ә»")), ())
    reading = reconciled(read(path, attendance))
    rows, findings = typed(reading, attendance)
    assert [row["iin"][-1] for row in rows] == list("01234")
    column = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[len(HEADER) + gap + HEADER.index("date")]
    assert [(one.code, one.cell) for one in findings] == [("not_a_date", f"{column}4")]
    assert "tables_beside_read" in {one.code for one in reading.findings}
    assert not {one.code for one in reading.findings} & {
        "duplicate_column",
        "unnamed_column",
        "tables_beside",
    }


@pytest.mark.parametrize("kind", _FORMATS)
@pytest.mark.parametrize("is_left", [True, False])
def test_another_table_beside_the_form_s_is_named_and_not_read(
    tmp_path: Path, attendance: Contract, kind: str, is_left: bool
) -> None:
    own = [HEADER, _person(0), _person(1)]
    tables = (own, _OTHER) if is_left else (_OTHER, own)
    reading = reconciled(read(WRITERS[kind](tmp_path / "a", _beside(*tables), ()), attendance))
    rows, findings = typed(reading, attendance)
    assert ([row["iin"][-1] for row in rows], findings) == (["0", "1"], [])
    (said,) = [one for one in reading.findings if one.code == "table_beside_left_out"]
    assert said.params["columns"] == ("L–M" if is_left else "A–B")
    assert "unknown_column" not in {one.code for one in reading.findings}


def test_a_table_with_a_gap_is_one(tmp_path: Path, attendance: Contract) -> None:
    cut = [[*cells[:4], "", *cells[4:]] for cells in (HEADER, ROW, ROW)]
    reading = reconciled(read(WRITERS["openpyxl"](tmp_path / "a", cut, ()), attendance))
    assert [one.code for one in reading.findings] == []
    assert reading.rows_data == 2


def test_a_row_that_slipped_on_one_side_leaves_the_other_alone(tmp_path: Path, attendance: Contract) -> None:
    late = changed(iin="090101700009", lessons_missed="5", is_late="yes", absence_reason="ILL")
    off = (*late[:2], "", *late[2:-1])
    path = WRITERS["openpyxl"](
        tmp_path / "a",
        _beside([HEADER, _person(0), _person(1), _person(2)], [HEADER, _person(3), off, _person(4)]),
        (),
    )
    rows, findings = typed(read(path, attendance), attendance)
    assert findings == []
    assert [(row["iin"][-1], row["_bad"] != 0) for row in rows] == [
        *((last, False) for last in "0123"),
        ("9", True),
        ("4", False),
    ]


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(
    heights=st.lists(st.integers(1, 5), min_size=2, max_size=4),
    gap=st.integers(0, 2),
    kind=st.sampled_from(["openpyxl", "csv"]),
)
def test_no_record_is_lost_however_many_tables_stand_beside_each_other(
    heights: list[int], gap: int, kind: str
) -> None:
    serials = iter(range(100))
    tables = [[HEADER, *(_person(next(serials)) for _ in range(height))] for height in heights]
    with TemporaryDirectory() as folder:
        reading = reconciled(
            read(WRITERS[kind](Path(folder) / "a", _beside(*tables, gap=gap), ()), _ATTENDANCE)
        )
    rows, findings = typed(reading, _ATTENDANCE)
    assert [int(row["iin"][-3:]) for row in rows] == list(range(sum(heights)))
    assert findings == []
