"""A text with rows wider than any sheet is said to be one: nobody waits while a million cells are weighed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest.read.plain.reader import MOST_CELLS, read_general


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("place", [0, 3])
def test_a_row_wider_than_any_sheet_is_told(sign: str, place: int, tmp_path: Path) -> None:
    lines = [sign.join(["a", "b", "c"]), *(sign.join(f"{row}{cell}" for cell in "123") for row in range(5))]
    lines[place] += sign * (MOST_CELLS - 2)
    file = tmp_path / "wide.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    reading = read_general(file)
    assert [finding.code for finding in reading.findings] == ["wider_than_a_sheet"]
    assert reading.unreadable and not reading.sheets


def test_the_widest_that_a_sheet_may_have_is_read(tmp_path: Path) -> None:
    file = tmp_path / "wide.csv"
    cells = [f"n{column}" for column in range(MOST_CELLS)]
    file.write_text(
        "\n".join(
            [
                ",".join(cells),
                *[",".join(f"{row}{column % 7}" for column in range(MOST_CELLS)) for row in "123"],
            ]
        ),
        encoding="utf-8",
    )
    reading = read_general(file)
    assert not reading.unreadable
    [sheet] = reading.sheets
    rows = list(sheet.csv_rows())
    assert (rows[0], len(rows), {len(row) for row in rows}) == (cells, 4, {MOST_CELLS})


def test_a_million_columns_cost_seconds_and_no_minutes(tmp_path: Path) -> None:
    """Of what is weighed column by column, a hundred times as many would take minutes."""
    file = tmp_path / "wide.csv"
    file.write_text("\n".join(["a,b", ",".join(["7"] * 1_000_000)]), encoding="utf-8")
    began = time.process_time()
    assert [finding.code for finding in read_general(file).findings] == ["wider_than_a_sheet"]
    assert time.process_time() - began < 60
