"""What stands between, below and beside records is no record, and every record is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.forms.load import contracts
from tests.ingest.read.clerk_sheets import Clerk
from tests.ingest.read.samples import HEADER, ROW, changed, codes, read_whole

TOYS = Path(__file__).parent.parent / "contracts"


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("form", sorted(contracts()))
def test_a_clerk_s_sheet_yields_its_records_and_a_finding_on_every_other_row(
    form: str, seed: int, write_csv: Callable[..., Path], write_xlsx: Callable[..., Path]
) -> None:
    clerk = Clerk(contract_of(form), seed)
    lines = clerk.lines()
    rows = [["Есеп", *[""] * (len(clerk.header) - 1)], clerk.header, *(line.cells for line in lines)]
    path = (
        write_xlsx([[cell or None for cell in row] for row in rows])
        if seed % 2
        else write_csv(rows, delimiter=";")
    )
    reading = read_whole(path, contract_of(form))
    records = [number for number, line in enumerate(lines, 3) if line.is_record]
    assert [row for table in reading.tables for row in table.text.column("_row").to_pylist()] == records
    said: dict[int, set[str]] = {}
    for finding in reading.findings:
        said.setdefault(finding.row or 0, set()).add(finding.code)
    numbered = next((finding for finding in reading.findings if finding.code == "numbered_rows"), None)
    for number, line in enumerate(lines, 3):
        if line.codes == {"numbered_rows"}:
            assert numbered is not None and numbered.params["count"] == 3
        elif line.codes:
            assert said.get(number, set()) & line.codes, (line.cells, said.get(number))
    assert reading.rows_in == 1 + len(lines)


@pytest.mark.parametrize("gap", [0, 1, 3])
@pytest.mark.parametrize("form", sorted(contracts()))
def test_a_legend_to_the_right_makes_no_row_another(
    form: str, gap: int, write_csv: Callable[..., Path], write_xlsx: Callable[..., Path]
) -> None:
    """What stands beside the columns that a header names says nothing of the rows it stands in."""
    clerk = Clerk(contract_of(form), 40 + gap)
    lines = clerk.lines()
    width = max(len(clerk.header), *(len(line.cells) for line in lines)) + gap
    beside = [["н", "отсутствовал"], ["б", "болен"], ["Белгі", "мағынасы"], ["ж", "жоқ"], ["", "5"]]
    rows = [clerk.header, *(line.cells for line in lines)]
    for number, words in enumerate(beside, 1):
        if number < len(rows):
            rows[number] = [*rows[number], *[""] * (width - len(rows[number])), *words]
    reading = read_whole(
        write_csv(rows) if gap else write_xlsx([[cell or None for cell in row] for row in rows]),
        contract_of(form),
    )
    records = [number for number, line in enumerate(lines, 2) if line.is_record]
    assert [row for table in reading.tables for row in table.text.column("_row").to_pylist()] == records


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("form", sorted(contracts()))
def test_a_record_at_first_sight_is_one_at_the_second(
    form: str, seed: int, write_csv: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows are told quickly where every row is suspect: one by one they are told the same."""
    clerk = Clerk(contract_of(form), seed)
    spoilt = [
        [f"?{cell}" if number % 3 else cell for cell in line.cells]
        for number, line in enumerate(clerk.lines())
    ]
    path = write_csv([clerk.header, *spoilt], delimiter=";")
    quick = read_whole(path, contract_of(form))
    monkeypatch.setattr("ingest.read.form.rows.rows_aside._Judge.is_plain", lambda *_: False)
    slow = read_whole(path, contract_of(form))
    assert [finding.to_json() for finding in quick.findings] == [
        finding.to_json() for finding in slow.findings
    ]
    assert [table.text.to_pydict() for table in quick.tables] == [
        table.text.to_pydict() for table in slow.tables
    ]


@pytest.mark.parametrize(
    "cells",
    [
        changed(bin=""), changed(iin=""), changed(date=""), changed(iin="", date=""), changed(bin="", iin="Иванов"),
        (*ROW[:3], *[""] * 7), ("", "", "", *ROW[3:]), changed(lessons_missed="", lessons_scheduled="", grade=""),
        changed(iin="09010170000"), changed(iin="9,01E+10"), changed(letter="Итого"),
    ],
)  # fmt: skip
def test_a_record_with_faults_stays_a_record(
    write_csv: Callable[..., Path], attendance: Contract, cells: tuple[str, ...]
) -> None:
    for rows in ([cells, ROW, ROW], [ROW, cells, ROW], [ROW, ROW, cells]):
        reading = read_whole(write_csv([HEADER, *rows]), attendance)
        assert (reading.rows_data, reading.rows_not_data) == (3, 0), codes(reading)


def test_numbers_of_columns_that_could_be_a_record_are_kept_and_asked_about(
    write_csv: Callable[..., Path],
) -> None:
    form = contract_of("pupil_marks", directory=TOYS)
    numbers = form.model_copy(
        update={
            "fields": tuple(field for field in form.fields if field.type == "integer"),
            "primary_key": ("age",),
        }
    )
    header = [field.name for field in numbers.fields]
    reading = read_whole(write_csv([header, ["1", "2", "3"], ["4", "5", "6"]], delimiter=";"), numbers)
    assert reading.rows_data == 2
    assert [(f.code, f.severity, f.row) for f in reading.findings if f.row == 2] == [
        ("numbering_kept", "query", 2)
    ]


