"""A column whose months stand first is not read as if its days did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read import read, type_batch
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, changed, read_whole, typed


def _days(
    write_csv: Callable[..., Path], contract: Contract, *written: str
) -> tuple[list[date | None], list[tuple[str, int | None, str | None]]]:
    rows = [changed(date=cell) for cell in written]
    got, findings = typed(read_whole(write_csv([HEADER, *rows]), contract), contract)
    return [row["date"] for row in got], [(found.code, found.row, found.suggestion) for found in findings]


def test_beside_a_month_that_stands_first_every_date_that_may_mean_two_days_is_asked_about(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    days, findings = _days(
        write_csv,
        attendance,
        "09/13/2026",
        "09/05/2026",
        "9/9/2026",
        "2026-09-08",
        "07.09.2026",
        "",
        "10/9/2026 0:00",
    )
    assert days == [None, None, date(2026, 9, 9), date(2026, 9, 8), date(2026, 9, 7), None, None]
    assert findings == [
        ("day_and_month_swapped", 2, "13.09.2026"),
        ("day_or_month_first", 3, "05.09.2026"),
        ("day_or_month_first", 8, "09.10.2026"),
    ]


@pytest.mark.parametrize("slip", ["09/13/2026", "2026-13-09"])
def test_a_slip_in_one_cell_of_a_column_with_the_day_first_is_a_slip(
    write_csv: Callable[..., Path], attendance: Contract, slip: str
) -> None:
    days, findings = _days(write_csv, attendance, slip, "05/09/2026", "14/09/2026", "05-09-2026")
    assert days == [None, date(2026, 9, 5), date(2026, 9, 14), date(2026, 9, 5)]
    assert findings == [("day_and_month_swapped", 2, "13.09.2026")]


def test_the_words_name_both_days(write_csv: Callable[..., Path], attendance: Contract) -> None:
    rows = [changed(date="09/13/2026"), changed(date="09/05/2026")]
    _, findings = typed(read_whole(write_csv([HEADER, *rows]), attendance), attendance)
    for text in findings[1].message.values():
        assert "05.09.2026" in text and "09.05.2026" in text and "…" not in text


def test_one_file_raises_no_doubt_about_another(
    write_csv: Callable[..., Path], write_xlsx: Callable[..., Path], attendance: Contract
) -> None:
    first = read(write_csv([HEADER, changed(date="09/13/2026"), changed(date="09/05/2026")]), attendance)
    sheets = {"Ә": [HEADER, changed(date="09/13/2026"), changed(date="05/06/2026")]}
    second = read(write_xlsx([HEADER, changed(date="09/05/2026")], **sheets), attendance)
    with duckdb.connect(config={"threads": 1}) as con:
        findings = type_batch(con, attendance, [(1, first), (2, second)])
        days = con.execute("SELECT _file, _table, _row, date FROM batch ORDER BY 1, 2, 3").fetchall()
    assert days == [
        (1, 0, 2, None),
        (1, 0, 3, None),
        (2, 0, 2, date(2026, 5, 9)),
        (2, 1, 2, None),
        (2, 1, 3, None),
    ]
    assert [(found.code, found.sheet, found.row) for found in findings[2]] == [
        ("day_and_month_swapped", "Ә", 2),
        ("day_or_month_first", "Ә", 3),
    ]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(days=st.lists(st.dates(date(1950, 1, 1), date(2049, 12, 31)), min_size=1, max_size=12))
def test_a_column_with_the_month_first_is_never_read_as_other_days(
    write_csv: Callable[..., Path], attendance: Contract, days: list[date]
) -> None:
    """As soon as one date shows it, no cell of the column becomes a day it does not mean."""
    days.append(date(2026, 9, 13))
    got, _ = _days(write_csv, attendance, *(day.strftime("%m/%d/%Y") for day in days))
    assert all(found in (None, day) for found, day in zip(got, days, strict=True))
