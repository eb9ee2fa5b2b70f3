"""`make bench`: measure, and write what was measured to docs/benchmarks.md with the machine and the command.

Ends with 1 when a figure is above its limit.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bench.figure import Figure
from bench.stopwatch import RUNS, start_up
from tests.encodings.tables import ROWS

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
LARGE = int(os.environ.get("BENCH_ROWS", "5000000"))
SMALL = 100_000


JUDGED = """
## Judged fairly

Errors planted by a seed into clean reports of invented schools: whether anything is said about the row, whether it
names cell and cause, and how many of the other rows draw an error or a question.

{table}
"""


def main() -> None:
    """Measure everything and write the page."""
    from bench import starts, summaries
    from bench.attendance import School
    from bench.judging import interactive, planted, rules, suite, wrong_everywhere
    from bench.peers import table as peers
    from bench.reading import encodings, many_files, pollution, sheets, small_files, workbook
    from bench.reading.large_csv import LargeCsv
    from bench.warehouse import year_of_receipts

    libraries = start_up("import expectations.judging.judge, warehouse.storage.lake.land")
    with TemporaryDirectory(prefix="bbaj-bench-") as folder:
        large = LargeCsv(School(Path(folder) / "large", LARGE))
        figures = [large.figure()]
        school = School(Path(folder) / "small", SMALL)
        figures += [
            workbook.figure(school),
            *many_files.figures(Path(folder) / "many"),
            interactive.figure(school),
            small_files.figure(Path(folder) / "polluted"),
            *starts.figures(Path(folder) / "starts"),
            *year_of_receipts.figures(Path(folder) / "year"),
            summaries.figure(Path(folder) / "summaries"),
        ]
        figures.append(encodings.figure(Path(folder), LARGE))
        figures.append(suite.figure(School(Path(folder) / "suite", suite.ROWS)))
        grown, growth_note = rules.figures()
        figures += grown
        peak = wrong_everywhere.peak(Path(folder) / "wrong")
        notes = [large.note(), many_files.memory_note(Path(folder)), peak.note(), growth_note]
        compared = peers.table(school)
        polluted = pollution.table()
        right = f"{encodings.right_table()}\n\n{sheets.section(Path(folder))}"
        judged, is_fair = planted.table()
    notes.append(
        "Starting the libraries (importing Great Expectations, DuckDB, Arrow and Django, once per process) takes"
        f" {libraries:.1f} s and is in no figure above."
    )
    page = _page(figures, notes, compared, polluted, right) + JUDGED.format(table=judged)
    PAGE.write_text(page, encoding="utf-8")
    print(page)
    if not (is_fair and peak.is_met and all(figure.is_met for figure in figures)):
        raise SystemExit(1)


def _page(figures: Sequence[Figure], notes: Sequence[str], compared: str, polluted: str, right: str) -> str:
    rows = "\n".join(figure.row() for figure in figures)
    said = "\n".join(f"- {note}" for note in notes)
    return f"""# Speeds

Ratios of two things measured in turn in one run, medians of {RUNS} rounds; absolute seconds depend on the machine
and on what else it does. Command: `make bench`. Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {_machine()}.

| what | ours | floor | measured | limit |
|---|---|---|---|---|
{rows}

{said}

## Beside peers

{compared}

Peers check less: none compares with register, calendar and roster or takes identifiers apart, and none names the
cell of a fault. All ran in this run, each in a process of its own, imports not counted.

## Right, not only fast

Files spoilt in one way each by the project's own seeded polluter, read by `bbaj read` and by peers, unaided. Each
figure is the mean F1 of records / of cells over five seeds: 1.000 means that no case of that kind is known to be
read wrongly, not that none exists.

{polluted}

Tables of learners in Kazakh and Russian, 1 to {max(ROWS)} rows, with and without a header: how many are read exactly /
said to be doubtful / read wrongly without a doubt.

{right}
"""


def _machine() -> str:
    names = [
        line.split(":", 1)[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cpu = names[0] if names else platform.processor()
    versions = f"Python {platform.python_version()}, DuckDB {duckdb.__version__}"
    return f"{os.cpu_count()} × {cpu}, {memory:.0f} GiB, {versions}"


if __name__ == "__main__":
    main()
