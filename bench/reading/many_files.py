"""A thousand small files of as many schools: everything from their bytes to their verdicts but the import of libraries.

In: a scratch folder. Out: a figure for csv, one for xlsx, and the peak memory of ten times as many files.
"""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import xlsxwriter

from bench.attendance import School, require_accepted
from bench.attendance_csv import DAYS, write_attendance_csv
from bench.figure import Figure
from bench.stopwatch import medians

FILES, ROWS_EACH = 1_000, 30
AT_ONCE = 400
"""As many files as intake judges together."""
LIMITS = {"csv": 0.010, "xlsx": 0.012}


def figures(folder: Path) -> list[Figure]:
    """Measure."""
    school = _schools(folder, FILES)
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


def _schools(folder: Path, count: int) -> School:
    return School(folder, count * ROWS_EACH, per=ROWS_EACH // DAYS)


def _judged(school: School, files: list[Path]) -> None:
    for start in range(0, len(files), AT_ONCE):
        batch = files[start : start + AT_ONCE]
        with school.judge(batch, school.nodes[start : start + AT_ONCE]) as judged:
            require_accepted(judged, len(batch) * ROWS_EACH)


def write_files(folder: Path, count: int) -> dict[str, list[Path]]:
    """`count` files of each kind, each with the rows of another school."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "source.csv"
    write_attendance_csv(source, count * ROWS_EACH, per=ROWS_EACH // DAYS)
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
    """The peak memory of a process that judges AT_ONCE files, and of one that judges ten times as many.

    The files are written here, since writing takes memory too.
    """
    peaks = []
    write_files(folder / "memory", 10 * AT_ONCE)
    for count in (AT_ONCE, 10 * AT_ONCE):
        command = [sys.executable, "-m", "bench.reading.many_files", str(folder / "memory"), str(count)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        peaks.append(int(done.stdout.split()[-1]) / 1024)
    return (
        f"Peak memory of a process that judges {AT_ONCE} small csv files: {peaks[0]:.0f} MiB;"
        f" {10 * AT_ONCE:,} files: {peaks[1]:.0f} MiB."
    )


if __name__ == "__main__":
    place, number_of_files = Path(sys.argv[1]), int(sys.argv[2])
    country = _schools(place / f"home-{number_of_files}", 10 * AT_ONCE)
    _judged(country, [place / f"{number}.csv" for number in range(number_of_files)])
    # Not ru_maxrss: that begins with the memory of whoever started this process.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
