"""Every kind of pollution reads back as the table it was, and every row of it is accounted for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from ingest.read.plain.reader import GeneralReading, read_general
from ingest.read.text.rows.csv_bytes import csv_bytes
from tests.polluter.kinds import MAKERS, Case, cases
from tests.polluter.measure import score, trimmed
from tests.polluter.odd_kinds import odd_cases

CASES = [*(case for seed in (1, 2) for case in cases(seed)), *odd_cases(1)]


def _read(case: Case, folder: Path) -> tuple[GeneralReading, list[list[str]]]:
    file = folder / "case.csv"
    file.write_bytes(case.content)
    reading = read_general(file)
    written = csv_bytes(reading.sheets[0].csv_rows() if reading.sheets else ())
    return reading, list(csv.reader(io.StringIO(written.decode(), newline="")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_polluted_file_reads_back_as_its_table(case: Case, tmp_path: Path) -> None:
    reading, rows = _read(case, tmp_path)
    truth = [*([case.header] if case.header else []), *case.rows]
    assert [trimmed(row) for row in rows] == [trimmed(row) for row in truth]
    assert reading.rows_in == reading.rows_written + reading.rows_not_data


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_line_with_content_is_written_or_explained(case: Case, tmp_path: Path) -> None:
    reading, rows = _read(case, tmp_path)
    said = {(finding.code, finding.row) for finding in reading.findings}
    for sheet in reading.sheets:
        for reason, aside in sheet.contents.aside.items():
            if reason != "blank_rows":
                code = reason.replace("_rows", "_row")
                assert {(code, row.number) for row in aside} <= said
    headers = sum(len(table.header) for sheet in reading.sheets for table in sheet.contents.tables)
    named = sum(bool(table.header) for sheet in reading.sheets for table in sheet.contents.tables)
    assert len(rows) == reading.rows_written + named
    aside = sum(len(found) for sheet in reading.sheets for found in sheet.contents.aside.values())
    assert reading.rows_not_data == headers + aside


def test_there_is_a_case_for_each_kind_that_others_measure() -> None:
    measured = {
        "delimiter", "quote", "escape", "record_separator", "encoding", "preamble", "postamble", "header",
        "ragged", "quotes_astray", "blank_lines", "formats", "several_tables",
    }  # fmt: skip
    assert measured <= set(MAKERS)


def _codes(content: bytes, folder: Path) -> dict[str, int | None]:
    file = folder / "case.csv"
    file.write_bytes(content)
    return {finding.code: finding.row for finding in read_general(file).findings}


def test_what_was_unsure_or_repaired_is_said(tmp_path: Path) -> None:
    rows = "".join(f"{number},name {number},{number * 3}\n" for number in range(9))
    astray = _codes(f'id,name,sum\n{rows}10,"name,30\n'.encode(), tmp_path)
    assert astray["quotes_repaired"] == 11
    otherwise = _codes(f"id,name,sum\n{rows}10;name;30\n".encode(), tmp_path)
    assert otherwise["row_cut_otherwise"] == 11
    short = _codes(f"id,name,sum\n{rows}10,name\n".encode(), tmp_path)
    long = _codes(f"id,name,sum\n{rows}10,name,30,40\n".encode(), tmp_path)
    assert (short["cells_missing"], long["cells_too_many"]) == (11, 11)
    assert _codes(f"id,name,sum\n{rows}Барлығы,,108\n".encode(), tmp_path)["totals_row"] == 11


def test_the_score_sees_a_lost_record() -> None:
    whole = [["a", "1"], ["b", "2"]]
    assert score(whole, whole) == score(whole, [["b", "2", ""], ["a", "1"]])
    assert score(whole, whole[:1]).records == pytest.approx(2 / 3)


def test_excel_s_own_first_line_names_the_delimiter(tmp_path: Path) -> None:
    file = tmp_path / "case.csv"
    file.write_text("sep=|\na|b\n1,5|2,5\n", encoding="utf-8")
    reading = read_general(file)
    assert list(reading.sheets[0].csv_rows()) == [["a", "b"], ["1,5", "2,5"]]
    assert "preamble_row" in {finding.code for finding in reading.findings}
