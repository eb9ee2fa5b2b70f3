"""Plain reading: rows between records that are no records are left out and said; a record is never dropped."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.plain.reader import read_general
from ingest.read.tables import between
from ingest.read.tables.detection import find_tables
from ingest.read.tables.row_kinds import hints_at
from ingest.read.tables.table import GridRow
from tests.ingest.read.writers import WRITERS


def _read(folder: Path, text: str) -> tuple[list[list[str]], dict[int, tuple[str, str]]]:
    """The rows below the header, and by row what was said of it."""
    file = folder / "a.csv"
    file.write_text(text, encoding="utf-8")
    reading = read_general(file)
    said = {finding.row: (finding.code, finding.severity) for finding in reading.findings if finding.row}
    return list(reading.sheets[0].csv_rows())[1:], said


def test_captions_and_subtotals_in_the_midst_are_left_out_and_said(tmp_path: Path) -> None:
    rows, said = _read(
        tmp_path,
        "Школа;Мальчики;Девочки\n7 «А» класс;;\nСШ 1;10;12\nСШ 2;5;6\nИтого;15;18\n"
        "Ауыл мектептері:;;\nСШ 3;1;2\nСШ 4;3;4\nБарлығы;4;6\nВсего;19;24\n",
    )
    assert rows == [["СШ 1", "10", "12"], ["СШ 2", "5", "6"], ["СШ 3", "1", "2"], ["СШ 4", "3", "4"]]
    assert said == {
        2: ("caption_row", "note"),
        5: ("totals_row", "note"),
        6: ("caption_row", "note"),
        9: ("totals_row", "note"),
        10: ("totals_row", "note"),
    }


@pytest.mark.parametrize(
    ("total", "is_sum"),
    [("Всего;6;9", True), ("Орташа мәні;3;4,5", True), ("Итого;7;9", True), ("Всего мест;70;80", False)],
)
def test_totals_are_told_from_figures_by_their_sums(tmp_path: Path, total: str, is_sum: bool) -> None:
    rows, said = _read(tmp_path, f"Показатель;Город;Село\nШкол;2;4\nКлассов;4;5\n{total}\nКружков;2;1\n")
    assert (len(rows), said[4][0]) == ((3, "totals_row") if is_sum else (4, "totals_kept"))


def test_the_last_figure_of_a_table_is_not_taken_for_its_sum(tmp_path: Path) -> None:
    rows, said = _read(tmp_path, "Показатель;Значение\nКлассов;20\nВсего учащихся;500\n")
    assert (rows[-1], said[3][0]) == (["Всего учащихся", "500"], "totals_kept")


@pytest.mark.parametrize("records", [["А;1;2"], ["1;2;3"], ["А;1;2", "Б;3;4"], ["1;2;3", "4;5;6"]])
@pytest.mark.parametrize("total", ["Итого", "Барлығы:", "TOTAL"])
def test_records_that_count_stay_beside_their_totals(tmp_path: Path, records: list[str], total: str) -> None:
    cells = [record.split(";") for record in records]
    sums = [str(sum(int(row[place]) for row in cells)) for place in (1, 2)]
    rows, said = _read(tmp_path, "\n".join(["Школа;Ұлдар;Қыздар", *records, ";".join([total, *sums])]))
    assert rows == cells
    assert said[len(records) + 2][0] == "totals_row"


@pytest.mark.parametrize("cross", ["х;х;х", "X;X;X", "–;—;-", "...;...;...", "*;;*", "ХХХ;ххх;xxx"])
def test_a_row_struck_out_is_no_record(tmp_path: Path, cross: str) -> None:
    rows, said = _read(tmp_path, f"Аты;Ұлдар;Қыздар\n{cross}\nСШ 1;10;12\nСШ 2;5;6\n{cross}\nСШ 3;5;6\n")
    assert rows == [["СШ 1", "10", "12"], ["СШ 2", "5", "6"], ["СШ 3", "5", "6"]]
    assert said[2] == said[5] == ("filler_row", "note")


def test_crosses_are_values_where_others_hold_them(tmp_path: Path) -> None:
    rows, said = _read(tmp_path, "Пн;Вт;Ср\nх;;х\n;х;х\nх;х;х\n")
    assert (len(rows), said) == (3, {})


@pytest.mark.parametrize(
    "hint",
    [
        "текст;дд.мм.гггг;число", "мәтін;кк.аа.жжжж;сан", "varchar(50);YYYY-MM-DD;int", "обязательно;;обязательно",
        "мысалы, Асанов;01.02.2010;5", "Пример: Иванов;05.05.2011;7", "введите ФИО;дата;выберите из списка",
        "50 символов;дд/мм/гггг;1 цифра",
    ],
)  # fmt: skip
def test_a_row_that_says_how_to_fill_in_is_no_record_and_no_header(tmp_path: Path, hint: str) -> None:
    rows, said = _read(tmp_path, f"ФИО;Туған күні;Класс\n{hint}\nИванов;01.02.2010;5\nКим;01.02.2011;6\n")
    assert (len(rows), said[2]) == (2, ("hint_row", "note"))


def test_a_table_of_types_is_a_table(tmp_path: Path) -> None:
    rows, said = _read(
        tmp_path, "field;type;key\nname;text;да\nage;integer;нет\nday;date;нет\nnote;text;нет\n"
    )
    assert (len(rows), said) == (4, {})


def test_a_record_with_one_value_is_kept_and_said(tmp_path: Path) -> None:
    rows, said = _read(tmp_path, "Село;Население;Школ\nАбай;100;1\nКөл;;\nНұра;50;1\n")
    assert (["Көл", "", ""] in rows, said[3]) == (True, ("caption_kept", "query"))


@pytest.mark.parametrize("writer", ["xlsxwriter", "xlwt", "odfpy", "html"])
def test_a_caption_merged_across_the_table_is_none_of_its_records(tmp_path: Path, writer: str) -> None:
    cells = [
        ["Ауыл", "Халқы", "Мектеп"],
        ["Нұра", 5, 1],
        ["Солтүстік", "", ""],
        ["Абай", 7, 2],
        ["Көл", 8, 1],
    ]
    path = WRITERS[writer](tmp_path / "file", cells, [(2, 0, 2, 2)])
    reading = read_general(path)
    assert [row[0] for row in reading.sheets[0].csv_rows()] == ["Ауыл", "Нұра", "Абай", "Көл"]
    assert ("caption_row", 3) in {(finding.code, finding.row) for finding in reading.findings}


_TYPES = (
    "текст",
    "число",
    "дата",
    "код",
    "список",
    "время",
    "int",
    "text",
    "date",
    "varchar(20)",
    "дд.мм.гггг",
)
_NEEDS = ("required", "optional", "обязательно", "необязательно", "да", "нет")


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_records_of_a_list_of_columns_are_never_taken_for_hints(data: st.DataObject) -> None:
    """However many columns a list of columns describes, none of its records is lost in silence."""
    drawn = data.draw(
        st.lists(st.tuples(st.sampled_from(_TYPES), st.sampled_from(_NEEDS)), min_size=1, max_size=12)
    )
    rows = [[f"field_{place}", *cells] for place, cells in enumerate(drawn)]
    contents = find_tables(
        [GridRow(number, cells) for number, cells in enumerate([["Поле", "Тип", "Обяз"], *rows], 1)]
    )
    lost = contents.aside.get("hint_row", [])
    # One of them may be the row that says how to fill in, where most others say no such thing.
    says = [cells for cells in rows if hints_at(cells)]
    assert len(lost) <= 1
    assert not lost or (lost[0].number == 2 and 3 * (len(says) - 1) < len(rows) - 1)
    assert sum(len(table.body) for table in contents.tables) >= len(rows) - 1


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("header", [["Фамилия", "Имя"], ["a", "b", "c"], ["Аты", "Жасы"]])
@pytest.mark.parametrize("records", [[["Сейітов", "Али"], ["Ким", "Бек"]], [["x1", "кк"], ["y2", "5А"]]])
def test_a_header_said_again_right_below_is_folded(
    tmp_path: Path, header: list[str], records: list[list[str]], count: int
) -> None:
    again = [[name.upper() for name in header], [f" {name} " for name in header], header, header, header]
    width = len(header)
    body = [(cells * 2)[:width] for cells in records]
    text = "\n".join(";".join(cells) for cells in [header, *again[:count], *body])
    file = tmp_path / "a.csv"
    file.write_text(text, encoding="utf-8")
    reading = read_general(file)
    assert list(reading.sheets[0].csv_rows()) == [header, *body]
    said = [finding.row for finding in reading.findings if finding.code == "repeated_header"]
    assert said == list(range(2, 2 + count))


@pytest.mark.parametrize("cells", ["х;х", "—;—", "***;***"])
def test_rows_that_say_nothing_cost_no_look_at_all_others(
    cells: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The texts of a column are looked at once, however many rows say nothing."""
    looks = 0
    counted = between.says_nothing

    def says_nothing(text: str) -> bool:
        nonlocal looks
        looks += 1
        return counted(text)

    monkeypatch.setattr(between, "says_nothing", says_nothing)
    work = []
    for many in (500, 2_000):
        looks = 0
        rows = [["ok", "note"], *[cells.split(";")] * many]
        find_tables([GridRow(number, row) for number, row in enumerate(rows, 1)])
        work.append(looks)
    assert work[1] <= 5 * work[0]


