"""Peers on the same file: how long others take to read or validate what we read, type and judge.

In: a school. Out: rows of a table. Each peer runs in the environment of the peers (`.venv-peers`), in a process
of its own, imports not counted; none of them traces a fault to a cell or joins register and roster as ours does.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bench.attendance import School, require_accepted
from bench.attendance_csv import write_attendance_csv
from bench.reading.workbook import write_workbook
from bench.stopwatch import RUNS, medians

ROWS = 100_000
_ROOT = Path(__file__).parents[2]
_PYTHON = _ROOT / ".venv-peers" / "bin" / "python"
_SCHEMA = _ROOT / "ingest" / "contracts" / "generated" / "attendance.schema.json"
_PEERS = {
    ("csv", "pandas"): "pandas `read_csv`: read and typed, nothing validated",
    ("csv", "pandera"): "pandera on pandas: types, ranges, dictionary, key",
    ("csv", "frictionless"): "frictionless `validate` with our Table Schema",
    ("xlsx", "pandas"): "pandas `read_excel` with openpyxl: read and typed, nothing validated",
}


def table(school: School) -> str:
    """The Markdown table of who took how long."""
    files = {kind: school.folder / f"peers.{kind}" for kind in ("csv", "xlsx")}
    write_attendance_csv(files["csv"], ROWS)
    write_workbook(files["xlsx"], ROWS)
    lines = [f"| {ROWS:,} rows of attendance | kind | seconds | of ours |", "|---|---|---|---|"]
    for kind, file in files.items():
        ours = medians({"ours": lambda file=file: _ours(school, file)})["ours"]  # type: ignore[misc]
        lines.append(f"| bbaj: read, typed, judged by the whole suite | {kind} | {ours:.2f} | 1.0× |")
        for (found, peer), said in _PEERS.items():
            if found == kind:
                taken = _peer(peer, file)
                lines.append(f"| {said} | {kind} | {taken:.2f} | {taken / ours:.1f}× |")
    return "\n".join(lines)


def _ours(school: School, file: Path) -> None:
    with school.judge([file]) as judged:
        require_accepted(judged, ROWS)


def _peer(peer: str, file: Path) -> float:
    command = [
        str(_PYTHON),
        str(Path(__file__).with_name("reader.py")),
        peer,
        str(file),
        str(_SCHEMA),
        str(RUNS),
    ]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer = json.loads(done.stdout.splitlines()[-1])
    if answer["faults"]:
        raise AssertionError(f"{peer} finds {answer['faults']} faults in a file without any")
    return float(answer["seconds"])
