"""What happens to one report when a story is told of it: the versions of it that are handed in.

In: the report as it would be sent without the story. Out: the reports that are sent instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from ingest.demo.reports.plan import Decision, Outcome, Wave
from ingest.demo.world.organisations import Organisation

Content = Literal["data", "copy", "nil", "broken"]
Part = Literal["whole", "junior", "senior"]


@dataclass(frozen=True)
class Report:
    """One act of handing in. `author` is the school, None for departments and the republic.

    `content`: rows of data, a copy of the report before, a nil return, or something no program can open.
    `edits`: the name of what is changed in the rows (see `defects`). `events`: rows of a register.
    """

    wave: Wave
    form: str
    node: str
    period: str
    sent_at: datetime
    decided_by: str
    decision: Decision
    author: Organisation | None = None
    part: Part = "whole"
    content: Content = "data"
    edits: str | None = None
    outcome: Outcome = "accepted"
    story: str = "ordinary"
    events: tuple[Mapping[str, object], ...] = field(default=(), repr=False)


# Story → the week (1 = the first) in which it happens, 0 for the roster or the register.
STORIES: Mapping[str, int] = {
    "wrong_check_digit": 0,
    "odd_age": 0,
    "no_roster": 0,
    "renamed": 0,
    "closed": 0,
    "unknown_reason": 1,
    "missed_above_scheduled": 2,
    "duplicate": 2,
    "superseded": 2,
    "two_parts": 2,
    "outside_period": 3,
    "not_on_roster": 3,
    "nil_return": 3,
    "returned": 3,
    "text_in_number": 4,
    "unreadable": 4,
}


Teller = Callable[[Report], Iterator[Report]]
"""Tells one story of a report: the versions of it that are handed in."""


def told(report: Report, story: str, tellers: Mapping[str, Teller] | None = None) -> Iterator[Report]:
    """The reports that are handed in, in the order of their times. `tellers`: other stories than those of this file."""
    for version in (_TELLERS if tellers is None else tellers)[story](report):
        yield replace(version, story=story)


def mistaken(edits: str, corrected_after: timedelta | None, decision: Decision = "waiting") -> Teller:
    """Rejected for a mistake; corrected in a later wave, or left as it is."""

    def tell(report: Report) -> Iterator[Report]:
        yield replace(report, edits=edits, outcome="rejected", decision="none")
        if corrected_after is not None:
            sent = report.sent_at + corrected_after
            yield replace(report, wave="corrections", sent_at=sent, decision=decision)

    return tell


def asked(edits: str) -> Teller:
    """Accepted with a question, which nobody answers."""

    def tell(report: Report) -> Iterator[Report]:
        yield replace(report, edits=edits)

    return tell


def _duplicate(report: Report) -> Iterator[Report]:
    yield report
    sent = report.sent_at + timedelta(hours=2)
    yield replace(report, content="copy", outcome="duplicate", decision="none", sent_at=sent)


def _sent_again(first: Decision, after: timedelta) -> Teller:
    """Decided upon, then sent again with what is known better by then."""

    def tell(report: Report) -> Iterator[Report]:
        yield replace(report, decision=first)
        sent = report.sent_at + after
        yield replace(report, wave="corrections", edits="revised", sent_at=sent, decision="waiting")

    return tell


def _two_parts(report: Report) -> Iterator[Report]:
    yield replace(report, part="junior")
    yield replace(report, part="senior", sent_at=report.sent_at + timedelta(minutes=25))


def _nil_return(report: Report) -> Iterator[Report]:
    yield replace(report, content="nil", outcome="nil_return", decision="approved")


def _unreadable(report: Report) -> Iterator[Report]:
    yield replace(report, content="broken", outcome="unreadable", decision="none")


_TELLERS: Mapping[str, Teller] = {
    "wrong_check_digit": mistaken("wrong_check_digit", timedelta(days=4), "approved"),
    "odd_age": asked("odd_age"),
    "unknown_reason": mistaken("unknown_reason", timedelta(days=2), "approved"),
    "missed_above_scheduled": mistaken("missed_above_scheduled", timedelta(days=1)),
    "duplicate": _duplicate,
    "superseded": _sent_again("approved", timedelta(days=6)),
    "two_parts": _two_parts,
    "outside_period": mistaken("outside_period", timedelta(hours=3)),
    "not_on_roster": mistaken("not_on_roster", None),
    "nil_return": _nil_return,
    "returned": _sent_again("returned", timedelta(days=5)),
    "text_in_number": mistaken("text_in_number", None),
    "unreadable": _unreadable,
}