@pytest.mark.parametrize(
    ("cells", "is_thin"),
    [
        (["а", "", "", ""], True),
        (["", "", "", "1"], True),
        (["", "а", "1", ""], True),
        (["а", "", "", "1"], False),  # whole rows begin and end with something
        (["", "а", "1", "2"], False),
        (["а", "1", "2", ""], False),
        (["", ""], True),
        (["а", " "], True),
    ],
)
def test_a_row_filled_to_the_half_is_worth_a_look_unless_it_has_both_its_ends(
    cells: list[str], is_thin: bool
) -> None:
    assert between._is_thin(GridRow(1, cells)) is is_thin


@pytest.mark.parametrize("below", [[], [["", "", "чел.", "чел."]]])
@pytest.mark.parametrize("writer", ["openpyxl", "xlwt", "odfpy", "html"])
def test_a_row_that_merged_names_cover_whole_parts_no_header_from_its_records(
    tmp_path: Path, writer: str, below: list[list[str]]
) -> None:
    rows: list[list[str]] = [
        ["Школа", "Код", "Учащиеся", ""],
        ["", "", "Мальчики", "Девочки"],
        ["", "", "", ""],
        *below,
        *([f"СШ №{n}", f"A{n}", str(10 + n), str(20 + n)] for n in range(4)),
    ]
    merged = [(0, 0, 2, 0), (0, 1, 2, 1), (0, 2, 0, 3), (1, 2, 2, 2), (1, 3, 2, 3)]
    [sheet] = read_general(WRITERS[writer](tmp_path / "a", rows, merged)).sheets
    names, *records = sheet.csv_rows()
    assert all(
        word in name for word, name in zip(("Школа", "Код", "Мальчики", "Девочки"), names, strict=True)
    )
    assert [row[0] for row in records] == [f"СШ №{n}" for n in range(4)]