def test_a_total_among_records_that_could_be_one_is_asked_about(write_csv: Callable[..., Path]) -> None:
    form = contract_of("population", directory=TOYS)
    header = [field.name for field in form.fields]
    body = [
        ["Абай", "10", "4", "6"],
        ["Итого", "10", "4", "6"],
        ["Ақмола", "7", "3", "4"],
        ["Всего", "17", "7", "10"],
    ]
    reading = read_whole(write_csv([header, *body]), form)
    assert [(f.code, f.severity, f.row) for f in reading.findings] == [
        ("totals_row", "query", 3),
        ("totals_row", "note", 5),
    ]
    assert reading.tables[0].text.column("territory").to_pylist() == ["Абай", "Ақмола"]


def test_a_lonely_name_in_a_wide_table_is_asked_about(write_csv: Callable[..., Path]) -> None:
    form = contract_of("learner_roster")
    names = [field.name for field in form.fields]
    row = [field.example or "" for field in form.fields]
    lonely = ["Үлгіұлы" if name == "last_name" else "" for name in names]
    reading = read_whole(write_csv([names, row, lonely, row]), form)
    assert [(f.code, f.severity, f.row, f.value) for f in reading.findings] == [
        ("caption_row", "query", 3, "Үлгіұлы")
    ]


def test_a_post_and_a_name_are_a_record_where_the_form_asks_for_them(write_csv: Callable[..., Path]) -> None:
    form = contract_of("population", directory=TOYS)
    rows = [["Директор", "1", "1", "0"], ["Учитель", "12", "2", "10"], ["Директор", "____", "Иванов", ""]]
    reading = read_whole(write_csv([[field.name for field in form.fields], *rows]), form)
    assert reading.rows_data == 2
    assert [(f.code, f.value) for f in reading.findings] == [("signature_row", "Директор ____ Иванов")]


def test_very_many_rows_that_are_no_records_are_said_together(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    captions = [[f"{number} сынып"] + [""] * 9 for number in range(1_500)]
    reading = read_whole(write_csv([HEADER, ROW, ROW, ROW, *captions]), attendance)
    assert reading.rows_not_data == 1_500
    assert codes(reading).count("caption_row") == 1_000
    (rest,) = [finding for finding in reading.findings if finding.code == "more_alike"]
    assert rest.params["count"] == 500


def test_units_below_a_header_are_no_record(write_csv: Callable[..., Path]) -> None:
    form = contract_of("population", directory=TOYS)
    header = [field.name for field in form.fields]
    for units in (["", "адам", "адам", "чел."], ["", "(тыс. чел.)", "%", ""], ["", "тг", "", "мың"]):
        reading = read_whole(
            write_csv([header, units, ["Абай", "10", "4", "6"], ["Ақмола", "7", "3", "4"]]), form
        )
        assert reading.tables[0].text.column("territory").to_pylist() == ["Абай", "Ақмола"]
        assert [(f.code, f.row) for f in reading.findings] == [("caption_row", 2)]


@pytest.mark.parametrize("sign", ["-", "—", "–"])
def test_a_row_that_says_blank_in_every_cell_is_blank(
    write_csv: Callable[..., Path], attendance: Contract, sign: str
) -> None:
    reading = read_whole(write_csv([HEADER, ROW, [sign] * len(HEADER), ROW]), attendance)
    assert (reading.rows_data, reading.rows_not_data) == (2, 1), codes(reading)
    assert not any(finding.severity == "error" for finding in reading.findings)


@pytest.mark.parametrize(
    "below",
    [
        ["(қолы)"], ["(подпись)", "(Т.А.Ә.)"], ["Аудандық білім бөлімі", "(подпись)", "(расшифровка)"],
        ["Отдел образования", "(лауазымы)", "(тегі, аты)"], ["05.09.2026"], ["05.09.2026 ж."], ["5/9/2026 г."],
        ["05-09-2026 жыл"],
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", sorted(contracts()))
def test_lines_to_sign_on_and_the_day_below_a_report_ask_for_nothing(
    form: str, below: list[str], write_csv: Callable[..., Path]
) -> None:
    """They hold nothing that a record could hold, whatever columns they stand in."""
    clerk = Clerk(contract_of(form), 1)
    records = [line.cells for line in clerk.lines() if line.is_record]
    width = len(clerk.header)
    if width < 8:
        pytest.skip("in a narrow form a filled cell may be what is left of a record")
    for begin in (0, 1):
        end = [""] * width
        end[begin : begin + 2 * len(below) : 2] = below
        reading = read_whole(write_csv([clerk.header, *records, end], delimiter=";"), contract_of(form))
        assert reading.rows_data == len(records)
        assert "query" not in {f.severity for f in reading.findings if f.row == len(records) + 2}


@pytest.mark.parametrize("name", ["iin", "grade", "date"])
def test_a_form_of_one_column_has_its_rows(
    name: str, attendance: Contract, write_csv: Callable[..., Path]
) -> None:
    """Nothing counts columns there: a number is what it says."""
    update: dict[str, object] = {"form": "one_column", "checks": (), "determines": (), "primary_key": (name,)}
    one = attendance.model_copy(update=update | {"fields": (attendance.field(name),)})
    rows = [[attendance.field(name).labels.ru], *([str(number)] for number in range(1, 12))]
    assert read_whole(write_csv(rows), one).rows_data == 11
