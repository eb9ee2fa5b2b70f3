"""Registers as paper has them give the rows that the long form gives."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expectations.check import check
from ingest.read import Reading
from ingest.read.form.layouts.register_cells import lessons_said
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.layout import registers
from ingest.schema.forms.register_layout import LessonCells
from tests.ingest.read.form.register_sheets import BIN, IINS, LATIN, NAMES, xlsx
from tests.ingest.read.samples import codes, read_whole, typed

DAYS = [date(2026, 9, 7) + timedelta(days=place) for place in range(5)]
# A sign, and what the long form says for it of a day of six lessons: missed, valid, late, reason.
SIGNS = {
    "": (0, 0, False, None),
    "н": (6, 0, False, "INV"),
    "ж": (6, 0, False, "INV"),
    "п": (6, 6, False, "VAL"),
    "д": (6, 6, False, "VAL"),
    "б": (6, 6, False, "ILL"),
    "Б": (6, 6, False, "ILL"),
    "а": (6, 6, False, "ILL"),
    "о": (0, 0, True, None),
    "к": (0, 0, True, None),
    "2б": (2, 2, False, "ILL"),
    "н3": (3, 0, False, "INV"),
    "1н 2б": (3, 2, False, "ILL"),
    "о, 1н": (1, 0, True, "INV"),
    "2": (2, 0, False, None),
    "карантин": (6, 6, False, "QRN"),
    "+": (0, 0, False, None),
}
# As SIGNS, on a keyboard of Latin letters: nobody sees which.
SIGNS |= {sign.translate(LATIN): said for sign, said in SIGNS.items() if sign.translate(LATIN) != sign} | {
    sign.upper().translate(LATIN): said for sign, said in SIGNS.items() if sign
}


def _sheet(
    signs: list[list[str]], *, heads: list[object] | None = None, above: list[list[object]] | None = None
) -> list[list[object]]:
    return [
        ["Сынып журналы"],
        *(above or [["БИН:", BIN], ["Класс", "7 «Ә»"]]),
        [],
        ["№", "Аты-жөні", "ЖСН", *(heads or DAYS)],
        [None, "Сабақ саны", None, *[6] * len(signs[0])],
        *([place + 1, NAMES[place], IINS[place], *row] for place, row in enumerate(signs)),
        [],
        ["Сынып жетекшісі ________ /Үлгі Ү./"],
    ]


def _rows(reading: Reading, contract: Contract) -> list[tuple[object, ...]]:
    rows, findings = typed(reading, contract)
    assert not findings
    names = (
        "iin",
        "date",
        "lessons_scheduled",
        "lessons_missed",
        "lessons_missed_valid",
        "is_late",
        "absence_reason",
    )
    for row in rows:
        assert (row["bin"], row["grade"], row["letter"]) == (BIN, 7, "Ә")
    return sorted(tuple(row[name] for name in names) for row in rows)


def _expected(signs: list[list[str]]) -> list[tuple[object, ...]]:
    return sorted(
        (IINS[place], DAYS[day], 6, *SIGNS[sign])
        for place, row in enumerate(signs)
        for day, sign in enumerate(row)
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(
    signs=st.integers(1, 5).flatmap(
        lambda days: st.lists(
            st.lists(st.sampled_from(sorted(SIGNS)), min_size=days, max_size=days), min_size=1, max_size=3
        )
    )
)
def test_letters_say_what_the_long_form_says(
    tmp_path: Path, attendance: Contract, signs: list[list[str]]
) -> None:
    sheet = _sheet(signs, heads=list(DAYS[: len(signs[0])]))
    reading = read_whole(xlsx(tmp_path / "file.xlsx", sheet), attendance)
    blank = sum(sign == "" for row in signs for sign in row)
    assert codes(reading) == ["layout_used", *["register_full_days"] * bool(blank)]
    if blank:
        assert dict(reading.findings[-1].params) == {"full": blank, "days": sum(map(len, signs))}
    assert _rows(reading, attendance) == _expected(signs)


@pytest.mark.parametrize(
    ("heads", "above"),
    [
        (["07.09", "08.09", "09.09"], [["БИН:", BIN], ["7 «Ә» сыныбы"], ["2026/2027 оқу жылы"]]),
        ([7, 8, 9], [["Қыркүйек 2026"], ["БСН", BIN], ["Сынып: 7Ә"]]),
        (["7", "8", "9"], [["за сентябрь 2026–2027 уч. года"], ["БИН организации образования", BIN], ["7 «Ә» класс"]]),
        (["дс 07.09", "сс 08.09", "ср 09.09"], [["2026"], ["БИН: " + BIN], ["Класс 7-Ә"]]),
        (["7 қыркүйек", "8 қыркүйек", "9 қыркүйек"], [["2026 жыл"], ["БИН:", BIN], ["Класс:", "7 Ә"]]),
        (["7 сентября 2026", "8 сентября 2026", "9 сентября 2026"], [["БИН:", BIN], ["Сынып", "7 «ә» сынып"]]),
        (["07.09.2026", "08.09.2026", "09.09.2026"], [["БИН:", BIN], ["Класс", "7", "Литера", "Ә"]]),
        (["07.09.26", "08.09.26 г.", "9.9.26"], [["БИН:", BIN], ["Класс", "7", "Литера", "Ә"]]),
    ],
)  # fmt: skip
def test_days_and_classes_as_people_write_them(
    tmp_path: Path, attendance: Contract, heads: list[object], above: list[list[object]]
) -> None:
    signs = [["", "н", "б"], ["о", "", ""]]
    rows = _sheet(signs, heads=heads, above=above)
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), attendance)
    found, _ = typed(reading, attendance)
    assert {(row["bin"], row["grade"], row["letter"].upper()) for row in found} == {(BIN, 7, "Ә")}
    assert {row["date"] for row in found} == set(DAYS[:3])
    assert len(found) == 6


@pytest.mark.parametrize(
    ("kind", "further"), [("xlsx", []), ("csv", ["Қорытынды"]), ("xlsx", ["Ескерту", "Қолы"])]
)
@pytest.mark.parametrize("is_below", [False, True])
@pytest.mark.parametrize(
    ("heading", "above"),
    [
        ("07.09.2026", []),
        ("2026-09-07", []),
        ("7 қыркүйек 2026 ж.", []),
        ("дс 07.09", [["2026/2027 оқу жылы"]]),
        ("7", [["Қыркүйек 2026"]]),
    ],
)
def test_a_register_of_one_day(
    tmp_path: Path,
    attendance: Contract,
    heading: str,
    above: list[list[object]],
    is_below: bool,
    further: list[object],
    kind: str,
) -> None:
    rows = _sheet([["н"], [""]], heads=[heading], above=[*above, ["БИН:", BIN], ["Класс", "7 «Ә»"]])
    at = next(place for place, row in enumerate(rows) if "ЖСН" in row)
    rows[at] = ["№", "Аты-жөні", "ЖСН", *([None] if is_below else [heading]), *further]
    rows[at + 1 : at + 1] = [[None, None, None, heading]] if is_below else []
    reading = read_whole(_written(tmp_path / f"file.{kind}", rows), attendance)
    assert _rows(reading, attendance) == _expected([["н"], [""]])


@pytest.mark.parametrize("heading", ["07.09", "дс", "Пн"])
def test_of_one_day_whose_month_nothing_tells_it_is_asked(
    tmp_path: Path, attendance: Contract, heading: str
) -> None:
    rows = _sheet([["н"], [""]], heads=[heading])
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), attendance)
    assert [(f.code, f.value) for f in reading.findings if f.severity == "error"] == [
        ("register_days_unclear", heading)
    ]


@pytest.mark.parametrize("title", ["07.09.2026", "Есеп 07.09.2026 күнгі", "2026-09-07"])
@pytest.mark.parametrize("gap", [0, 1])
@pytest.mark.parametrize("left", [0, 3])
def test_a_day_above_a_long_table_heads_no_column(
    tmp_path: Path, attendance: Contract, title: str, gap: int, left: int
) -> None:
    header = ["БСН", "ЖСН", "Күні", "Сынып", "Сынып литері", "Сабақ саны", "Пропуски", "Дәлелді"]
    rows: list[list[object]] = [
        [*[None] * left, title],
        *[[]] * gap,
        header,
        [BIN, IINS[0], DAYS[0], 7, "Ә", 6, 8, 9],
    ]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), attendance)
    assert reading.tables[0].columns["date"] == 3 and "layout_used" not in codes(reading)


def _written(path: Path, rows: list[list[object]]) -> Path:
    if path.suffix == ".xlsx":
        return xlsx(path, rows)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    return path


def test_a_register_as_a_csv(tmp_path: Path, attendance: Contract) -> None:
    signs = [["", "н"], ["б", "о"]]
    path = tmp_path / "file.csv"
    rows = _sheet(signs, heads=["07.09.2026", "08.09.2026"])
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows(rows)
    assert _rows(read_whole(path, attendance), attendance) == _expected(signs)


def test_a_sheet_for_each_class_and_words_over_two_rows(tmp_path: Path, attendance: Contract) -> None:
    rows = _sheet([["н", ""]], heads=list(DAYS[:2]))
    head = next(place for place, row in enumerate(rows) if "ЖСН" in row)
    rows[head : head + 1] = [
        ["№", "Аты-жөні", "ЖСН", "Күндер", None],
        [None, None, None, *DAYS[:2]],
        [None, None, None, "дс", "сс"],
    ]
    other = [[cell if cell != "7 «Ә»" else "8Б" for cell in row] for row in rows]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows, other), attendance)
    found, findings = typed(reading, attendance)
    assert not findings
    assert {(row["grade"], row["letter"], row["date"], row["lessons_missed"]) for row in found} == {
        (7, "Ә", DAYS[0], 6), (7, "Ә", DAYS[1], 0), (8, "Б", DAYS[0], 6), (8, "Б", DAYS[1], 0),
    }  # fmt: skip


def test_a_day_without_lessons_is_no_school_day(tmp_path: Path, attendance: Contract) -> None:
    rows = _sheet([["", "", "н"]], heads=list(DAYS[:3]))
    counts = next(row for row in rows if "Сабақ саны" in row)
    counts[4] = None
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), attendance)
    assert [row[1] for row in _rows(reading, attendance)] == [DAYS[0], DAYS[2]]
    counts[5] = None
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), attendance)
    assert [(f.code, f.cell) for f in reading.findings if f.severity == "error"] == [
        ("register_day_without_lessons", "F7")
    ]


def test_without_numbers_of_lessons_there_is_one_error(tmp_path: Path, attendance: Contract) -> None:
    rows = [row for row in _sheet([["", "н"], ["", ""]], heads=list(DAYS[:2])) if "Сабақ саны" not in row]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), attendance)
    assert [f.code for f in reading.findings if f.severity == "error"] == ["register_lessons_missing"]


def test_an_unknown_sign_is_named_with_its_cell(tmp_path: Path, attendance: Contract) -> None:
    reading = read_whole(
        xlsx(tmp_path / "file.xlsx", _sheet([["х", "", "-"]], heads=list(DAYS[:3]))), attendance
    )
    said = [(f.code, f.cell, f.value) for f in reading.findings if f.severity == "error"]
    assert said == [("register_sign_unknown", "D7", "х"), ("register_sign_unknown", "F7", "-")]
    assert all("н (ж)" in f.message["ru"] for f in reading.findings if f.severity == "error")


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("нб", "н"), ("Нб", "н"), ("HБ", "н"), ("уп", None), ("болеет", "б"), ("Болеет!", "б"), ("ауру", "а"),
        ("ауырып тұр", None), ("опоздание", "о"), ("кешігіп", "к"), ("карант", "карантин"),
        (".", None), ("-", None), ("щ", None),
        ("5+5", None),
    ],
)  # fmt: skip
def test_an_unknown_sign_is_asked_about_with_the_nearest_one(
    tmp_path: Path, attendance: Contract, written: str, near: str | None
) -> None:
    reading = read_whole(
        xlsx(tmp_path / "file.xlsx", _sheet([[written, ""]], heads=list(DAYS[:2]))), attendance
    )
    said = [(f.value, f.suggestion) for f in reading.findings if f.code == "register_sign_unknown"]
    assert said == [(written, near)] or (not said and lessons_said(written, 6, _cells(attendance)))
    if near:
        assert lessons_said(near, 6, _cells(attendance))


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize(
    "heads",
    [[7, 8, 9, 10], ["07.09", "08.09", "09.09", "10.09"], ["Дс", "Сс", "Ср", "Бс"], ["пн", "вт", "ср", "чт"]],
)
@pytest.mark.parametrize("is_below", [False, True])
def test_days_whose_month_nothing_tells_are_asked_about_once(
    tmp_path: Path, attendance: Contract, heads: list[object], is_below: bool, kind: str
) -> None:
    rows = _sheet([["", "н", "", "б"], ["", "", "", ""]], heads=heads)
    at = next(place for place, row in enumerate(rows) if "ЖСН" in row)
    if is_below:
        rows[at : at + 1] = [["№", "Аты-жөні", "ЖСН"], [None, None, None, *heads]]
    reading = read_whole(_written(tmp_path / f"file.{kind}", rows), attendance)
    assert [(f.code, f.value) for f in reading.findings if f.severity == "error"] == [
        ("register_days_unclear", str(heads[0]))
    ]


def test_numbers_of_columns_below_a_header_are_no_days(tmp_path: Path, attendance: Contract) -> None:
    path = tmp_path / "file.csv"
    names = ["БИН", "ИИН", "Дата", "Класс", "Литера", "А", "Б", "В", "Г", "Д"]
    lines = [names, [str(n) for n in range(1, 11)], [BIN, IINS[0], "07.09.2026", "7", "Ә", *"12345"]]
    path.write_text("".join(";".join(line) + "\n" for line in lines), encoding="utf-8")
    reading = read_whole(path, attendance)
    assert "register_days_unclear" not in codes(reading)
    assert reading.rows_data == 1


def _cells(contract: Contract) -> LessonCells:
    return next(layout.lessons for layout in registers(contract) if layout.lessons)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("lacks", range(8))
def test_what_a_register_lacks_is_said_and_nothing_else(
    tmp_path: Path, attendance: Contract, lacks: int, kind: str
) -> None:
    lessons, organisation, numbers = (bool(lacks & bit) for bit in (1, 2, 4))
    rows = _sheet([["", "н"], ["б", ""]], heads=["07.09.2026", "08.09.2026"])
    rows = [row for row in rows if not (lessons and "Сабақ саны" in row)]
    rows = [row for row in rows if not (organisation and BIN in row)]
    rows = [row[:2] + row[3:] if numbers and len(row) > 3 else row for row in rows]
    reading = read_whole(_written(tmp_path / f"file.{kind}", rows), attendance)
    said = {(f.code, f.column) for f in reading.findings if f.severity == "error"}
    assert said == {
        *[("register_lessons_missing", "date")] * lessons,
        *[("missing_column", "bin")] * organisation,
        *[("missing_column", "iin")] * numbers,
    }
    assert "layout_used" in codes(reading)
    assert reading.rows_data == (0 if lessons else 4)


def test_a_learner_without_an_identifier_is_not_lost(tmp_path: Path, attendance: Contract) -> None:
    rows = _sheet([["н", ""], ["", ""]], heads=list(DAYS[:2]))
    learner = next(row for row in rows if NAMES[0] in row)
    learner[2] = None
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), attendance)
    found, _ = typed(reading, attendance)
    assert sorted(str(row["iin"]) for row in found) == sorted([IINS[1]] * 2 + ["None"] * 2)


def test_a_learner_absent_nowhere_is_present(tmp_path: Path, attendance: Contract) -> None:
    reading = read_whole(xlsx(tmp_path / "file.xlsx", _sheet([["", ""]], heads=list(DAYS[:2]))), attendance)
    assert _rows(reading, attendance) == _expected([["", ""]])


def test_every_letter_of_the_dictionary_can_be_written(tmp_path: Path, attendance: Contract) -> None:
    for code in codelist("absence_reason").codes:
        for word in code.words:
            reading = read_whole(
                xlsx(tmp_path / "file.xlsx", _sheet([[word, ""]], heads=list(DAYS[:2]))), attendance
            )
            assert codes(reading) == ["layout_used", "register_full_days"], word


def test_a_long_table_is_no_register(tmp_path: Path, attendance: Contract) -> None:
    header = ["БСН", "ЖСН", "Күні", "Сынып", "Сынып литері", "Сабақ саны", "Пропуски", "Дәлелді", "Кешікті"]
    rows: list[list[object]] = [header, [BIN, IINS[0], DAYS[0], 7, "Ә", 6, 8, 9, "жоқ"]]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", rows), attendance)
    assert reading.tables[0].columns["date"] == 3 and "layout_used" not in codes(reading)


def test_what_stands_above_is_found_wrong_where_it_stands_and_once(tmp_path: Path) -> None:
    other = "650140000018"
    above: list[list[object]] = [["БИН:", other], ["Класс", "17 «Ә»"]]
    path = xlsx(tmp_path / "register.xlsx", _sheet([[""] * 5, [""] * 5], above=above))
    verdict = check(path, "attendance", node=BIN, period="2026-W38", demo=True)
    found = [(finding.code, finding.cell) for finding in verdict.findings if finding.severity == "error"]
    assert found.count(("bin_check_digit", "B2")) == 1
    assert found.count(("out_of_range", "B3")) == 1
    # The days are those of the week before: each is said at its heading.
    assert sorted(cell or "" for code, cell in found if code == "date_in_period") == [
        "D5",
        "E5",
        "F5",
        "G5",
        "H5",
    ]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("further", [0, 1, 3])
def test_each_row_that_is_no_learners_counts_once(tmp_path: Path, attendance: Contract, further: int) -> None:
    rows = _sheet([["", "н"], ["б", "о"]], heads=DAYS[:2])
    found = [
        read_whole(xlsx(tmp_path / f"{len(more)}.xlsx", rows + more), attendance).rows_not_data
        for more in ([], [["Тексерілді"]] * further)
    ]
    assert found[1] - found[0] == further


@pytest.mark.parametrize(
    "caption",
    [["Уроков в день: 6"], ["Күніне сабақ саны", 6], ["Число уроков в день – 6 уроков"], ["Уроков в день 6"]],
)
def test_a_number_of_lessons_above_the_table_is_that_of_every_day(
    tmp_path: Path, attendance: Contract, caption: list[object]
) -> None:
    signs = [sorted(SIGNS)[:3]]
    sheet = [row for row in _sheet(signs, heads=list(DAYS[:3])) if "Сабақ саны" not in row]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", [caption, *sheet]), attendance)
    assert "register_lessons_above" in codes(reading)
    assert not [each for each in reading.findings if each.severity != "note"]
    assert _rows(reading, attendance) == _expected(signs)


@pytest.mark.parametrize(
    "captions",
    [[["Уроков в день: 5-6"]], [["Уроков в день: 6"], ["Күніне сабақ", 5]], [["Уроков в день: 0"]]],
)
def test_a_number_of_lessons_that_may_be_another_is_asked_about(
    tmp_path: Path, attendance: Contract, captions: list[list[object]]
) -> None:
    sheet = [row for row in _sheet([["", "", ""]], heads=list(DAYS[:3])) if "Сабақ саны" not in row]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", [*captions, *sheet]), attendance)
    assert [each.code for each in reading.findings if each.severity == "error"] == [
        "register_lessons_missing"
    ]


def test_a_row_that_counts_day_by_day_goes_before_what_stands_above(
    tmp_path: Path, attendance: Contract
) -> None:
    sheet = [["Уроков в день: 7"], *_sheet([["", ""]], heads=list(DAYS[:2]))]
    reading = read_whole(xlsx(tmp_path / "file.xlsx", sheet), attendance)
    assert "register_lessons_above" not in codes(reading)
    assert _rows(reading, attendance) == _expected([["", ""]])
