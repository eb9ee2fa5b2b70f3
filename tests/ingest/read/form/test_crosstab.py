"""Cross-tables: every value with its cell, a blank cell absent, every row and cell accounted for."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest

from expectations.judging.judge import JudgeFile, Scope, judge
from expectations.reference import Reference
from ingest.read import read
from ingest.read.finding_codes import UNCOMPUTED
from ingest.read.reading import Reading
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period

FORM = contracts()["regional_indicators"]
REAL = Path(__file__).parents[5] / "shared" / "data" / "schools_by_region.xlsx"
OBLASTS = [entry.extra["kato"] for entry in codelist("region").codes if entry.extra["kato"]]

Cells = list[list[Any]]
YEARS_ACROSS: Cells = [
    ["Жалпы білім беретін мектептер саны 1)", None, None, None],
    [],
    [None, "2021/22", "2022/23", "2023–2024 оқу жылы"],
    ["Все население"],
    ["Республика Казахстан", 2051, 1999, None],
    ["Абай", None, 318, 320],
    ["Акмолинская*", 569, 559, "…"],
    ["Сельское население"],
    ["Абай", "-", 230, 231],
    ["* Барлық деректер ведомстволық."],
]
TERRITORIES_ACROSS: Cells = [
    ["Число учителей"],
    ["Городское население"],
    ["Год", "Акмолинская область", "г. Астана", "Қазақстан"],
    ["2021 год", 10, 20, 30],
    ["2022 жыл", None, 21, 21],
]


def _workbook(path: Path, cells: Cells) -> Path:
    book = openpyxl.Workbook()
    for row in cells:
        book.worksheets[0].append(row)
    book.save(path)
    return path


def _rows(reading: Reading) -> list[dict[str, Any]]:
    return [row for table in reading.tables for row in table.text.to_pylist()]


def _cells(reading: Reading) -> dict[tuple[int, int], str]:
    """The value at each row and column of the sheet."""
    return {
        (row["_row"], table.columns["value"]): row["value"]
        for table in reading.tables
        for row in table.text.to_pylist()
    }


def _judged(path: Path) -> Any:
    territory = pa.Table.from_pylist([{"kato": code, "level": "oblast"} for code in OBLASTS])
    scope = Scope("KZ", "republic", Period.parse("quarter", "2026-Q3"))
    file = JudgeFile(1, path, path.name, scope)
    with judge([file], FORM, Reference(territory=territory), demo=False) as judged:
        assert judged.failed == {}
        return judged.verdicts[1]


def test_years_across_with_stacked_blocks(tmp_path: Path) -> None:
    reading = read(_workbook(tmp_path / "years.xlsx", YEARS_ACROSS), FORM)

    rows = _rows(reading)
    found = {(row["area"], row["kato"], row["value_period"]): row["value"] for row in rows}
    assert found == {
        ("all", "", "2021-2022"): "2051",
        ("all", "", "2022-2023"): "1999",
        ("all", "100000000", "2022-2023"): "318",
        ("all", "100000000", "2023-2024"): "320",
        ("all", "110000000", "2021-2022"): "569",
        ("all", "110000000", "2022-2023"): "559",
        ("rural", "100000000", "2022-2023"): "230",
        ("rural", "100000000", "2023-2024"): "231",
    }
    assert {row["indicator"] for row in rows} == {"schools"}
    assert {row["level"] for row in rows if row["kato"] == ""} == {"republic"}


def test_look_alikes_and_missing_kazakh_letters_hide_no_territory(tmp_path: Path) -> None:
    cells: Cells = [
        ["Число учителей"],
        [None, "2021/22", "2022/23"],
        ["Акмoлинcкая", 1, 2],  # o and c are Latin
        ["Караганды облысы", 3, 4],
        ["Шыгыс Казакстан", 5, 6],
    ]
    rows = _rows(read(_workbook(tmp_path / "typed.xlsx", cells), FORM))
    assert [row["kato"] for row in rows if row["value_period"] == "2021-2022"] == [
        "110000000",
        "350000000",
        "630000000",
    ]


def test_territories_across(tmp_path: Path) -> None:
    reading = read(_workbook(tmp_path / "regions.xlsx", TERRITORIES_ACROSS), FORM)

    found = {(row["level"], row["kato"], row["value_period"]): row["value"] for row in _rows(reading)}
    assert found == {
        ("oblast", "110000000", "2021"): "10",
        ("oblast", "710000000", "2021"): "20",
        ("republic", "", "2021"): "30",
        ("oblast", "710000000", "2022"): "21",
        ("republic", "", "2022"): "21",
    }
    assert {(row["indicator"], row["area"]) for row in _rows(reading)} == {("teachers", "urban")}


@pytest.mark.parametrize("cells", [YEARS_ACROSS, TERRITORIES_ACROSS])
def test_every_value_keeps_its_cell_and_every_cell_is_accounted_for(tmp_path: Path, cells: Cells) -> None:
    reading = read(_workbook(tmp_path / "cross.xlsx", cells), FORM)

    for (row, column), value in _cells(reading).items():
        assert str(cells[row - 1][column - 1]) == value
    numbers = [cell for row in cells for cell in row[1:] if isinstance(cell, int)]
    assert sorted(_cells(reading).values()) == sorted(map(str, numbers))
    assert reading.rows_in == reading.rows_data + reading.rows_not_data
    (note,) = [finding for finding in reading.findings if finding.code == "cross_table_read"]
    assert note.params["values"] == reading.rows_data == len(numbers)
    assert note.params["absent"] + note.params["rows"] == reading.rows_not_data


@pytest.mark.parametrize(("row", "column"), [(4, 2), (5, 2), (8, 3)])
def test_a_value_nobody_computed_is_no_blank(tmp_path: Path, row: int, column: int) -> None:
    """Where a blank cell is absent, a formula without a value must not pass for one."""
    cells = [list(each) for each in YEARS_ACROSS]
    cells[row][column] = "=1+1"
    found = [
        one for one in read(_workbook(tmp_path / "a.xlsx", cells), FORM).findings if one.code == UNCOMPUTED
    ]
    assert [(one.cell, one.severity) for one in found] == [(f"{'ABCD'[column]}{row + 1}", "query")]


def test_a_cross_table_is_judged_as_the_long_form_is(tmp_path: Path) -> None:
    verdict = _judged(_workbook(tmp_path / "years.xlsx", YEARS_ACROSS))

    assert verdict.outcome == "accepted"
    assert verdict.rows_accepted == 8
    assert verdict.rows_in == verdict.rows_accepted + verdict.rows_not_data


def test_an_unknown_territory_or_indicator_is_a_finding_and_not_left_out(tmp_path: Path) -> None:
    cells = [["Число драконов"], [], [None, "2021", "2022"], ["Атлантида", 1, 2]]
    verdict = _judged(_workbook(tmp_path / "odd.xlsx", cells))

    found = {(finding.code, finding.column, finding.cell) for finding in verdict.findings}
    assert {
        ("kato_shape", "kato", "A4"),
        ("not_in_codelist", "indicator", "A4"),
        ("required", "level", "A4"),
    } <= found
    assert verdict.outcome == "rejected"


def test_what_is_no_cross_table_is_told_as_before(tmp_path: Path) -> None:
    reading = read(_workbook(tmp_path / "none.xlsx", [["Хат"], ["Құрметті әріптестер"]]), FORM)

    assert [finding.code for finding in reading.findings] == ["no_header"]


@pytest.mark.real_input
@pytest.mark.skipif(not REAL.exists(), reason=f"{REAL.name} is not there")
def test_the_real_table_of_schools_adds_up_to_the_republic() -> None:
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    republic: dict[tuple[str, str], int] = {}
    for row in _rows(read(REAL, FORM)):
        place = row["area"], row["value_period"]
        if row["level"] == "republic":
            republic[place] = int(row["value"])
        else:
            sums[place] += int(row["value"])
    years = [f"{year}-{year + 1}" for year in range(2000, 2023)]

    assert [sums["all", year] for year in years] == [republic["all", year] for year in years]
    assert republic["all", "2022-2023"] == 7687
    # The republic's cells of 2021/22 are blank in these blocks; of every other year the regions add up.
    for area in ("urban", "rural"):
        assert (area, "2021-2022") not in republic
        told = [year for year in years if year != "2021-2022"]
        assert [sums[area, year] for year in told] == [republic[area, year] for year in told]


@pytest.mark.real_input
@pytest.mark.skipif(not REAL.exists(), reason=f"{REAL.name} is not there")
def test_the_real_table_of_schools_is_accepted_whole() -> None:
    verdict = _judged(REAL)

    # Of the years up to 2007/08 the source's urban and rural schools do not make up all of them. The rules ask
    # about that, and about three sharp changes; the reader about formulas on another workbook that have no value.
    asked = [finding for finding in verdict.findings if finding.severity != "note"]
    assert Counter(finding.code for finding in asked) == {
        "parts_fit_whole": 112,
        "indicator_jump": 3,
        "formula_without_value": 1,
    }
    assert {finding.severity for finding in asked} == {"query"}
    early = {finding.cell[0] for finding in asked if finding.cell and finding.code == "parts_fit_whole"}
    assert early == set("BCDEFGHI")
    assert verdict.outcome == "accepted"
    assert verdict.rows_in == verdict.rows_accepted + verdict.rows_not_data
    abai = [row for row in _rows(read(REAL, FORM)) if row["kato"] == "100000000"]
    assert {row["value_period"] for row in abai} == {"2022-2023"}
