"""What was handed in and what must become of it: the demo country's own answer sheet.

In: what the writing of each wave says. Out: a `Plan`, kept as `demo/plan.json` in the home, with which a test
and the summary of a demonstration compare what the pipeline found. Holds demo identifiers only.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from ingest.home import Home

Wave = Literal["republic", "districts", "schools", "corrections"]
WAVES: tuple[Wave, ...] = ("republic", "districts", "schools", "corrections")
Outcome = Literal["accepted", "rejected", "unreadable", "nil_return", "duplicate"]
Decision = Literal["approved", "returned", "waiting", "none"]


@dataclass(frozen=True)
class PlannedFinding:
    """A finding that must be made, exactly here and exactly once. No place: it is about the whole file."""

    code: str
    sheet: str | None = None
    cell: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None


@dataclass(frozen=True)
class PlannedSubmission:
    """One file in the drop folder and what must become of it.

    `path` is relative to the drop folder; `rows` are rows of data, 0 for a nil return and what is unreadable;
    `decision` is what the department above, `decided_by`, does with it after its verdict.
    """

    wave: Wave
    path: str
    form: str
    node: str
    period: str
    part: str
    sent_at: str
    rows: int
    outcome: Outcome
    decision: Decision
    decided_by: str
    story: str
    findings: tuple[PlannedFinding, ...] = ()

    @property
    def file_name(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def received_at(self) -> datetime:
        return datetime.fromisoformat(self.sent_at)

    @property
    def errors(self) -> int:
        """Findings that reject the file: in the demo country every finding of a rejected file does."""
        return len(self.findings) if self.outcome in ("rejected", "unreadable") else 0


@dataclass(frozen=True)
class Plan:
    """Everything handed in so far, in the order of its writing."""

    seed: int
    organisations: int
    learners_per_organisation: int
    learners: int
    weeks: int
    submissions: tuple[PlannedSubmission, ...] = ()

    def plus(self, submissions: Iterable[PlannedSubmission]) -> Plan:
        """The plan with the submissions of one more wave."""
        return replace(self, submissions=(*self.submissions, *submissions))

    def of_wave(self, *waves: Wave) -> tuple[PlannedSubmission, ...]:
        """What is handed in in those waves."""
        return tuple(one for one in self.submissions if one.wave in waves)

    def outcomes(self, *waves: Wave) -> Counter[str]:
        """Outcome → how many files must have it, in those waves, by default in all."""
        return Counter(one.outcome for one in self.of_wave(*(waves or WAVES)))

    @property
    def rows_landed(self) -> int:
        """Rows of all accepted files, superseded ones included."""
        return sum(one.rows for one in self.submissions if one.outcome == "accepted")

    def save(self, home: Home) -> Path:
        """Write the plan into the home; returns its file."""
        file = home.root / "demo" / "plan.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")
        return file

    @classmethod
    def load(cls, home: Home) -> Plan:
        """The plan of a home. Raises FileNotFoundError where no country was written."""
        read = json.loads((home.root / "demo" / "plan.json").read_text(encoding="utf-8"))
        return cls(**{**read, "submissions": tuple(_submission(one) for one in read["submissions"])})


def _submission(read: dict[str, Any]) -> PlannedSubmission:
    findings = tuple(PlannedFinding(**one) for one in read["findings"])
    return PlannedSubmission(**{**read, "findings": findings})
