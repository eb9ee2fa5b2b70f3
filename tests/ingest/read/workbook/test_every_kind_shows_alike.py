"""A number says the same in a workbook of every kind: the per cent sign and the midnight its format shows are kept."""

from __future__ import annotations

import csv
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ingest.read.form.read import read
from ingest.read.plain.reader import read_general
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from tests.ingest.read.formatted_writers import FORMATTED, Given, Shown
from tests.ingest.read.samples import HEADER, ROW, typed

_FIELD_TYPES = Path(__file__).parents[3] / "conformance" / "field_types"
_PER_CENT = ("0%", "0.00%")
_MOMENTS = ("dd.mm.yyyy hh:mm", "yyyy-mm-dd h:mm:ss")
_DAYS = ("dd.mm.yyyy", "yyyy-mm-dd")


def _shown(cell: Given) -> str:
    """A cell as a person reads it, told anew from its number and its format."""
    if not isinstance(cell, Shown):
        return "" if cell is None else str(cell)
    if "%" in cell.code:
        return f"{(Decimal(repr(cell.number)) * 100).normalize():f}%"
    if "y" not in cell.code:
        return f"{Decimal(repr(cell.number)).normalize():f}"
    moment = datetime(1899, 12, 30) + timedelta(days=cell.number)
    is_bare = cell.code in _DAYS and cell.number == int(cell.number)
    return moment.date().isoformat() if is_bare else moment.isoformat(sep=" ")


_SHARES = st.integers(-5_000, 20_000).map(lambda part: part / 10_000)
_QUARTERS = st.integers(4 * 36_000, 4 * 60_000).map(lambda part: part / 4)
_CELLS = st.one_of(
    st.builds(Shown, _SHARES, st.sampled_from(_PER_CENT)),
    st.builds(Shown, _SHARES, st.just("0.00")),
    st.builds(Shown, _QUARTERS, st.sampled_from(_MOMENTS)),
    st.builds(Shown, st.integers(36_000, 60_000).map(float), st.sampled_from(_MOMENTS + _DAYS)),
    st.sampled_from(["Абай", "Нұра", None]),
)


@pytest.mark.parametrize("kind", [kind for kind in FORMATTED if kind != "ods by column"])
@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(columns=st.lists(st.lists(_CELLS, min_size=4, max_size=4), min_size=1, max_size=3))
def test_read_without_a_contract(kind: str, columns: list[list[Given]]) -> None:
    assume(any(column[-1] for column in columns))  # a name alone below the records may be a note on them
    rows: list[list[Given]] = [["Аты", *(f"Баған {place}" for place in range(len(columns)))]]
    rows += [[f"Ата {place}", *(column[place] for column in columns)] for place in range(4)]
    with TemporaryDirectory() as folder:
        found = list(read_general(FORMATTED[kind](Path(folder) / "a", rows)).sheets[0].csv_rows())
    width = len(found[0])
    assert found == [[_shown(cell) for cell in cells][:width] for cells in rows]


@pytest.mark.parametrize("kind", [*FORMATTED, "csv"])
def test_a_share_in_per_cent_is_asked_about_alike(tmp_path: Path, attendance: Contract, kind: str) -> None:
    place = HEADER.index("lessons_missed")
    cells: list[Given] = [*ROW[:place], Shown(0.45, "0%"), *ROW[place + 1 :]]
    if kind == "csv":
        path = tmp_path / "a.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, ["45 %" if cell == cells[place] else cell for cell in cells]])
    else:
        path = FORMATTED[kind](tmp_path / "a", [HEADER, cells])
    _, findings = typed(read(path, attendance), attendance)
    assert [(one.code, one.cell, one.suggestion) for one in findings] == [("percent_sign", "G2", "45")]


@pytest.mark.parametrize("kind", FORMATTED)
def test_a_midnight_is_a_moment_where_the_form_wants_one(tmp_path: Path, kind: str) -> None:
    contract = contracts(_FIELD_TYPES)["lesson_bells"]
    names = ["shift", "begins", "ordered_at", "from_day"]
    days = Shown(46_265.0, _MOMENTS[0]), Shown(46_266.0, _DAYS[0])
    path = FORMATTED[kind](tmp_path / "a", [names, ["1", "08:30", *days], ["2", "09:30", *days]])
    rows, findings = typed(read(path, contract), contract)
    assert findings == []
    assert {row["ordered_at"] for row in rows} == {datetime(2026, 8, 31)}
    assert {row["from_day"] for row in rows} == {date(2026, 9, 1)}


def test_a_date_column_shown_with_its_midnight_holds_dates(tmp_path: Path, attendance: Contract) -> None:
    place = HEADER.index("date")
    for kind, write in FORMATTED.items():
        cells: list[Given] = [*ROW[:place], Shown(46_272.0, _MOMENTS[0]), *ROW[place + 1 :]]
        rows, findings = typed(read(write(tmp_path / "a", [HEADER, cells]), attendance), attendance)
        assert (kind, rows[0]["date"], findings) == (kind, date(2026, 9, 7), [])


def test_where_formats_cannot_be_known_the_other_cells_tell_and_it_is_said(tmp_path: Path) -> None:
    cells: list[list[Given]] = [
        ["Аты", "Қашан"],
        ["Абай", Shown(46_265.0, _MOMENTS[0])],
        ["Нұра", Shown(46_265.5, _MOMENTS[0])],
    ]
    path = FORMATTED["xls"](tmp_path / "a", cells)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ingest.read.workbook.formats.moment_formats.formatted_cells", lambda *_: None)
        reading = read_general(path)
    assert [row[1] for row in reading.sheets[0].csv_rows()][1:] == [
        "2026-08-31 00:00:00",
        "2026-08-31 12:00:00",
    ]
    found = [one for one in reading.findings if one.code == "midnights_by_neighbours"]
    assert [(one.cell, one.params["count"]) for one in found] == [("B2", 1)]
