"""The interactive check of one file: the same suite as for a batch, nothing received, nothing kept.

In: a path and the form it claims to be, with whatever else is known. Out: a `Verdict`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from expectations.judge import JudgeFile, Scope, judge
from expectations.reference import Reference
from expectations.verdict import Verdict
from ingest.progress import Tell, tell_nobody
from ingest.schema.load import contract
from ingest.schema.period import Period


def check(
    path: Path,
    form: str,
    *,
    node: str | None = None,
    period: str | None = None,
    reference: Reference | None = None,
    demo: bool = False,
    received_on: date | None = None,
    tell: Tell = tell_nobody,
) -> Verdict:
    """Judge one file; `received_on`: as if it had been handed in on that day.

    Raises KeyError for an unknown form and PeriodError for a period of another kind.
    """
    rules = contract(form)
    scope = Scope(
        node_code=node,
        node_kind=rules.submitted_by[0] if node else None,
        period=Period.parse(rules.period, period) if period else None,
        received_on=received_on,
    )
    file = JudgeFile(0, path, path.name, scope)
    with judge([file], rules, reference or Reference(), demo=demo, tell=tell) as judged:
        return judged.verdicts[0]
