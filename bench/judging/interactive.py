"""One file of 10,000 rows checked while its submitter waits, in a process that has its libraries loaded."""

from __future__ import annotations

from bench.attendance import School, require_accepted
from bench.attendance_csv import write_attendance_csv
from bench.figure import Figure
from bench.stopwatch import medians

ROWS = 10_000
LIMIT = 2.0
"""Seconds."""


def figure(school: School) -> Figure:
    """Measure."""
    file = school.folder / "interactive.csv"
    write_attendance_csv(file, ROWS)

    def ours() -> None:
        with school.judge([file]) as judged:
            require_accepted(judged, ROWS)

    what = f"attendance csv, {ROWS:,} rows, checked interactively from a warm process"
    return Figure(what, medians({"ours": ours})["ours"], limit=LIMIT)
