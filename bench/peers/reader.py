"""One peer at work, in the environment of the peers: `python bench/peers/reader.py NAME FILE SCHEMA RUNS`.

In: a peer's name, an attendance file, the form's Table Schema, how often to run. Out: one line of JSON with the
median seconds of a run and the number of faults found; imports are not counted. Each peer does what its
documentation shows for such a file: pandas reads and types, frictionless validates against the schema, pandera
validates a data frame against the same types, ranges, dictionary and key.
"""

from __future__ import annotations

import csv
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Work = Callable[[], int]


def pandas_reads(file: Path, schema: dict[str, Any]) -> Work:
    """pandas.read_csv, or read_excel by openpyxl: identifiers as texts, days as dates."""
    import pandas as pd

    names = [field["name"] for field in schema["fields"]]
    texts = {name: str for name in names if name in ("bin", "iin", "letter", "absence_reason")}

    def work() -> int:
        read = pd.read_csv if file.suffix == ".csv" else pd.read_excel
        frame = read(file, dtype=texts)
        frame["date"] = pd.to_datetime(frame["date"])
        return 0 if len(frame) else 1

    return work


def frictionless_validates(file: Path, schema: dict[str, Any]) -> Work:
    """frictionless.validate with the schema generated from the contract."""
    from frictionless import Resource, Schema, system

    system.trusted = True

    def work() -> int:
        resource = Resource(path=str(file), schema=Schema.from_descriptor(schema))
        return sum(len(task.errors) for task in resource.validate(limit_errors=1_000_000).tasks)

    return work


def pandera_validates(file: Path, schema: dict[str, Any]) -> Work:
    """pandas reads, pandera checks types, ranges, dictionary and key; all faults at once."""
    import pandas as pd
    import pandera.pandas as pa

    columns = {field["name"]: _column(field, pa) for field in schema["fields"]}
    checked = pa.DataFrameSchema(columns, unique=schema["primaryKey"], strict=True)
    texts = {field["name"]: str for field in schema["fields"] if field["type"] == "string"}

    def work() -> int:
        frame = pd.read_csv(file, dtype=texts, parse_dates=["date"])
        try:
            checked.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            return len(errors.failure_cases)
        return 0

    return work


def _column(field: dict[str, Any], pa: Any) -> Any:
    limits = field.get("constraints", {})
    checks = []
    if "minimum" in limits:
        checks.append(pa.Check.in_range(limits["minimum"], limits["maximum"]))
    if "enum" in limits:
        checks.append(pa.Check.isin(limits["enum"]))
    if "pattern" in limits:
        checks.append(pa.Check.str_matches(limits["pattern"]))
    return pa.Column(None, checks, nullable=not limits.get("required", False))


def _as_reported(file: Path, schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with the columns that the report has: those it may lack are a fault to a peer."""
    if file.suffix != ".csv":
        return schema
    with file.open(encoding="utf-8") as lines:
        header = set(next(csv.reader(lines)))
    return {**schema, "fields": [field for field in schema["fields"] if field["name"] in header]}


PEERS: dict[str, Callable[[Path, dict[str, Any]], Work]] = {
    "pandas": pandas_reads,
    "frictionless": frictionless_validates,
    "pandera": pandera_validates,
}


def main() -> None:
    """Run one peer and print what it took."""
    name, file, schema, runs = sys.argv[1:5]
    described = json.loads(Path(schema).read_text(encoding="utf-8"))
    work = PEERS[name](Path(file), _as_reported(Path(file), described))
    faults, taken = 0, []
    for _ in range(int(runs)):
        begin = time.perf_counter()
        faults = work()
        taken.append(time.perf_counter() - begin)
    print(json.dumps({"seconds": statistics.median(taken), "faults": faults}))


if __name__ == "__main__":
    main()
