"""Tables of other software are read by layouts that are data, and it is said that they were."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.authored import AuthorError
from ingest.read.form.layouts.register_head import matches
from ingest.read.form.read import read
from ingest.read.reading import Reading
from ingest.schema.forms import layout as layouts
from ingest.schema.forms.layout import Rearranged, layouts_of
from ingest.schema.forms.load import contract

ROSTER, ATTENDANCE = contract("learner_roster"), contract("attendance")
HEAD = ["№ п/п", "ФИО ученика", "ИИН", "Класс", "Пол", "Дата рождения"]
ROWS = [
    ["1", "Үлгіұлы Үлгі Үлгіұлы", "150310700010", "5 «Ә»", "мальчик", "10.03.2015"],
    ["2", "Үлгіқызы\N{NO-BREAK SPACE}Үлгі", "150310800017", "5Б", "девочка", "10.03.2015"],
    ["3", "Үлгі", "150310800025", "11", "девочка", "10.03.2015"],
]


def _csv(path: Path, *rows: list[str]) -> Path:
    path.write_text("\n".join(";".join(row) for row in rows), encoding="utf-8")
    return path


def _texts(reading: Reading, *fields: str) -> list[tuple[str | None, ...]]:
    (table,) = reading.tables
    return list(zip(*(table.text.column(field).to_pylist() for field in fields), strict=True))


def _said(reading: Reading) -> set[str]:
    missing = {"missing_column", "column_of_some_rows_missing", "optional_column_missing"}
    return {finding.code for finding in reading.findings} - missing


def test_names_and_classes_in_one_column_each_become_the_columns_of_the_form(tmp_path: Path) -> None:
    reading = read(_csv(tmp_path / "a.csv", HEAD, *ROWS), ROSTER)

    assert _texts(reading, "last_name", "first_name", "middle_name", "grade", "letter", "sex") == [
        ("Үлгіұлы", "Үлгі", "Үлгіұлы", "5", "Ә", "m"),
        ("Үлгіқызы", "Үлгі", "", "5", "Б", "f"),
        # What does not follow the layout goes on whole, to be judged.
        ("Үлгі", None, None, "11", "", "f"),
    ]
    assert reading.tables[0].columns["last_name"] == reading.tables[0].columns["first_name"] == 2
    assert _said(reading) == {"layout_used"}
    (used,) = [finding for finding in reading.findings if finding.code == "layout_used"]
    assert "из электронного журнала" in used.text("ru")
    assert "электрондық журналдан" in used.text("kk")


def test_a_workbook_is_read_alike_and_its_values_keep_their_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("5 сынып")
        for line, row in enumerate([["Мектептің тізімі"], HEAD, *ROWS]):
            sheet.write_row(line, 1, row)

    reading = read(path, ROSTER)

    (table,) = reading.tables
    assert (table.sheet, table.header_row, table.columns["letter"]) == ("5 сынып", 2, 5)
    assert table.text.column("_row").to_pylist() == [3, 4, 5]
    assert _texts(reading, "grade", "letter")[:2] == [("5", "Ә"), ("5", "Б")]
    assert reading.rows_in == reading.rows_data + reading.rows_not_data == 4


def test_the_words_of_the_contract_go_first(tmp_path: Path) -> None:
    head = [field.labels.ru for field in ATTENDANCE.fields]
    row = [field.example or "" for field in ATTENDANCE.fields]

    assert _said(read(_csv(tmp_path / "a.csv", head, row), ATTENDANCE)) == set()


def test_a_column_of_grades_alone_is_not_taken_for_one_of_classes(tmp_path: Path) -> None:
    fields = [field for field in ATTENDANCE.fields if field.name != "letter"]
    head = [field.labels.ru for field in fields]
    row = [field.example or "" for field in fields]

    reading = read(_csv(tmp_path / "a.csv", head, row), ATTENDANCE)

    assert _said(reading) == set()
    assert "letter" not in reading.tables[0].columns


def test_two_layouts_that_fit_alike_are_asked_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def of(name: str) -> Rearranged:
        labels = {"kk": f"{name} үлгісі", "ru": f"образец {name}", "en": f"layout {name}"}
        return Rearranged.model_validate({"source": labels, "headers": {"iin": ["Нөмір"], "date": ["Қашан"]}})

    monkeypatch.setattr(layouts, "_layouts", lambda folder: (of("A"), of("B")))

    reading = read(_csv(tmp_path / "a.csv", ["Нөмір", "Қашан"], ["150310700010", "2026-09-07"]), ATTENDANCE)

    assert _said(reading) == {"layout_used", "layout_unsure"}
    (unsure,) = [finding for finding in reading.findings if finding.code == "layout_unsure"]
    assert unsure.severity == "query"
    assert "layout A" in unsure.text("en")
    assert "layout B" in unsure.text("en")


def test_constants_hold_for_every_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Rearranged.model_validate(
        {
            "source": {"kk": "үлгі", "ru": "образец", "en": "layout"},
            "headers": {"iin": ["Нөмір"], "date": ["Қашан"]},
            "constants": {"lessons_scheduled": "6"},
        }
    )
    monkeypatch.setattr(layouts, "_layouts", lambda folder: (made,))
    rows = [["Нөмір", "Қашан"], ["150310700010", "2026-09-07"], ["150310800017", "2026-09-07"]]

    reading = read(_csv(tmp_path / "a.csv", *rows), ATTENDANCE)

    assert _texts(reading, "iin", "lessons_scheduled") == [("150310700010", "6"), ("150310800017", "6")]
    missing = {finding.column for finding in reading.findings if finding.code == "missing_column"}
    assert "lessons_scheduled" not in missing
    assert "lessons_missed" in missing


def test_a_layout_with_a_field_the_form_lacks_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "layouts" / "attendance"
    folder.mkdir(parents=True)
    (folder / "odd.yml").write_text(
        "source: {kk: үлгі, ru: образец, en: layout}\nheaders: {height: [Рост]}\n", encoding="utf-8"
    )

    with pytest.raises(AuthorError, match="height"):
        layouts.rearranged(ATTENDANCE, tmp_path)


def test_subjects_side_by_side_become_rows_and_a_blank_cell_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = contract("term_results")
    made = Rearranged.model_validate(
        {
            "source": {"kk": "сынып табелі", "ru": "ведомость класса", "en": "a class sheet"},
            "across": {"field": "subject", "value": "mark", "words": "subject"},
            "constants": {"outcome": "marked"},
        }
    )
    monkeypatch.setattr(layouts, "_layouts", lambda folder: (made,))
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("5Ә")
        sheet.write_row(0, 0, ["БИН", "ИИН", "Класс", "Алгебра", "Қазақ тілі"])
        sheet.write_row(1, 0, ["650940000016", "150310700010", "7", 4, 5])
        sheet.write_row(2, 0, ["650940000016", "150310800017", "7", None, 3])

    reading = read(path, results)

    rows = {
        (table.columns["mark"], *row)
        for table in reading.tables
        for row in zip(
            *(table.text.column(name).to_pylist() for name in ("_row", "subject", "mark", "outcome")),
            strict=True,
        )
    }
    assert rows == {
        (4, 2, "algebra", "4", "marked"),
        (5, 2, "kazakh_language", "5", "marked"),
        (5, 3, "kazakh_language", "3", "marked"),
    }
    assert (reading.rows_in, reading.rows_data, reading.rows_not_data) == (4, 3, 1)
    assert _said(reading) == {"layout_used", "cross_table_read"}


QUOTES = [("", ""), ("«", "»"), ('"', '"'), ("“", "”"), ("„", "“"), ("'", "'"), ("’", "’"), ("(", ")")]


@settings(max_examples=40, deadline=None)
@given(
    grade=st.integers(0, 11),
    letter=st.sampled_from("АӘБГҒҚҢӨҰҮҺІяә"),
    quotes=st.sampled_from(QUOTES),
    before=st.sampled_from(["", "класс ", "Сынып: ", "СЫНЫП "]),
    between=st.sampled_from(["", " ", "-", " – ", "/", ".", " класс ", "-сынып, ", " кл. "]),
    behind=st.sampled_from(["", " класс", " сыныбы", "-класс", " сын.", " кл."]),
)
def test_a_class_is_told_however_it_is_written(
    grade: int, letter: str, quotes: tuple[str, str], before: str, between: str, behind: str
) -> None:
    written = f"{before}{grade}{between}{quotes[0]}{letter}{quotes[1]}{behind}"
    for form in ("attendance", "term_results", "learner_roster"):
        for layout in layouts_of(contract(form)):
            for split in getattr(layout, "splits", ()):
                if split.fields == ("grade", "letter"):
                    (found,) = matches(split.pattern, [written])
                    assert found == {"grade": str(grade), "letter": letter}, (form, written)


def test_the_days_of_a_course_and_its_document_stand_in_one_cell_each(tmp_path: Path) -> None:
    head = [
        "№",
        "ФИО педагога",
        "ИИН",
        "Тема курса",
        "Вид курса",
        "Организатор",
        "Часы",
        "Сроки",
        "№ и дата сертификата",
    ]
    rows = [
        ["1", "Үлгі Ү.", "000310700010", "Критериалды бағалау", "курсы", "Өрлеу", "80",
         "03.08.2026-14.08.2026", "№ KZ-000000 от 14.08.2026"],
        ["2", "Үлгі Ү.", "000310700010", "Инклюзия", "семинар", "Өрлеу", "8", "с 1.09.2026 по 2.09.2026", "б/н"],
        ["3", "Үлгі Ү.", "000310700010", "Робототехника", "курсы", "Өрлеу", "72", "тамыз", "77, 20.08.2026"],
    ]  # fmt: skip
    reading = read(_csv(tmp_path / "a.csv", head, *rows), contract("staff_training"))

    assert _texts(reading, "start_date", "end_date", "document_no", "document_date", "hours") == [
        ("03.08.2026", "14.08.2026", "KZ-000000", "14.08.2026", "80"),
        ("1.09.2026", "2.09.2026", "б/н", None, "8"),
        # What does not follow the layout goes on whole, to be judged.
        ("тамыз", None, "77", "20.08.2026", "72"),
    ]
    assert _said(reading) == {"layout_used"}
