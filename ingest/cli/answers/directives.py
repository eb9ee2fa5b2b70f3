"""What a directive says, and what it changes, in words: before it is made, after it, and in the list of all.

In: directives, changes of reports. Out: lines and sheets of an answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from ingest.cli.frame.answer import Line, Part, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.speech import phrase, word
from ingest.cli.session import form_and_code, form_label, name_of

if TYPE_CHECKING:
    from ingest.ledger.records import Directive
    from warehouse.services.hierarchy.directives import Change

_SHOWN = 30
"""Kinds of changes that are said before somebody agrees; the answer has all of them."""


def saying(directive: Directive) -> str:
    """One directive in one line, without who and why."""
    if directive.takes_back is not None:
        return phrase("says_taken_back", number=directive.takes_back.pk, said=saying(directive.takes_back))
    terms: dict[str, Any] = directive.terms
    facts = {
        "form": form_label(directive.form) if directive.form else phrase("all_forms"),
        "node": _whose(directive),
        "days": days_of(directive.first_day, directive.last_day),
        "day": _day(terms.get("day")) or directive.first_day,
    }
    if directive.kind == "start" and not terms.get("day"):
        return phrase("says_start_never", **facts)
    if directive.kind == "deadline" and "day" in terms:
        return phrase("says_deadline_day", **facts, period=terms["period"])
    if directive.kind == "deadline":
        return phrase("says_deadline", **facts, due=_due(directive))
    if directive.kind == "merged":
        return phrase("says_merged", **facts, into=_name_by_code(terms["into"]))
    return phrase(f"says_{directive.kind}", **facts)


def days_of(first: date | None, last: date | None) -> str:
    """From when to when, in words."""
    name = {(True, True): "days_between", (True, False): "days_from", (False, True): "days_until"}
    return phrase(name.get((first is not None, last is not None), "days_always"), first=first, last=last)


def change_lines(changes: Sequence[Change]) -> list[str]:
    """The changes as lines of text, no more than a person reads before agreeing."""
    if not changes:
        return [phrase("no_changes")]
    lines = [
        f"  {form_label(each.form)} · {_name_by_code(each.department)}: {_change(each)} — {each.count}"
        for each in changes[:_SHOWN]
    ]
    more = sum(each.count for each in changes[_SHOWN:])
    return [
        phrase("changes_in_all", count=sum(each.count for each in changes)),
        *lines,
        *([phrase("more_changes", count=more)] if more else []),
    ]


def change_sheet(changes: Sequence[Change]) -> list[Part]:
    """The same as a sheet of all of them."""
    rows = [
        (
            form_and_code(each.form),
            _name_by_code(each.department, with_code=False),
            each.department,
            _change(each),
            each.count,
        )
        for each in changes
    ]
    headings = ("form", "who", "node_code", "change_head", "reports_head")
    sheet = Sheet("changes", headings, rows, title="changes", empty="no_changes", whole=("node_code",))
    if not rows:
        return [sheet]
    return [sheet, Line(phrase("changes_in_all", count=sum(each.count for each in changes)))]


def _change(change: Change) -> str:
    after = word("obligation_status", change.after)
    if change.before is None:
        return phrase("newly_asked", after=after)
    if change.before == change.after:
        return phrase("another_day", after=after)
    return f"{word('obligation_status', change.before)} → {after}"


def _due(directive: Directive) -> str:
    """A rule of days, as the pages of forms say it."""
    from ingest.emit.wording import due_words
    from ingest.schema.forms.contract import Due
    from ingest.schema.forms.load import contracts

    form = contracts().get(directive.form)
    if form is None:
        return f"{directive.terms['after']} {directive.terms['days']:+d}"
    due = Due(after=directive.terms["after"], days=directive.terms["days"])
    return due_words(form.model_copy(update={"due": due}), language())


def _whose(directive: Directive) -> str:
    return _called(directive.node) if directive.node is not None else phrase("everybody")


def _name_by_code(code: str, with_code: bool = True) -> str:
    from ingest.ledger.nodes import node

    found = node(code)
    return _called(found) if with_code else name_of(found)


def _called(node: Any) -> str:
    return f"{name_of(node)} ({node.code})"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
