"""`make bench-national`: a month of the country, made by SQL and the same each time, built, changed, published, asked.

In: the numbers of organisations (`ORGANISATIONS="80 800 7840"`). Out: a table, written to docs/national.md where the
whole country is among them; 1 where a figure is above its limit. Seconds are those of the processor: what else the
machine does makes the clock go on, and them hardly.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from bench.national.phases import MEMORY_GIB
from bench.national.watched import Watched, watch

PAGE = Path(__file__).parents[2] / "docs" / "national.md"
COUNTRY = 7_840
MOST_MEMORY = 8 << 30
_CORES = 2
_LIMITS = {"build": 240.0 * _CORES, "publish": 30.0 * _CORES}
"""Seconds of the processor: so many of the clock on two free cores."""
_SHARE_OF_CHANGE, _P95_MS = 0.1, 500.0
_STEPS = ("make", "build", "publish", "ask", "change", "build", "publish")


@dataclass(frozen=True)
class Measured:
    """One size. `first`: steps on the way to the first publication; `again`: those after the change."""

    organisations: int
    first: dict[str, Watched]
    again: dict[str, Watched]

    @property
    def memory(self) -> int:
        """The most that building and publishing held."""
        return max(
            each.memory for some in (self.first, self.again) for name, each in some.items() if name != "make"
        )

    @property
    def share(self) -> float:
        """Of a whole build, what one after a changed organisation takes."""
        return self.again["build"].processor / self.first["build"].processor

    def row(self) -> str:
        """The row in Markdown."""
        made, asked = self.first["make"].said, self.first["ask"].said
        return (
            f"| {self.organisations:,} | {made['rows']:,} | {made['learners']:,} "
            f"| {self.first['build'].processor:.0f} s | {self.again['build'].processor:.0f} s ({self.share:.0%}) "
            f"| {self.first['publish'].processor:.0f} s | {self.memory / 2**30:.1f} GiB "
            f"| {asked['p95_ms']} ms | {self.first['make'].processor:.0f} s |"
        )

    def exceeded(self) -> list[str]:
        """What is above its limit; of the whole country alone there are limits in seconds."""
        found = [f"questions of dashboards: {self.first['ask'].said['p95_ms']} ms"] * (
            self.first["ask"].said["p95_ms"] > _P95_MS
        )
        if self.organisations >= COUNTRY:
            found += [
                f"{name}: {self.first[name].processor:.0f} s of the processor, limit {limit:.0f}"
                for name, limit in _LIMITS.items()
                if self.first[name].processor > limit
            ]
            found += [f"a build after one changed organisation: {self.share:.0%} of a whole one"] * (
                self.share > _SHARE_OF_CHANGE
            )
        return found


def main(sizes: Sequence[int]) -> None:
    """Measure these sizes."""
    found = []
    for organisations in sizes:
        with TemporaryDirectory(prefix="bbaj-national-") as folder:
            found.append(_measure(organisations, Path(folder) / "home"))
        print(found[-1].row(), flush=True)
    page = _page(found)
    print(page)
    if COUNTRY in sizes:
        PAGE.write_text(page, encoding="utf-8")
    if any(each.exceeded() for each in found):
        raise SystemExit(1)


def _measure(organisations: int, home: Path) -> Measured:
    parts: tuple[dict[str, Watched], dict[str, Watched]] = ({}, {})
    part = 0
    for step in _STEPS:
        part = 1 if step == "change" else part
        command = [sys.executable, "-m", "bench.national.phases", step, str(home), str(organisations)]
        taken = watch(command, {"BBAJ_HOME": str(home)}, MOST_MEMORY)
        parts[part][step] = taken
        told = f"{taken.processor:.1f} s of the processor, {taken.clock:.1f} of the clock"
        held = f"{taken.memory / 2**30:.2f} GiB"
        print(f"{organisations} {step}: {told}, {held} {taken.said}", file=sys.stderr, flush=True)
    return Measured(organisations, *parts)


def _page(found: Sequence[Measured]) -> str:
    rows = "\n".join(each.row() for each in found)
    above = [f"- {each.organisations:,} organisations, {said}" for each in found for said in each.exceeded()]
    longest = "\n".join(
        f"| {name} | {seconds} s |" for name, seconds in found[-1].first["build"].said["longest"]
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"""# The country in the warehouse

A month of a whole country, made by SQL, the same each time: registers, of each organisation a list of learners and four
weeks of attendance. Command: `make bench-national`; `make bench-country` for 800 organisations alone. Measured
{datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()},
DuckDB {duckdb.__version__}, a database limited to {MEMORY_GIB:g} GiB. Seconds are of the processor, of all processes
together; on two free cores the clock shows at least half of them. Memory is what all processes held at once.

| organisations | rows | learners | build with tests | after one report anew | publish | memory | p95 | made in |
|---|---|---|---|---|---|---|---|---|
{rows}

p95: of the questions that the dashboards' charts ask of the published file. Limits, for 7,840:
build {_LIMITS["build"]:.0f} s, after one changed organisation {_SHARE_OF_CHANGE:.0%} of it,
publish {_LIMITS["publish"]:.0f} s, {MOST_MEMORY >> 30} GiB, p95 {_P95_MS:.0f} ms. Above their limit:

{chr(10).join(above) or "- nothing"}

What took longest of the largest, by the clock of a machine that may have had other work:

| model or test | seconds |
|---|---|
{longest}
"""


if __name__ == "__main__":
    main([int(each) for each in os.environ.get("ORGANISATIONS", f"80 800 {COUNTRY}").split()])
