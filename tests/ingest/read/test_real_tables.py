"""Real tables of others, read to their totals through contracts that live beside the tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ingest.read.cells.batch.typed_batch import type_batch
from ingest.read.form.read import read
from ingest.schema.forms import layout
from ingest.schema.forms.load import contract

CONTRACTS = Path(__file__).parent / "contracts"
DATA = Path(__file__).parents[4] / "shared" / "data"
POPULATION, PUPILS = DATA / "population_by_region.xlsx", DATA / "student_por.csv"


@pytest.fixture(autouse=True)
def layouts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "CONTRACTS", CONTRACTS)


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as con:
        yield con


@pytest.mark.real_input
@pytest.mark.skipif(not POPULATION.exists(), reason=f"{POPULATION.name} is not there")
def test_the_data_sheets_are_found_and_the_republic_counted(con: duckdb.DuckDBPyConnection) -> None:
    form = contract("population", directory=CONTRACTS)
    reading = read(POPULATION, form)

    assert reading.rows_in == reading.rows_data + reading.rows_not_data
    sheets = [table.sheet for table in reading.tables]
    assert "01" in sheets
    aside = {str(finding.sheet) for finding in reading.findings if finding.code == "sheet_not_read"}
    assert {"Обложка", "Усл.обозначения", "Содержание"} <= aside
    assert not aside & set(sheets)
    untyped = type_batch(con, form, [(0, reading)])[0]
    first = con.execute(
        "SELECT population, urban, rural FROM batch WHERE _table = ? AND territory ILIKE '%Республика%'",
        [sheets.index("01")],
    ).fetchall()
    assert first == [(19_765_004, 12_208_259, 7_556_745)]
    regions = con.execute(
        "SELECT count(*), sum(population) FROM batch WHERE _table = ? AND territory NOT ILIKE '%Республика%'"
        " AND population IS NOT NULL",
        [sheets.index("01")],
    ).fetchone()
    assert regions == (20, 19_765_004)
    assert [finding.code for finding in untyped if finding.sheet == "01"] == []


@pytest.mark.real_input
@pytest.mark.skipif(not PUPILS.exists(), reason=f"{PUPILS.name} is not there")
def test_three_marks_a_pupil_become_three_rows(con: duckdb.DuckDBPyConnection) -> None:
    form = contract("pupil_marks", directory=CONTRACTS)
    reading = read(PUPILS, form)

    assert reading.rows_in == reading.rows_data == 1_947
    assert reading.rows_not_data == 0
    assert type_batch(con, form, [(0, reading)])[0] == []
    marks = con.execute("SELECT stage, count(*), count(DISTINCT _row) FROM batch GROUP BY ALL").fetchall()
    assert sorted(marks) == [("final", 649, 649), ("first", 649, 649), ("second", 649, 649)]
    # A value keeps the cell it stands in: G1 to G3 are the columns AE, AF and AG.
    assert {table.columns["mark"] for table in reading.tables} == {31, 32, 33}
    first = con.execute("SELECT school, age, absences, mark FROM batch WHERE _row = 2 ORDER BY _table")
    assert first.fetchall() == [("GP", 18, 4, 0), ("GP", 18, 4, 11), ("GP", 18, 4, 11)]
    said = Counter(finding.code for finding in reading.findings)
    assert said["layout_used"] == said["cross_table_read"] == 1
