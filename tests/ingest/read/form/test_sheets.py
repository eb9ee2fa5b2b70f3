"""A contract chooses sheets, and takes columns from their names, from cells above the table and by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.authored import AuthorError
from ingest.emit.form_page import form_page
from ingest.emit.template import template
from ingest.read.reading import Reading
from ingest.schema.findings_sheet import FINDINGS_SHEETS
from ingest.schema.forms.contract import Contract, Language
from ingest.schema.forms.load import contract as contract_of
from tests.ingest.read.book_writers import BOOKS, NOTES_ON_KINDS, Sheet
from tests.ingest.read.samples import HEADER, ROW, codes, read_whole, typed

TOYS = Path(__file__).parent.parent / "contracts"
Sheets = Mapping[str, Sequence[Sequence[str]]]
HEAD = ["Оқушы", "Баға", "Қалдырғаны"]
_NOTES = {"optional_column_missing", *NOTES_ON_KINDS}
ROWS = [HEAD, ["Айна", "5", "0"], ["Олжас", "4", "2"]]


def _book(sheets: Sheets) -> list[Sheet]:
    return [Sheet(name, rows) for name, rows in sheets.items()]


def _codes(reading: Reading) -> list[str]:
    return [code for code in codes(reading) if code not in NOTES_ON_KINDS]


@pytest.fixture(params=["openpyxl", "xml of 2003"])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Sheets], Path]:
    return lambda sheets: BOOKS[request.param](tmp_path / "file", _book(sheets))


@pytest.fixture
def form() -> Contract:
    return contract_of("class_marks", directory=TOYS)


def _told(path: Path, form: Contract) -> list[tuple[Any, ...]]:
    rows, findings = typed(read_whole(path, form), form)
    assert not findings
    return [(row["grade"], row["letter"], row["subject"], row["pupil"], row["mark"]) for row in rows]


def test_the_name_of_a_sheet_says_which_class_it_is(write: Callable[[Sheets], Path], form: Contract) -> None:
    path = write({"7 «А»": ROWS, "Нұсқаулық": [["Толтыру тәртібі"]], "8Б": [HEAD, ["Нұр", "3", ""]]})
    reading = read_whole(path, form)
    assert _told(path, form) == [
        (7, "А", None, "Айна", 5),
        (7, "А", None, "Олжас", 4),
        (8, "Б", None, "Нұр", 3),
    ]
    said = [(f.code, f.severity, f.sheet) for f in reading.findings if f.code not in _NOTES]
    assert said == [("sheet_not_chosen", "note", "Нұсқаулық")]
    assert (reading.rows_in, reading.rows_data) == (3, 3)


@pytest.mark.parametrize(
    "above",
    [
        [["Класс: 7 «А»"], ["Предмет: Химия"]],
        [["Сынып:", "7 А"], ["Пән", "Химия"]],
        [["КЛАСС  7-«А»", "", "Subject — Химия"]],
        [["Есеп"], ["", "Class:", "7А"], ["ПРЕДМЕТ :", "", "Химия"], []],
    ],
)
def test_a_cell_above_the_table_says_it_of_every_row(
    write: Callable[[Sheets], Path], form: Contract, above: list[list[str]]
) -> None:
    path = write({"Барлық сынып": [*above, *ROWS]})
    assert _told(path, form) == [(7, "А", "Химия", "Айна", 5), (7, "А", "Химия", "Олжас", 4)]
    reading = read_whole(path, form)
    assert _codes(reading) == []
    place = next(row for row, cells in enumerate(above, 1) if any("7" in cell for cell in cells))
    assert str(reading.tables[0].cell("grade", 6)).endswith(str(place))


def test_a_cell_goes_before_the_name_and_a_column_before_both(
    write: Callable[[Sheets], Path], form: Contract
) -> None:
    assert _told(write({"9Г": [["Класс: 7 «А»"], *ROWS]}), form)[0][:2] == (7, "А")
    own = [["Класс", "Литера", *HEAD], ["5", "В", "Айна", "5", "0"]]
    assert _told(write({"9Г": [["Класс: 7 «А»"], *own]}), form) == [(5, "В", None, "Айна", 5)]


def test_columns_are_known_by_their_numbers(write: Callable[[Sheets], Path], form: Contract) -> None:
    numbered = [["Аты-жөні кім", "Қорытынды ба", "Неше сағат"], ["А", "1", "2"], ["Айна", "5", "0"]]
    assert _told(write({"7А": numbered}), form) == [(7, "А", None, "Айна", 5)]
    mixed = [["Оқушы", "Баға", "келмеген күні"], ["A", "1", "2"], ["Айна", "5", "7"]]
    reading = read_whole(write({"7А": mixed}), form)
    assert reading.tables[0].text["missed"].to_pylist() == ["7"]
    merged = [["Кім", "", "не", "сағ."], ["А", "А", "1", "2"], ["Айна", "", "5", "0"]]
    assert _told(write({"7А": merged}), form) == [(7, "А", None, "Айна", 5)]


def test_a_workbook_without_any_sheet_of_the_form_is_told_so(
    write: Callable[[Sheets], Path], form: Contract
) -> None:
    reading = read_whole(write({"Парақ": ROWS, "Лист": ROWS}), form)
    assert [(f.code, f.severity) for f in reading.findings if f.code not in _NOTES] == [
        ("sheet_missing", "error")
    ]
    assert (reading.rows_in, reading.rows_not_data) == (6, 6)
    assert "«Барлық сынып»" in reading.findings[codes(reading).index("sheet_missing")].text("kk")


@pytest.mark.parametrize(("position", "read"), [(1, "Бір"), (2, "Екі"), (-1, "Үш")])
def test_a_sheet_is_chosen_by_its_place(
    write: Callable[[Sheets], Path], position: int, read: str, tmp_path: Path
) -> None:
    form = _changed(tmp_path, sheets=[{"position": position}])
    own = [["Класс", "Литера", *HEAD], ["5", "В", "Айна", "5", "0"]]
    reading = read_whole(write({"Бір": own, "Екі": own, "Үш": own}), form)
    assert [table.sheet for table in reading.tables] == [read]
    assert _codes(reading).count("sheet_not_chosen") == 2


def _changed(folder: Path, **layout: Any) -> Contract:
    """The toy contract with this in its layout."""
    given = yaml.safe_load((TOYS / "class_marks.yml").read_text(encoding="utf-8"))
    given["layout"] |= layout
    (folder / "class_marks.yml").write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    return contract_of("class_marks", directory=folder)


@pytest.mark.parametrize(
    ("layout", "key", "says"),
    [
        ({"sheets": [{"name": "бір", "position": 1}]}, "layout.sheets", "one way"),
        ({"sheets": [{}]}, "layout.sheets.1", "one way"),
        ({"sheets": [{"position": 0}]}, "layout.sheets.1", "one way"),
        ({"sheets": [{"pattern": "("}]}, "layout.sheets.1.pattern", "unterminated"),
        ({"sheets": [{"name": "Басқа"}]}, "layout", "own sheet"),
        ({"sheets": [{"nam": "1 А"}]}, "layout.sheets.1.nam", ""),
        ({"sheet_name": "\\d+"}, "layout.sheet_name", "named groups"),
        ({"sheet_name": "(?P<shift>\\d)"}, "layout.sheet_name", "no column shift"),
        ({"beside": [{"labels": ["Класс"]}]}, "layout.beside.1", "fills"),
        ({"beside": [{"labels": ["Класс"], "field": "klass"}]}, "layout.beside.1", "no column klass"),
        ({"beside": [{"labels": [], "field": "grade"}]}, "layout.beside.1.labels", ""),
        ({"numbered": {"grade": "1", "mark": "1"}}, "layout", "one number"),
        ({"numbered": {"klass": "1"}}, "layout.numbered.klass", "no column klass"),
        ({"numbered": {"grade": "first"}}, "layout.numbered.grade", ""),
    ],
)
def test_a_wrong_layout_is_one_line_with_file_key_and_remedy(
    tmp_path: Path, layout: dict[str, Any], key: str, says: str
) -> None:
    with pytest.raises(AuthorError) as raised:
        _changed(tmp_path, **layout)
    line = str(raised.value)
    assert "\n" not in line and "class_marks.yml" in line
    assert key in line and says in line


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_the_template_of_such_a_form_reads_clean(tmp_path: Path, form: Contract, language: Language) -> None:
    path = tmp_path / "template.xlsx"
    path.write_bytes(template(form, language))
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append([field.example for field in form.fields])
    book.save(path)
    reading = read_whole(path, form)
    assert _codes(reading) == []
    written = reading.tables[0].text.drop(["_row"]).to_pylist()
    assert written == [{field.name: field.example for field in form.fields}]


def test_the_form_s_page_says_what_stands_beside_the_table(form: Contract) -> None:
    page = form_page(form, "ru", (), {})
    assert "**Читаемые листы:**" in page and "«Барлық сынып»" in page
    assert "**Берётся из названия листа:** Класс, Литера" in page
    assert "«Пән: …» — Предмет" in page
    assert "А — Ученик; 1 — Оценка; 2 — Пропущено" in page


def test_a_csv_says_it_above_its_table_too(write_csv: Callable[..., Path], form: Contract) -> None:
    path = write_csv([["Класс: 7 «А»"], ["Пән:", "Химия"], *ROWS], delimiter=";")
    assert _told(path, form)[0] == (7, "А", "Химия", "Айна", 5)


_NAMES = st.one_of(
    st.integers(0, 10**6).map(str),
    st.dates().map(str),
    st.sampled_from([f"{own}{end}" for own in FINDINGS_SHEETS for end in ("2", " 2А", " б", "2 2")]),
    st.text(st.characters(categories=("L", "N", "P", "S"), exclude_characters="[]:*?/\\'"), min_size=1),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_NAMES.map(lambda name: name[:31]), min_size=1, max_size=4, unique_by=str.casefold))
def test_sheets_of_any_names_are_read(tmp_path: Path, attendance: Contract, names: list[str]) -> None:
    reading = read_whole(
        BOOKS["openpyxl"](tmp_path / "w", [Sheet(name, [HEADER, ROW]) for name in names]), attendance
    )
    assert [table.sheet for table in reading.tables] == names
    assert _codes(reading) == []
