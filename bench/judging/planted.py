"""Planted errors: how many our judge finds, and frictionless with the schema generated from the contract.

In: nothing. Out: the Markdown table. Both get the same reports of an invented school; frictionless gets them headed by
the names of the schema, so that no heading counts against it. Its errors name row and field.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.planted.kinds import KINDS
from tests.planted.trial import FORMS, Report, Said, Score, judged, reports

SCHOOLS = 5
FLOORS = (0.99, 0.97, 0.01)
_ROOT = Path(__file__).parents[2]
_PYTHON = _ROOT / ".venv-peers" / "bin" / "python"


def table() -> tuple[str, bool]:
    """The table, and whether ours stays above its floors."""
    given = reports(SCHOOLS)
    with TemporaryDirectory(prefix="bbaj-planted-") as folder:
        ours = judged(given, Path(folder))
        theirs = _frictionless(given, Path(folder))
    found, right, accused = ours.shares
    is_met = found >= FLOORS[0] and right >= FLOORS[1] and accused <= FLOORS[2]
    lines = [
        f"| {ours.planted} cells of {len(KINDS)} kinds in {len(FORMS)} forms, {ours.innocent:,} innocent rows "
        "| found | right cell and cause | innocent rows accused |",
        "|---|---|---|---|",
        _line("bbaj: reader and the whole suite", ours),
        _line("frictionless `validate` with our Table Schema (its cell alone counts as right)", theirs),
        f"| floor | {FLOORS[0]} | {FLOORS[1]} | ≤ {FLOORS[2]} |",
    ]
    return "\n".join(lines), is_met


def _line(who: str, score: Score) -> str:
    return f"| {who} | " + " | ".join(f"{share:.3f}" for share in score.shares) + " |"


def _frictionless(given: list[Report], folder: Path) -> Score:
    score = Score()
    for form in FORMS:
        own = [report for report in given if report.form == form]
        files = [
            str(report.write(folder / f"named-{form}-{place}.csv", by_name=True))
            for place, report in enumerate(own)
        ]
        schema = _ROOT / "ingest" / "contracts" / "generated" / f"{form}.schema.json"
        command = [str(_PYTHON), str(_ROOT / "bench" / "peers" / "errors.py"), str(schema), *files]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        for report, errors in zip(own, json.loads(done.stdout), strict=True):
            score.add(report, [Said(row - 2 if row else None, column, None) for row, column in errors])
    return score
