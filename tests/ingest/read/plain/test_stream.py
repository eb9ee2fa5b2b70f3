"""A text read piece by piece says the same as one read as a whole."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from ingest.read.plain import stream
from ingest.read.plain.remarks import MOST_ALIKE, Runs
from ingest.read.plain.stream import Streamed, write_text
from ingest.read.sandbox.limits import FLOOR_SECONDS, limits_of
from ingest.read.tables.table import GridRow, SheetContents
from tests.polluter.kinds import Case, cases
from tests.polluter.odd_kinds import odd_cases

CASES = [*cases(3), *odd_cases(3)]
ROWS = [[str(number), f"name {number}", "2024-09-02", str(number % 7)] for number in range(5_000)]
HEADER = ["id", "name", "day", "mark"]


def _text(*rows: list[str]) -> str:
    return "".join(",".join(row) + "\n" for row in rows)


def _written(content: bytes, piece: int) -> tuple[Streamed, list[list[str]]]:
    target = io.BytesIO()
    found = write_text(content, target, piece)
    return found, list(csv.reader(io.StringIO(target.getvalue().decode(), newline="")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_kind_of_pollution_in_a_large_text_as_well(case: Case) -> None:
    whole, rows = _written(case.content, len(case.content) + 1)
    found, others = _written(case.content, 2_000)
    assert others == rows
    assert (found.rows_in, found.rows_written) == (whole.rows_in, whole.rows_written)


def test_what_stands_anywhere_in_a_large_text_is_found_and_said() -> None:
    body = [list(row) for row in ROWS]
    body[2_500] = body[2_500][:2]
    body.insert(4_000, HEADER)
    lines = [_text(HEADER), *(_text(row) for row in body), "\n", "* provisional\n"]
    lines[1_000] = lines[1_000].replace(",", ";")
    found, rows = _written("".join(["The list\n", *lines]).encode(), 5_000)
    assert rows == [
        HEADER,
        *([*row[:2], "", ""] if number == 2_500 else row for number, row in enumerate(ROWS)),
    ]
    said = {finding.code: finding.row for finding in found.findings}
    assert said == {
        "preamble_row": 1,
        "row_cut_otherwise": 1_002,
        "cells_missing": 2_503,
        "repeated_header": 4_003,
        "blank_rows": 5_004,
        "postamble_row": 5_005,
        "text_read_as": None,
    }
    assert found.rows_in == 5_005 == found.rows_written + 5


def test_a_second_table_of_a_large_text_is_one_of_its_own() -> None:
    other = [["code", "sum"], *([f"K{number}", str(number)] for number in range(3_000))]
    for between in ("", "\n"):
        found, rows = _written((_text(HEADER, *ROWS) + between + _text(*other)).encode(), 5_000)
        assert rows == [HEADER, *ROWS, *other]
        further = [finding for finding in found.findings if finding.code == "further_table"]
        assert [finding.params for finding in further] == [{"number": 2, "count": 3_000}]


def test_a_cell_over_many_lines_is_not_cut_between_two_pieces() -> None:
    rows = [[str(number), "line\n" * 30 + "end", "x"] for number in range(300)]
    text = "id,text,mark\n" + "".join(f'{row[0]},"{row[1]}",{row[2]}\n' for row in rows)
    assert _written(text.encode(), 1_000)[1] == [["id", "text", "mark"], *rows]


def test_a_file_wrong_in_every_row_is_said_a_thousand_times_and_once_more() -> None:
    body = [row[:3] if number % 2 else row for number, row in enumerate(ROWS)]
    found, rows = _written(_text(HEADER, *body).encode(), 5_000)
    assert len(rows) == 5_001
    codes = [finding.code for finding in found.findings]
    assert codes.count("cells_missing") == MOST_ALIKE
    more = next(finding for finding in found.findings if finding.code == "more_alike")
    assert more.params["count"] == 2_500 - MOST_ALIKE


def test_runs_of_numbers_are_drawn_together() -> None:
    runs = Runs()
    for number in (1, 2, 3, 7, 9, 10):
        runs.add(number)
    assert (str(runs), runs.count, runs.first) == ("1–3, 7, 9–10", 6, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("row", ["1", "сөз", "1,2", '"1",2'])
def test_of_short_rows_no_piece_holds_more_than_it_may(
    row: str, end: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However short the rows are: what is held at a time follows rows as well as bytes."""
    most, held = 600, []
    find_tables = stream.find_tables

    def seen(rows: list[GridRow], *args: object, **more: object) -> SheetContents:
        held.append(len(rows))
        return find_tables(rows, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(stream, "_ROWS", most)
    monkeypatch.setattr(stream, "find_tables", seen)
    content = ("a,b" if "," in row else "n") + end + (row + end) * 6_000
    found, rows = _written(content.encode(), 1 << 20)
    assert max(held) <= 2 * most
    assert (found.rows_in, found.rows_written, len(rows)) == (6_001, 6_000, 6_001)


@pytest.mark.parametrize(
    ("line", "is_row"),
    [(b"1\n", True), (b"1\r\n", True), (b"\xd1\x8f\r", True), (b"\n", False), (b";;;\n", False)],
)
def test_a_text_may_cost_what_its_rows_cost(tmp_path: Path, line: bytes, *, is_row: bool) -> None:
    many = 1_000_000
    file = tmp_path / "a.csv"
    file.write_bytes(line * many)
    seconds = limits_of(file).seconds
    assert (seconds >= FLOOR_SECONDS + many // 50_000) if is_row else (seconds <= FLOOR_SECONDS + 3)
