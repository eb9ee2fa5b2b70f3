"""The template as paper has it, filled in, gives the rows that the long form gives."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.emit.register_template import HEADER_ROW, register_template
from ingest.emit.template import HEADER_ROW as LONG_HEADER_ROW
from ingest.emit.template import Prefill, template
from ingest.emit.wording import say
from ingest.read import read
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract, Language
from ingest.schema.forms.layout import registers
from ingest.schema.forms.load import contracts
from ingest.schema.forms.register_layout import Register
from ingest.schema.values.period import Period
from tests.ingest.read.form.test_register import SIGNS
from tests.ingest.read.samples import typed

BIN = "650140000007"
WEEK = Period.parse("week", "2026-W37")
DAYS = [date(2026, 9, 7) + timedelta(days=number) for number in range(5)]
IINS = [f"15010170{place:04}" for place in range(4)]
NAMES = dict(zip(IINS, ["Ёлкин Ян", "Әділов Бек", "Образцова Вера", "Үлгі Ғалым"], strict=True))
WITH_REGISTERS = [
    pytest.param(contract, layout, id=contract.form)
    for contract in contracts().values()
    for layout in registers(contract)
]
CLASSES = {IINS[0]: (7, "Ә"), IINS[1]: (7, "Ә"), IINS[2]: (8, None), IINS[3]: (8, None)}


def _known(contract: Contract) -> Prefill:
    rows = [
        {"bin": BIN, "iin": iin, "date": day, "grade": CLASSES[iin][0], "letter": CLASSES[iin][1]}
        for iin in IINS
        for day in DAYS
    ]
    lessons = {(grade, letter, day): 6 for grade, letter in ((7, "Ә"), (8, "")) for day in range(1, 6)}
    return Prefill(BIN, WEEK, rows, {"kk": "Мектеп", "ru": "Школа"}, NAMES, lessons)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(
    signs=st.lists(st.lists(st.sampled_from(sorted(SIGNS)), min_size=5, max_size=5), min_size=4, max_size=4),
    language=st.sampled_from(["kk", "ru"]),
)
def test_filled_in_it_gives_the_rows_of_the_long_form(
    tmp_path: Path, signs: list[list[str]], language: Language
) -> None:
    contract = contracts()["attendance"]
    said = {iin: dict(zip(DAYS, row, strict=True)) for iin, row in zip(IINS, signs, strict=True)}
    book = openpyxl.load_workbook(
        io.BytesIO(register_template(contract, registers(contract)[0], language, _known(contract)))
    )
    for sheet in book.worksheets[:2]:
        days = {cell.column: cell.value.date() for cell in sheet[HEADER_ROW][3:8]}
        for row in sheet.iter_rows(min_row=HEADER_ROW + 2):
            if iin := row[2].value:
                for cell in row[3:8]:
                    cell.value = said[iin][days[cell.column]] or None
    book.save(tmp_path / "register.xlsx")
    long = openpyxl.load_workbook(io.BytesIO(template(contract, language, prefill=_known(contract))))
    columns = {field.name: place for place, field in enumerate(contract.fields, 1)}
    for row in long.worksheets[0].iter_rows(min_row=LONG_HEADER_ROW + 1):
        iin, day = row[columns["iin"] - 1].value, row[columns["date"] - 1].value
        if iin is None:
            continue
        missed, valid, late, reason = SIGNS[said[iin][day.date()]]
        values = (6, missed, valid, "иә" if late else "жоқ", reason)
        names = ("lessons_scheduled", "lessons_missed", "lessons_missed_valid", "is_late", "absence_reason")
        for name, value in zip(names, values, strict=True):
            row[columns[name] - 1].value = value
    long.save(tmp_path / "long.xlsx")
    rows = [_rows(tmp_path / f"{name}.xlsx", contract) for name in ("register", "long")]
    assert rows[0] == rows[1] and len(rows[0]) == 20


@pytest.mark.parametrize(("language", "subject"), [("kk", "Алгебра"), ("ru", "Химия")])
def test_a_page_of_marks_filled_in_gives_its_points(tmp_path: Path, language: Language, subject: str) -> None:
    contract = contracts()["current_marks"]
    (layout,) = (each for each in registers(contract) if each.points)
    month = Prefill(
        BIN, Period.parse("month", "2026-09"), _known(contract).rows, {"kk": "М", "ru": "Ш"}, NAMES
    )
    book = openpyxl.load_workbook(io.BytesIO(register_template(contract, layout, language, month)))
    wanted = []
    for sheet in book.worksheets[:2]:
        sheet["C5"] = subject
        sheet["E8"], sheet["E9"] = ("СОР" if language == "ru" else "БЖБ"), 15
        day = [cell.value.date() for cell in sheet[HEADER_ROW][3:8]]
        for row in sheet.iter_rows(min_row=HEADER_ROW + 3):
            if iin := row[2].value:
                row[3].value, row[4].value, row[5].value = 9, 12, "н"
                wanted += [
                    (iin, str(day[0]), "formative", "9", "None"),
                    (iin, str(day[1]), "section", "12", "15"),
                ]
    book.save(tmp_path / "journal.xlsx")
    names = [each.name for each in contract.fields]
    own = [names.index(name) for name in ("iin", "date", "kind", "points", "points_max")]
    found = [tuple(row[place] for place in own) for row in _rows(tmp_path / "journal.xlsx", contract)]
    assert sorted(found) == sorted(wanted) and len(found) == 8


@pytest.mark.parametrize("filled", [0, 1])
@pytest.mark.parametrize("form", ["current_marks", "term_results"])
def test_a_sheet_that_nobody_filled_in_is_named_and_keeps_no_other_back(
    tmp_path: Path, form: str, filled: int
) -> None:
    contract = contracts()[form]
    (layout,) = registers(contract)
    book = openpyxl.load_workbook(io.BytesIO(register_template(contract, layout, "kk", _known(contract))))
    if filled:
        sheet = book.worksheets[0]
        if layout.points:
            sheet["C5"] = "Алгебра"
        sheet.cell(HEADER_ROW + (3 if layout.points else 1), 4).value = 5
    book.save(tmp_path / "register.xlsx")
    reading = read(tmp_path / "register.xlsx", contract)
    said = [(each.code, each.sheet) for each in reading.findings if each.severity == "error" or filled]
    assert reading.rows_data == filled
    assert (said == [("register_blank", "8")]) if filled else {code for code, _ in said} >= {"no_data_rows"}


def _rows(path: Path, contract: Contract) -> list[tuple[object, ...]]:
    reading = read(path, contract)
    assert {finding.code for finding in reading.findings} <= {"register_full_days"}
    rows, findings = typed(reading, contract)
    assert not findings
    return sorted(tuple(str(row[field.name]) for field in contract.fields) for row in rows)


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize(("contract", "layout"), WITH_REGISTERS)
def test_it_is_a_register_the_same_bytes_each_time(
    contract: Contract, layout: object, language: Language
) -> None:
    made = register_template(contract, layout, language)  # type: ignore[arg-type]
    assert made == register_template(contract, layout, language)  # type: ignore[arg-type]


def test_learners_stand_by_name_under_their_class(tmp_path: Path) -> None:
    contract = contracts()["attendance"]
    book = openpyxl.load_workbook(
        io.BytesIO(register_template(contract, registers(contract)[0], "ru", _known(contract)))
    )
    assert book.sheetnames[:2] == ["7 Ә", "8"]
    first = book.worksheets[0]
    # As the Kazakh alphabet has them, not as computers number letters.
    assert [first.cell(HEADER_ROW + 2 + place, 2).value for place in range(2)] == ["Әділов Бек", "Ёлкин Ян"]
    assert [first.cell(HEADER_ROW + 1, column).value for column in range(4, 9)] == [6] * 5


def test_the_sheet_of_marks_filled_in(tmp_path: Path) -> None:
    contract = contracts()["term_results"]
    rows = [
        {"bin": BIN, "iin": iin, "grade": grade, "letter": letter} for iin, (grade, letter) in CLASSES.items()
    ]
    known = Prefill(BIN, Period.parse("term", "2026-2027-T1"), rows, None, NAMES)
    made = register_template(contract, registers(contract)[0], "kk", known)
    book = openpyxl.load_workbook(io.BytesIO(made))
    for sheet in book.worksheets[:2]:
        for row in range(HEADER_ROW + 1, HEADER_ROW + 3):
            sheet.cell(row, 4, 5)
            sheet.cell(row, 5, "босатылған")
    book.save(tmp_path / "marks.xlsx")
    reading = read(tmp_path / "marks.xlsx", contract)
    assert {finding.code for finding in reading.findings} <= {"register_full_days"}
    found, findings = typed(reading, contract)
    assert not findings and len(found) == 8
    assert {(row["outcome"], row["mark"]) for row in found} == {("marked", 5), ("exempt", None)}
    assert {(row["iin"], row["grade"], row["letter"]) for row in found} == {
        (iin, *own) for iin, own in CLASSES.items()
    }


def test_untouched_it_says_that_everybody_was_there_and_how_many_cells_said_so(tmp_path: Path) -> None:
    contract = contracts()["attendance"]
    classes = [(grade, letter) for grade in range(1, 11) for letter in "АӘБВ"]
    iins = [f"{place:012}" for place in range(40 * 25)]
    rows = [
        {"bin": BIN, "iin": iin, "date": day, "grade": grade, "letter": letter}
        for place, iin in enumerate(iins)
        for grade, letter in (classes[place // 25],)
        for day in DAYS
    ]
    lessons = {(grade, letter, day): 6 for grade, letter in classes for day in range(1, 6)}
    known = Prefill(BIN, WEEK, rows, None, {iin: f"Үлгі {iin}" for iin in iins}, lessons)
    made = register_template(contract, registers(contract)[0], "kk", known)
    assert len(made) < 400_000
    (tmp_path / "school.xlsx").write_bytes(made)
    reading = read(tmp_path / "school.xlsx", contract)
    (said,) = reading.findings
    assert (said.code, dict(said.params)) == ("register_full_days", {"full": 5000, "days": 5000})
    found, findings = typed(reading, contract)
    assert not findings
    assert {(row["iin"], row["date"]) for row in found} == {(iin, day) for iin in iins for day in DAYS}
    assert {(row["lessons_scheduled"], row["lessons_missed"], row["absence_reason"]) for row in found} == {
        (6, 0, None)
    }


@pytest.mark.parametrize(
    "classes", [[(5, "А"), (5, "а")], [(5, None), (5, "")], [(5, "[/]"), (5, "\\:*?")], [(5, "А" * 40)]]
)
def test_any_letters_of_classes_make_a_workbook(
    classes: list[tuple[int, str | None]], tmp_path: Path
) -> None:
    contract = contracts()["attendance"]
    rows = [
        {"bin": BIN, "iin": iin, "date": day, "grade": grade, "letter": letter}
        for iin, (grade, letter) in zip(IINS, classes, strict=False)
        for day in DAYS
    ]
    made = register_template(contract, registers(contract)[0], "ru", Prefill(BIN, WEEK, rows, None, NAMES))
    book = openpyxl.load_workbook(io.BytesIO(made))
    listed = [
        sheet.cell(row, 3).value
        for sheet in book.worksheets[:-2]
        for row in range(HEADER_ROW + 2, HEADER_ROW + 5)
    ]
    assert sorted(filter(None, listed)) == IINS[: len(classes)]


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize(("contract", "layout"), WITH_REGISTERS)
def test_the_guide_speaks_of_the_register_and_of_every_sign_it_is_read_by(
    contract: Contract, layout: Register, language: Language
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(register_template(contract, layout, language)))
    cells = [
        str(cell) for row in book[say("guide", language)].iter_rows(values_only=True) for cell in row if cell
    ]
    assert say("blank_cell", language) in cells
    assert say("step_rows", language) not in cells and say("step_lists", language) not in cells
    for entry in codelist(layout.cells.words).codes:
        if entry.code != getattr(layout.marks, "usual", None):
            assert entry.labels.in_language(language) in cells
        for letter in (alias for alias in entry.aliases if len(alias) == 1):
            assert any(letter in cell.split(", ") for cell in cells)


def test_the_reader_says_how_it_read_a_register_of_somebody_elses_alone(tmp_path: Path) -> None:
    contract = contracts()["attendance"]
    made = register_template(contract, registers(contract)[0], "ru", _known(contract))
    book = openpyxl.load_workbook(io.BytesIO(made))
    del book["_bbaj"]
    book.save(tmp_path / "copied.xlsx")
    (tmp_path / "ours.xlsx").write_bytes(made)
    said = {
        name: [finding.code for finding in read(tmp_path / f"{name}.xlsx", contract).findings]
        for name in ("ours", "copied")
    }
    assert "layout_used" not in said["ours"]
    assert said["copied"].count("layout_used") == 2
