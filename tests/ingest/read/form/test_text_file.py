"""Csv files, as programs and people write them, read as the form `attendance`."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.read.form.files.text_file import MOST_COLUMNS, _is_odd
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, ROW, changed, codes, read_whole

CLASSIFIER = Path(__file__).parents[5] / "shared" / "data" / "kato.csv"
LABELS = ["БСН", "ЖСН", "Күні", "Сынып", "Литер"]


@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("mark", [False, True])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_both_delimiters_with_and_without_mark_and_quotes(
    write_csv: Callable[..., Path], attendance: Contract, delimiter: str, mark: bool, quoting: int
) -> None:
    path = write_csv([HEADER, ROW, ROW], delimiter=delimiter, mark=mark, quoting=quoting)
    reading = read_whole(path, attendance)
    assert codes(reading) == []
    (table,) = reading.tables
    assert table.sheet is None
    assert table.columns == {name: place for place, name in enumerate(HEADER, start=1)}
    assert table.text.to_pylist() == [dict(zip(HEADER, ROW, strict=True)) | {"_row": row} for row in (2, 3)]
    assert (reading.rows_in, reading.rows_not_data) == (2, 0)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(write_text: Callable[..., Path], attendance: Contract, end: str) -> None:
    reading = read_whole(write_text(end.join([",".join(HEADER), ",".join(ROW)])), attendance)
    assert reading.tables[0].text.column("iin").to_pylist() == [ROW[1]]


def test_titles_blank_lines_numbers_repeated_headers_and_totals_are_not_data(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    numbers = [str(number) for number in range(1, len(HEADER) + 1)]
    blank = [""] * len(HEADER)
    rows = [
        [], ["Сабаққа қатысу"], ["37-апта", ""], [],  # the first row has nothing above it and does not count
        HEADER, numbers, ROW, blank, ROW, HEADER, ROW, [], ["Барлығы", "", "", "3"], ["ИТОГО:"], blank, [],
    ]  # fmt: skip
    reading = read_whole(write_csv(rows), attendance)
    assert reading.rows_data == 3
    assert reading.rows_not_data == 3 + 1 + 1 + 1 + 1 + 2
    assert reading.tables[0].header_row == 5
    assert reading.tables[0].text.column("_row").to_pylist() == [7, 9, 11]
    assert codes(reading) == ["numbering_row", "repeated_header", "totals_row", "totals_row"]
    assert [finding.cell for finding in reading.findings] == ["A6", "A10", "A13", "A14"]
    assert all(finding.severity == "note" for finding in reading.findings)


def test_a_row_that_names_its_learner_is_never_taken_for_a_total(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    reading = read_whole(write_csv([HEADER, changed(bin="Всего хорошего")]), attendance)
    assert reading.rows_data == 1


def test_short_and_long_records_are_kept_and_said(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    rows = [HEADER, ROW, ROW[:7], (*ROW, "more"), (*ROW, "", "")]
    reading = read_whole(write_csv(rows), attendance)
    assert reading.rows_data == 4
    assert [(finding.code, finding.cell) for finding in reading.findings] == [
        ("ragged_row", "H3"),
        ("ragged_row", "K4"),
    ]
    assert "7" in reading.findings[0].text("kk")
    assert reading.tables[0].text.column("iin").to_pylist() == [ROW[1]] * 4


def test_stray_quotes_spoil_one_record_and_are_asked_about(
    write_text: Callable[..., Path], attendance: Contract
) -> None:
    lines = [",".join(HEADER), ",".join(changed(letter='"А "б" в"')), ",".join(ROW), ""]
    reading = read_whole(write_text("\n".join(lines)), attendance)
    assert [(finding.code, finding.severity, finding.row) for finding in reading.findings] == [
        ("stray_quote", "query", 2)
    ]
    assert reading.tables[0].text.column("letter").to_pylist() == ['А "б" в', "А"]


def test_columns_missing_unknown_doubled_and_unnamed(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    header = ["bin", "iin", "Сабақтын күні", "grade", "lessons_scheduled", "lessons_missed",
              "lessons_missed_valid", "Телефон", "", "ИИН"]  # fmt: skip
    row = ["650140000007", "090101700000", "2026-09-07", "1", "5", "0", "0", "+7", "???", "090101700000"]
    reading = read_whole(write_csv([header, row]), attendance)
    found = {(finding.code, finding.column or finding.value, finding.cell) for finding in reading.findings}
    assert found == {
        ("missing_column", "date", None),
        ("optional_column_missing", "letter", None),
        ("optional_column_missing", "is_late", None),
        ("optional_column_missing", "absence_reason", None),
        ("duplicate_column", "iin", "J1"),
        ("unknown_column", "Сабақтын күні", "C1"),
        ("unknown_column", "Телефон", "H1"),
        ("unnamed_column", "???", "I2"),
    }
    suggestions = {finding.value: finding.suggestion for finding in reading.findings if finding.suggestion}
    assert list(suggestions) == ["Сабақтын күні"]


def test_a_row_with_nothing_but_words_in_an_unknown_column_is_said_and_is_no_record(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    rows = [(*HEADER, "Телефон"), (*ROW, ""), (*[""] * len(ROW), "+7")]
    reading = read_whole(write_csv(rows), attendance)
    assert (reading.rows_data, reading.rows_not_data) == (1, 1)
    assert [(f.code, f.cell, f.value) for f in reading.findings if f.row == 3] == [
        ("caption_row", "K3", "+7")
    ]


def test_a_header_alone_is_no_report(write_csv: Callable[..., Path], attendance: Contract) -> None:
    reading = read_whole(write_csv([HEADER, []]), attendance)
    assert codes(reading) == ["no_data_rows"]
    assert not reading.unreadable
    assert (reading.rows_in, len(reading.tables)) == (0, 1)


def test_a_table_without_its_header_is_said_to_have_none(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    reading = read_whole(write_csv([["x", "y"], [], ["1", "2"]]), attendance)
    assert codes(reading) == ["no_header"]
    assert "«ЖСН»" in reading.findings[0].text("kk")
    assert (reading.rows_in, reading.rows_not_data, reading.unreadable) == (3, 3, False)


def test_a_long_preamble_and_a_header_far_below_are_found(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    reading = read_whole(write_csv([*[["Ескерту", "мәтін"]] * 40, HEADER, ROW]), attendance)
    assert (reading.tables[0].header_row, reading.rows_not_data) == (41, 40)


def test_a_file_longer_than_any_look_ahead_is_read_to_its_end(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    # Once regular, once with a blank line, once so that the careful way has to be taken.
    for extra in ([], [[]], [ROW[:3]]):
        reading = read_whole(write_csv([HEADER, *[ROW] * 60_000, *extra, ROW]), attendance)
        assert reading.rows_data == 60_001 + len(extra) - extra.count([])
        assert reading.tables[0].text.column("_row")[-1].as_py() == 60_002 + len(extra)


CELL = st.text(alphabet="абәіqZ019 ,;\"\n-'=", max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=80)
@given(
    rows=st.lists(st.tuples(st.just(ROW[0]), CELL, CELL, CELL, st.just("А")), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";"]),
    mark=st.booleans(),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_was_written_reads_back_equal(
    write_csv: Callable[..., Path],
    attendance: Contract,
    rows: list[tuple[str, ...]],
    delimiter: str,
    mark: bool,
    quoting: int,
) -> None:
    path = write_csv([LABELS, *rows], delimiter=delimiter, mark=mark, quoting=quoting)
    reading = read_whole(path, attendance)
    table = reading.tables[0].text.select(["bin", "iin", "date", "grade", "letter"])
    assert [tuple(row.values()) for row in table.to_pylist()] == rows


@pytest.mark.real_input
@pytest.mark.skipif(not CLASSIFIER.exists(), reason="../shared/data/kato.csv is not here")
def test_the_official_classifier_reads_whole(attendance: Contract) -> None:
    from ingest.schema.forms.load import contract

    reading = read_whole(CLASSIFIER, contract("territory_register"))
    assert (codes(reading), reading.rows_in, reading.rows_not_data) == ([], 15_594, 0)
    with CLASSIFIER.open(encoding="utf-8", newline="") as file:
        assert reading.tables[0].text.drop(["_row"]).to_pylist() == list(csv.DictReader(file))


def test_excels_own_line_about_the_delimiter_is_not_data(
    write_text: Callable[..., Path], attendance: Contract
) -> None:
    text = "sep=;\r\n" + ";".join(HEADER) + "\r\n" + ";".join(changed(lessons_missed='"1,0"')) + "\r\n"
    reading = read_whole(write_text(text), attendance)
    assert (codes(reading), reading.rows_data, reading.rows_not_data) == ([], 1, 1)
    assert reading.tables[0].text.column("lessons_missed").to_pylist() == ["1,0"]


def test_a_header_with_line_breaks_is_one_record(
    write_csv: Callable[..., Path], attendance: Contract
) -> None:
    header = [attendance.field(name).labels.kk.replace(" ", "\n") for name in HEADER]
    reading = read_whole(write_csv([["Есеп"], header, ROW, ROW[:4]]), attendance)
    assert (reading.tables[0].header_row, codes(reading)) == (2, ["ragged_row"])
    assert reading.tables[0].text.column("_row").to_pylist() == [3, 4]


@pytest.mark.parametrize("quote", ["'", "`", "~", '"'])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_within_other_quotes_delimiters_part_nothing_though_the_names_are_understood_with_them(
    write_text: Callable[..., Path], attendance: Contract, quote: str, delimiter: str
) -> None:
    reason = f"ауырды{delimiter}анықтама бар"
    rows = [HEADER, ROW, changed(absence_reason=reason), *[ROW] * 3]
    lines = [delimiter.join(f"{quote}{cell}{quote}" for cell in row) for row in rows]
    reading = read_whole(write_text("\n".join(lines)), attendance)
    assert set(codes(reading)) <= {"text_read_as"}
    (table,) = reading.tables
    assert table.text.to_pylist() == [
        dict(zip(HEADER, row, strict=True)) | {"_row": number} for number, row in enumerate(rows[1:], 2)
    ]


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_line_of_more_cells_than_a_table_may_have_is_looked_through_for_no_days(
    write_text: Callable[..., Path], attendance: Contract, delimiter: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.read.form.files.text_source.read_register", lambda *_: pytest.fail("looked"))
    lines = [delimiter.join(["x"] * (MOST_COLUMNS + 1)), delimiter.join(["1"] * (MOST_COLUMNS + 1))]
    reading = read_whole(write_text("\n".join(lines)), attendance)
    assert (codes(reading), reading.rows_in) == (["no_header"], 2)


@pytest.mark.parametrize(
    ("content", "is_odd"),
    [
        *((text, False) for text in ("a,b\n", "a\tb\r\n", "\ufeffa,b", "\ufeffа\tб\n", "қ,ұ\n")),
        *(
            (text, True)
            for text in ("a\x08b", "a\x00b", "\ufeffa\x08", "a\u200bb", "a\ufeffb", "\ufeff\ufeffa")
        ),
    ],
)
def test_a_text_without_controls_and_unseen_characters_is_read_at_once(content: str, is_odd: bool) -> None:
    assert _is_odd(content.encode()) is is_odd
