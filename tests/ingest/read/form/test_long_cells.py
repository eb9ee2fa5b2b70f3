"""A cell longer than any cell of a spreadsheet: named where it stands, its rest carried no further."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.read.form.rows.long_cells import LONGEST
from ingest.schema.forms.contract import Contract
from tests.ingest.read.samples import HEADER, ROW, changed, read_whole


def _csv(path: Path, *rows: tuple[str, ...]) -> Path:
    path.write_text("\n".join(",".join(row) for row in (HEADER, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("sign", ["a", "а", "🙂"])
@pytest.mark.parametrize(("length", "found"), [(LONGEST, 0), (LONGEST + 1, 1), (3 * LONGEST, 1)])
def test_the_longest_cell_of_a_spreadsheet_is_read_and_one_longer_is_named(
    tmp_path: Path, attendance: Contract, sign: str, length: int, found: int
) -> None:
    path = _csv(tmp_path / "f.csv", ROW, changed(letter=sign * length), ROW)
    reading = read_whole(path, attendance)
    said = [finding for finding in reading.findings if finding.code == "cell_too_long"]
    assert [(each.row, each.cell, each.column) for each in said] == [(3, "E3", "letter")] * found
    assert all(len(each.value or "") < 100 and each.message["kk"] for each in said)
    kept = reading.tables[0].text.column("letter").to_pylist()
    assert kept[0] == kept[2] == ROW[4]
    assert len(kept[1]) == (60 if found else length)
    assert reading.rows_data == 3


def test_of_very_many_the_first_thousand_are_named_and_all_are_counted(
    tmp_path: Path, attendance: Contract
) -> None:
    path = _csv(tmp_path / "f.csv", *[changed(letter="x" * (LONGEST + 1))] * 1200)
    said = [each for each in read_whole(path, attendance).findings if each.code == "cell_too_long"]
    assert (len(said), sum(1 + each.also for each in said)) == (1000, 1200)
