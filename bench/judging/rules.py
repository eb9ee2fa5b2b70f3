"""How the cost of each rule grows with a file: every rule of every form at 1, 4 and 16 times as many rows.

In: nothing. Out: a figure whose limit is what n log n asks for with a tolerance, and a note that names the rules that
grow fastest. A rule that compares every row with every other would come to 256 times.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping

import duckdb

from bench.figure import Figure
from expectations.suite import rules_for
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from tests.expectations.large_batch import large_batch

SMALLEST = 10_000
SIZES = (SMALLEST, 4 * SMALLEST, 16 * SMALLEST)
TOLERANCE = 1.6
GROWTH = SIZES[-1] / SIZES[0] * math.log(SIZES[-1]) / math.log(SIZES[0])
"""What n log n makes of sixteen times as many rows."""
_TELLING = 0.02
"""Seconds below which a rule is all overhead: its growth is counted from there."""
_RUNS = 3


def measured() -> dict[str, list[float]]:
    """Rule of a form → seconds at each size; the making of the prepared tables counts as a rule of its own."""
    taken: dict[str, list[float]] = {}
    for form, contract in contracts().items():
        for rows in SIZES:
            for name, seconds in _rules(contract, rows).items():
                taken.setdefault(f"{form}: {name}", []).append(seconds)
    return taken


def _rules(contract: Contract, rows: int) -> Mapping[str, float]:
    began = time.perf_counter()
    with large_batch(contract, rows) as con:
        made = time.perf_counter() - began
        found = {
            f"{rule.code}({rule.column})": _fastest(_counted(con, rule.unexpected_rows_query))
            for rule in rules_for(contract)
        }
    return {"the file and its prepared tables": made, **found}


def _counted(con: duckdb.DuckDBPyConnection, query: str) -> Callable[[], object]:
    counted = f"SELECT count(*) FROM ({query.format(batch='batch')}) AS unexpected"
    return lambda: con.execute(counted).fetchall()


def _fastest(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(_RUNS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def growth(seconds: list[float]) -> float:
    """How many times longer the largest file takes than the smallest."""
    return seconds[-1] / max(seconds[0], _TELLING)


def figures() -> tuple[list[Figure], str]:
    """The rule that grows fastest against n log n, and a note on those behind it."""
    taken = measured()
    worst = sorted(taken, key=lambda name: growth(taken[name]), reverse=True)
    first = worst[0]
    figure = Figure(
        f"the rule whose cost grows fastest ({first}) from {SIZES[0]:,} to {SIZES[-1]:,} rows, of {len(taken)} rules"
        f" in all; n log n asks for {GROWTH:.0f}×, a tolerance of {TOLERANCE} is given",
        taken[first][-1],
        max(taken[first][0], _TELLING),
        round(GROWTH * TOLERANCE, 1),
    )
    listed = "; ".join(f"{name} {' / '.join(f'{each:.2f}' for each in taken[name])} s" for name in worst[:5])
    longest = max(taken, key=lambda name: taken[name][-1])
    note = (
        f"Rules at {' / '.join(f'{size:,}' for size in SIZES)} rows, those that grow fastest: {listed}. The longest at"
        f" {SIZES[-1]:,} rows: {longest}, {taken[longest][-1]:.2f} s."
    )
    return [figure], note
