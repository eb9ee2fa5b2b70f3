"""`make bench`: measure, and write what was measured to docs/benchmarks.md with the machine and the command."""

from __future__ import annotations

import os
import platform
import statistics
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bench.stopwatch import RUNS, start_up

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
ROWS = int(os.environ.get("BENCH_ROWS", "5000000"))
LIMIT = 8.0


def main() -> None:
    """Measure everything and write the page."""
    from bench.attendance import Course

    libraries = start_up("import expectations.judge, warehouse.land")
    with TemporaryDirectory(prefix="bbaj-bench-") as folder:
        course = Course(Path(folder), ROWS)
        size = course.file.stat().st_size
        taken = course.run()
        parts = {name: statistics.median(seconds) for name, seconds in course.parts.items()}
    what = (
        f"attendance csv, {ROWS:,} rows ({size / 1e6:.0f} MB): read + type + judge + land, "
        "against DuckDB's `read_csv` → Parquet of the same bytes"
    )
    row = (
        f"| {what} | {taken['ours']:.2f} s | {taken['floor']:.2f} s | {taken['ours'] / taken['floor']:.1f}× |"
    )
    page = f"""# Speeds

Ratios of two things measured in turn in one run, medians of {RUNS} rounds; absolute seconds depend on the machine
and on what else it does. Command: `make bench`. Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {_machine()}.

| what | ours | floor | ratio | limit |
|---|---|---|---|---|
{row} ≤ {LIMIT:.0f}× |

Of ours: reading, typing and judging {parts["judge"]:.2f} s, landing {parts["land"]:.2f} s. Starting the libraries
(importing Great Expectations, DuckDB, Arrow and Django, once per process) takes {libraries:.1f} s and is not in the
row above.
"""
    PAGE.write_text(page, encoding="utf-8")
    print(page)


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
