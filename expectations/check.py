"""The interactive check of one file: the same suite as for a batch, nothing received, nothing kept.

In: a path and the form it claims to be, with whatever else is known. Out: a `Verdict`, and on whose report and which
period it was given: what nobody says, the template's stamp may.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from expectations.checked import Checked
from expectations.judging.judge import JudgeFile, Scope, judge
from expectations.judging.rule_result import Engine
from expectations.reference import Reference
from expectations.verdict import Verdict
from ingest.progress import Tell, tell_nobody
from ingest.read.sandbox.parent import read_apart
from ingest.schema.forms.contract import Contract, NodeKind
from ingest.schema.forms.load import contract
from ingest.schema.forms.means import means_of
from ingest.schema.template_stamp import TemplateStamp
from ingest.schema.values.period import Period, PeriodError
from ingest.settings.databases import Room

_TERRITORY = 9
"""Digits of the code of a territory."""


@dataclass(frozen=True)
class Around:
    """What is known around the report that a file turns out to be. `demo` admits the identifiers of the demo range;
    `received_on`: as if it had been handed in on that day."""

    reference: Callable[[Scope], Reference]
    demo: bool = False
    received_on: date | None = None


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
    around = Around(lambda _: reference or Reference(), demo, received_on)
    return checked(path, form, around, node=node, period=period, tell=tell).verdict


def checked(  # noqa: PLR0913
    path: Path,
    form: str,
    around: Around,
    *,
    node: str | None = None,
    period: str | None = None,
    tell: Tell = tell_nobody,
    places: Path | None = None,
    room: Room | None = None,
    engine: Engine | None = None,
) -> Checked:
    """Judge one file, taken for what is said of it, else for what its stamp says. Raises as `check` does.

    `places`: where to write the places that are too many to be findings, if there are any. `room`, `engine`:
    see `judge`.
    """
    rules = contract(form)
    asked = Period.parse(rules.period, period) if period else None
    reading = read_apart(path, means_of(rules))
    scope = replace(_scope(rules, node, asked, reading.stamp), received_on=around.received_on)
    file = JudgeFile(0, path, path.name, scope, reading=reading)
    with judge(
        [file], rules, around.reference(scope), demo=around.demo, room=room, engine=engine, tell=tell
    ) as judged:
        has_more = places is not None and judged.further.write(0, places)
        return Checked(judged.verdicts[0], scope, has_more)


def _scope(rules: Contract, node: str | None, period: Period | None, stamp: TemplateStamp | None) -> Scope:
    """What is asked for, completed by the stamp of a template of this very form."""
    if stamp and stamp.form == rules.form:
        node = node or stamp.node
        period = period or _stamped(rules, stamp)
    return Scope(node_code=node, node_kind=_kind_of(node, rules) if node else None, period=period)


def _kind_of(node: str, rules: Contract) -> NodeKind:
    """The level of a node as its code says it: `KZ`, a BIN, or the code of a territory, an oblast's ending in noughts.
    The first that submits the form where none with such a code does."""
    if node == "KZ":
        kind: NodeKind = "republic"
    elif len(node) != _TERRITORY:
        kind = "organisation"
    else:
        kind = "oblast" if node.endswith("0" * (_TERRITORY - 2)) else "district"
    return kind if kind in rules.submitted_by else rules.submitted_by[0]


def _stamped(rules: Contract, stamp: TemplateStamp) -> Period | None:
    """The period of a stamp; None where it names none, or somebody has spoilt it."""
    try:
        return Period.parse(rules.period, stamp.period) if stamp.period else None
    except PeriodError:
        return None
