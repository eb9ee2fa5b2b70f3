"""A thousand small files in one batch: everything from their bytes to their verdicts but the import of libraries.

In: a school. Out: a figure for csv, one for xlsx, and the peak memory of ten times as many files.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import xlsxwriter

from bench.attendance import School, require_accepted
from bench.attendance_csv import write_attendance_csv
from bench.figure import Figure
from bench.stopwatch import medians

FILES, ROWS_EACH = 1_000, 30
AT_ONCE = 400
"""As many files as intake judges together."""
LIMITS = {"csv": 0.015, "xlsx": 0.040}


def figures(school: School) -> list[Figure]:
    """Measure. `school` must have FILES × ROWS_EACH rows at least."""
    files = write_files(school.folder / "small", FILES)
    taken = medians(
        {kind: lambda kind=kind: _judged(school, files[kind]) for kind in LIMITS}  # type: ignore[misc]
    )
    return [
        Figure(
            f"{FILES:,} attendance {kind} files of {ROWS_EACH} rows in batches: read + type + judge, each",
            taken[kind],
            limit=limit,
            per=FILES,
        )
        for kind, limit in LIMITS.items()
    ]


def _judged(school: School, files: list[Path]) -> None:
    for start in range(0, len(files), AT_ONCE):
        batch = files[start : start + AT_ONCE]
        with school.judge(batch) as judged:
            require_accepted(judged, len(batch) * ROWS_EACH)


def write_files(folder: Path, count: int) -> dict[str, list[Path]]:
    """`count` files of each kind, each with other rows of the large csv."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "source.csv"
    write_attendance_csv(source, count * ROWS_EACH)
    with source.open(encoding="utf-8", newline="") as lines:
        head, *body = csv.reader(lines)
    files: dict[str, list[Path]] = {"csv": [], "xlsx": []}
    for number in range(count):
        rows = [head, *body[number * ROWS_EACH : (number + 1) * ROWS_EACH]]
        files["csv"].append(folder / f"{number}.csv")
        with files["csv"][-1].open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
        files["xlsx"].append(folder / f"{number}.xlsx")
        with xlsxwriter.Workbook(str(files["xlsx"][-1])) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return files


def memory_note(folder: Path) -> str:
    """The peak memory of a process that judges AT_ONCE files, and of one that judges ten times as many."""
    peaks = []
    for count in (AT_ONCE, 10 * AT_ONCE):
        command = [sys.executable, "-m", "bench.many_files", str(folder / f"memory-{count}"), str(count)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        peaks.append(int(done.stdout.split()[-1]) / 1024)
    return (
        f"Peak memory of a process that judges {AT_ONCE} small csv files: {peaks[0]:.0f} MiB;"
        f" {10 * AT_ONCE:,} files: {peaks[1]:.0f} MiB."
    )


if __name__ == "__main__":
    place, number_of_files = Path(sys.argv[1]), int(sys.argv[2])
    place.mkdir(parents=True)
    _judged(School(place, number_of_files * ROWS_EACH), write_files(place, number_of_files)["csv"])
    # Not ru_maxrss: that begins with the memory of whoever started this process.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
