"""A file in which nothing fits the form: its rows are looked at closely at both ends, and none is lost between."""

from __future__ import annotations

from pathlib import Path

from ingest.read.files import zip_limits
from ingest.read.form.rows import rows_aside
from ingest.schema.forms.contract import Contract
from tests.ingest.read import bombs
from tests.ingest.read.samples import HEADER, codes, read_whole


def test_what_is_no_record_is_seen_at_the_ends_of_very_many_wrong_rows(
    tmp_path: Path, attendance: Contract
) -> None:
    wrong = [
        ";".join(f"ж{row}{at}" for at in range(len(HEADER)))
        for row in range(2 * rows_aside._MOST_SUSPECTS + 500)
    ]
    total = ";".join(["Жиыны", "", "", "", "", "600", "0", "0", "", ""])
    rows = [";".join(HEADER), *wrong[:5], ";".join(HEADER), *wrong[5:], total]
    path = tmp_path / "wrong.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")

    reading = read_whole(path, attendance)

    assert (reading.rows_data, reading.rows_not_data) == (len(wrong), 2)
    assert {"repeated_header", "totals_row"} <= set(codes(reading))


def test_a_workbook_of_very_many_sheets_is_refused_before_it_is_unpacked(
    tmp_path: Path, attendance: Contract
) -> None:
    path = tmp_path / "many.xlsx"
    for more, refused in ((zip_limits.MOST_SHEETS - 1, False), (zip_limits.MOST_SHEETS, True)):
        parts = {f"xl/worksheets/more{number}.xml": bombs.sheet() for number in range(more)}
        path.write_bytes(bombs.with_parts(dict(parts)))
        assert ("oversized_file" in codes(read_whole(path, attendance))) is refused
