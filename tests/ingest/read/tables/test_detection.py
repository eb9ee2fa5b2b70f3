"""Headers and rows of data on sheets of offices, and rows that number columns, with no contract."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.plain.reader import read_general
from ingest.read.tables.detection import find_tables
from ingest.read.tables.table import GridRow, Table
from tests.annotated.measure import scores, write
from tests.annotated.sheets import sheet
from tests.annotated.words import STYLES
from tests.ingest.read.writers import WRITERS


@pytest.mark.parametrize("style", sorted(STYLES))
def test_headers_and_rows_of_annotated_sheets_are_found(tmp_path: Path, style: str) -> None:
    headers, rows = scores((sheet(style, 5_000 + seed) for seed in range(60)), tmp_path)
    assert headers.f1 >= 0.95, (headers, rows)
    assert rows.f1 >= 0.96, (headers, rows)


@pytest.mark.parametrize("seed", range(12))
def test_every_row_of_an_annotated_sheet_is_somewhere(tmp_path: Path, seed: int) -> None:
    made = sheet("office", seed)
    reading = read_general(write(made, tmp_path / "sheet.xlsx"))
    assert reading.rows_in == reading.rows_written + reading.rows_not_data == len(made.rows)


def _read(path: Path, text: str) -> tuple[list[list[str]], dict[str, str]]:
    path.write_text(text, encoding="utf-8")
    reading = read_general(path)
    said = {finding.code: finding.severity for finding in reading.findings}
    return list(reading.sheets[0].csv_rows()), said


def test_numbers_of_columns_above_words_are_no_record(tmp_path: Path) -> None:
    for numbers in ("1;2;3", "А;1;2", "(1);(2);(3)", "I;II;III"):
        rows, said = _read(tmp_path / "a.csv", f"Аты;Тегі;Пән\n{numbers}\nНұрлан;Ким;физика\nАйна;Ли;химия\n")
        assert rows == [["Аты", "Тегі", "Пән"], ["Нұрлан", "Ким", "физика"], ["Айна", "Ли", "химия"]]
        assert said["numbering_row"] == "note"


def test_a_record_that_counts_is_kept_and_asked_about(tmp_path: Path) -> None:
    rows, said = _read(tmp_path / "a.csv", "саны;күні;айы\n1;2;3\n4;5;6\n7;8;1\n")
    assert rows[1:] == [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "1"]]
    assert said["numbering_kept"] == "query"


@pytest.mark.parametrize("width", [3, 4, 5, 6])
def test_a_short_row_of_numbers_above_numbers_is_a_record(tmp_path: Path, width: int) -> None:
    header = ";".join(f"c{place}x" for place in "abcdef"[:width])
    rows = [";".join(str(row * width + place) for place in range(1, width + 1)) for row in range(4)]
    found, said = _read(tmp_path / "a.csv", "\n".join([header, *rows]))
    assert (len(found), said["numbering_kept"]) == (4 + 1, "query")


def test_a_long_row_of_numbers_above_numbers_is_asked_about(tmp_path: Path) -> None:
    header, numbers = ";".join(f"c{place}x" for place in "abcdefg"), ";".join("1234567")
    body = "\n".join(";".join(str(row * 7 + place) for place in range(7)) for row in range(3, 9))
    rows, said = _read(tmp_path / "a.csv", f"{header}\n{numbers}\n{body}\n")
    assert (len(rows), said["numbering_row"]) == (7, "query")


def test_numbers_of_columns_below_a_repeated_header_are_no_record(tmp_path: Path) -> None:
    head = "Аты;Тегі;Пән\n1;2;3\n"
    rows, _ = _read(tmp_path / "a.csv", f"{head}Нұрлан;Ким;физика\nАйна;Ли;химия\n{head}Олжас;Хан;өнер\n")
    assert len(rows) == 4


@pytest.mark.parametrize("writer", ["xlsxwriter", "xlwt", "odfpy", "html", "csv", "xlsb"])
def test_a_group_carries_on_over_each_of_its_columns(tmp_path: Path, writer: str) -> None:
    rows = [
        ["Аудан", "Экспорт", "", "Импорт", "", "Барлығы"],
        ["", "план", "факт", "план", "факт", ""],
        *[[f"Аудан {place}", place, 2 * place, 3 * place, 4, 9.5] for place in range(2, 9)],
    ]
    merged = [(0, 0, 1, 0), (0, 1, 0, 2), (0, 3, 0, 4), (0, 5, 1, 5)]
    reading = read_general(WRITERS[writer](tmp_path / "file", rows, merged))
    names = next(iter(reading.sheets[0].csv_rows()))
    assert names == ["Аудан", "Экспорт план", "Экспорт факт", "Импорт план", "Импорт факт", "Барлығы"]
    assert reading.rows_written == 7


@pytest.mark.parametrize("letters", ["АБВГ", "abcd", "ӘҒҚҢ"])
def test_a_first_record_that_could_number_columns_is_kept_where_letters_stand_below(letters: str) -> None:
    cells = [
        ["Литера", "Ұл", "Қыз"],
        *([letter, str(place + 1), str(place + 2)] for place, letter in enumerate(letters)),
    ]
    rows = [GridRow(number, row) for number, row in enumerate(cells, 1)]
    contents = find_tables(rows)
    assert [row.number for table in contents.tables for row in table.body] == [2, 3, 4, 5]


@pytest.mark.parametrize("again", [["ФИО ", "КЛАСС"], ["фио", " класс"], ["ФИО", "Класс"]])
def test_a_header_said_again_in_other_capitals_is_one(again: list[str]) -> None:
    cells = [["ФИО", "Класс"], ["Асан", "5"], ["Болат", "6"], again, ["Серик", "6"], ["Дана", "7"]]
    contents = find_tables([GridRow(number, row) for number, row in enumerate(cells, 1)])
    assert [row.number for row in contents.aside["repeated_header"]] == [4]


def _tables(cells: list[list[str]]) -> tuple[list[int], dict[str, list[int]]]:
    """The numbers of the records, and of the rows aside by their reason."""
    contents = find_tables([GridRow(number, row) for number, row in enumerate(cells, 1)])
    aside = {reason: [row.number for row in rows] for reason, rows in contents.aside.items()}
    return [row.number for table in contents.tables for row in table.body], aside


_SPEAKING = st.sampled_from(
    ["Аль-Фараби мектебі", "2-сынып", "Али-Хан", "АБД-РАШИД", "әл-Фараби", "Источник", "Примечание", "Ескертпе",
     "Легенда о Коркыте", "Source", "Note taking", "*Абай мектебі", "¹ Абай", "Из них", "А - Омега", "н–отсут"]
)  # fmt: skip
_VALUES = st.sampled_from(
    [["20", "7"], ["20.5", "1 200"], ["01.09.2024", "02.09.2024"], ["a@b.kz", "c@d.kz"]]
)


@given(_SPEAKING, _VALUES, st.integers(1, 60), st.booleans(), st.booleans())
def test_a_last_row_with_a_value_of_its_column_is_a_record_whatever_it_is_called(
    name: str, values: list[str], count: int, has_third: bool, is_third_filled: bool
) -> None:
    third = ["Тілі"] * has_third
    rows = [
        ["Мектеп", *third, "Мәні"],
        *([f"Мектеп {place}", *["қазақ"] * has_third, values[0]] for place in range(count)),
        [name, *(["орыс" if is_third_filled else ""] * has_third), values[1]],
    ]
    records, aside = _tables(rows)
    assert (records, aside) == (list(range(2, count + 3)), {})


@pytest.mark.parametrize("name", ["Абу-Насыр", "Али-Хан", "АБУ-НАСЫР", "Абд-Рашид", "Источник", "2-топ"])
def test_a_last_row_of_words_that_fills_a_table_of_words_is_a_record(name: str) -> None:
    assert _tables([["Имя", "Фамилия"], ["Али", "Серик"], [name, "Бек"]]) == ([2, 3], {})


@pytest.mark.parametrize(
    "note",
    [
        "н-не был",
        "ж – ауырған",
        "н = болмады",
        "ж- ауырған",
        "* толық емес",
        "Ескертпе: толық емес",
        "Дереккөз",
    ],
)
def test_a_note_alone_below_the_records_is_none(note: str) -> None:
    rows = [["Аты", "Тегі", "Балл"], ["Али", "Серик", "5"], ["Айна", "Ли", "4"], [note, "", ""]]
    assert _tables(rows) == ([2, 3], {"postamble_rows": [4]})


@pytest.mark.parametrize("note", ["Примечание", "* см. приказ", "Source: ministry"])
def test_a_note_whose_second_cell_is_no_value_of_its_column_is_none(note: str) -> None:
    rows = [["Мектеп", "Саны"], ["Абай", "20"], ["Ломоносов", "21"], [note, "данные за май"]]
    assert _tables(rows) == ([2, 3], {"postamble_rows": [4]})


_NONES = ["нет", "—", "-", "н", "н/а", "осв", "n/a", "NULL", "#Н/Д", "#ДЕЛ/0!", "неизвестно", "Жоқ", "болел",
          "в отпуске", "белгісіз", "pending", "…"]  # fmt: skip
_TYPED = st.sampled_from(
    [["87012345678", "87012345679"], ["5", "4.5"], ["01.02.2010", "3.4.2011"], ["8:00", "9:30"]]
)


@given(st.sampled_from(_NONES), _TYPED, st.integers(2, 40), st.sampled_from(["5А", "", "физика"]))
def test_a_first_record_whose_typed_cell_holds_a_word_is_no_part_of_the_header(
    word: str, values: list[str], count: int, other: str
) -> None:
    rows = [
        ["ФИО", "Мәні", "Класс"],
        ["Иванов Али", word, other],
        *(
            [f"Петров {'АБВГДЕЖЗИК'[place % 10] * (1 + place // 10)}", values[place % 2], "6Б"]
            for place in range(count)
        ),
    ]
    records, _ = _tables(rows)
    assert records == list(range(2, count + 3))


@given(
    st.lists(st.sampled_from(["нет", "—", "NULL", "н/а", "#Н/Д"]), min_size=2, max_size=2), st.integers(2, 9)
)
def test_a_first_record_that_lacks_every_typed_value_is_no_part_of_the_header(
    words: list[str], count: int
) -> None:
    rows = [["Аты", "Телефон", "Балл"], ["Иванов", *words]]
    rows += [["Петров " + "АБВГДЕЖЗИК"[place], f"8701234567{place}", str(place)] for place in range(count)]
    assert _tables(rows)[0] == list(range(2, count + 3))


def test_records_that_lack_their_value_are_no_header_however_many_come_first() -> None:
    rows = [["name", "val"], *([name, "—"] for name in ("a", "y", "z", "w")), ["q", "5"]]
    assert _tables(rows) == ([2, 3, 4, 5, 6], {})


@pytest.mark.parametrize(("width", "is_notes"), [(1, False), (2, True), (3, True)])
def test_what_lies_below_in_a_further_piece_is_weighed_by_the_table_above(width: int, is_notes: bool) -> None:
    """Lines of one cell are notes below a table of several columns, whichever piece of the rows they come in."""
    above = Table([GridRow(1, ["Аты", "Тегі", "Пән"][:width])], [], width)
    lines = [GridRow(8, [""]), GridRow(9, ["ескерту"]), GridRow(10, ["тағы бірі"])]
    found = find_tables(lines, above)
    rows = [row.number for table in found.tables for row in [*table.header, *table.body] if row.number > 1]
    assert rows == ([] if is_notes else [9, 10])
