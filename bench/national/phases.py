"""One step of the measurement in a process of its own, so that what it takes of the machine can be told apart.

In: on the command line the step, the home and how many organisations. Out: a line of JSON with what the step has to
say.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from statistics import quantiles
from typing import Any

import duckdb
import yaml

from bench.national.country import make_country, report_again
from ingest import ledger
from ingest.databases import read_file
from ingest.home import Home
from ingest.sql import literal
from ingest.sql import name as quoted

ASSETS = Path(__file__).parents[2] / "dashboards" / "assets"
MEMORY_GIB = 4.0
"""What the installation lets a database take: the programs beside it need the rest of eight."""
_CHANGED = 7
"""The place of the organisation that reports anew."""
_ROUNDS = 3
_NUMBERS = (
    "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' "
    "AND numeric_precision IS NOT NULL"
)
"""What can be summed: a dataset lists what its metrics are made of, words among it."""


def make(home: Home, organisations: int) -> dict[str, Any]:
    """The country."""
    return asdict(make_country(home, organisations, MEMORY_GIB))


def build(home: Home, _organisations: int) -> dict[str, Any]:
    """What counts now; how long each model and test took, the longest first."""
    from warehouse.services.building import build as build_now

    ledger.setup(home)
    made = build_now(home)
    ran = json.loads((home.builds / str(made.build_id) / "run_results.json").read_text(encoding="utf-8"))
    longest = sorted(ran, key=lambda each: -float(each["seconds"]))[:8]
    return {
        "build": made.build_id,
        "skipped": made.skipped,
        "whole": made.whole,
        "held_back": len(made.held_back),
        "nodes": len(ran),
        "longest": [[each["unique_id"].split(".")[2], round(each["seconds"], 1)] for each in longest],
    }


def change(home: Home, organisations: int) -> dict[str, Any]:
    """One organisation reports a week anew."""
    ledger.setup(home)
    return {"submission": report_again(home, organisations, _CHANGED)}


def publish(home: Home, _organisations: int) -> dict[str, Any]:
    """The newest build."""
    from warehouse.storage.shown.publish import publish as publish_now

    ledger.setup(home)
    shown = publish_now(home, accept_loss=True)
    file = home.published / str(shown.number) / "warehouse.duckdb"
    return {"publication": shown.number, "bytes": file.stat().st_size}


def ask(home: Home, _organisations: int) -> dict[str, Any]:
    """Every chart's question to the published file, of the country and of one oblast; the 95th of a hundred, in ms."""
    taken: list[float] = []
    with read_file(home.warehouse) as con:
        for _ in range(_ROUNDS):
            for question in _questions(con):
                began = time.perf_counter()
                con.execute(question).fetchall()
                taken.append((time.perf_counter() - began) * 1000)
    return {
        "questions": len(taken),
        "p95_ms": round(quantiles(taken, n=20)[-1], 1),
        "most_ms": round(max(taken), 1),
    }


def _questions(con: duckdb.DuckDBPyConnection) -> Iterator[str]:
    numbers = set(con.execute(_NUMBERS).fetchall())
    for file in sorted((ASSETS / "charts").glob("*.yaml")):
        chart = _read(file)
        dataset = _read(ASSETS / "datasets" / f"{chart['dataset']}.yaml")
        shown = [*chart.get("columns", []), *(chart[key] for key in ("by", "over") if key in chart)]
        columns = dataset["columns"]
        by = [
            quoted(columns[name].get("from", name) + ("_kk" if columns[name].get("localized") else ""))
            for name in shown
            if name in columns
        ]
        measures = [name for name in dataset.get("measures", []) if (dataset["model"], name) in numbers]
        sums = [f"sum({quoted(name)})" for name in measures]
        asked = ", ".join([*by, *sums]) or "count(*)"
        for oblast in (None, "100000000"):
            where = f" WHERE oblast_code = {literal(oblast)}" if oblast and "oblast_name" in columns else ""
            yield f"SELECT {asked} FROM {quoted(dataset['model'])}{where} GROUP BY ALL ORDER BY ALL LIMIT 10000"


def _read(file: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return read


STEPS: dict[str, Callable[[Home, int], dict[str, Any]]] = {
    "make": make, "build": build, "change": change, "publish": publish, "ask": ask,
}  # fmt: skip

if __name__ == "__main__":
    step, folder, count = sys.argv[1:]
    print(json.dumps(STEPS[step](Home(Path(folder)), int(count))))
