"""Commands by which an installation decides what is its own: whom it serves, from when, by which day, days without
school, who is let off, which schools are closed. Every one says first what it will change, and can be taken back.

In: what is decided, why, and where it matters by whom. Out: what changed: reports by form and department.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ingest.cli.answers.directives import change_lines, change_sheet, saying
from ingest.cli.frame.answer import Answer, Line, Part
from ingest.cli.frame.confirm import confirm
from ingest.cli.frame.options import (
    AgreedOption,
    ByOption,
    FormArgument,
    FormOption,
    NodeOption,
    OnlyFormOption,
    OnlyNodeOption,
    OnlyPeriodOption,
    ReasonOption,
    day_written,
)
from ingest.cli.frame.speech import phrase, refuse
from ingest.cli.session import (
    known_form,
    known_period,
    node_named,
    open_existing,
    operator,
    refusals_in_words,
)
from ingest.home import Home
from ingest.schema.values.period import Period

if TYPE_CHECKING:
    from ingest.ledger.directives.acts import Draft
    from warehouse.services.hierarchy.directives import Decided

NEVER = "never"
NodeArgument = Annotated[str, typer.Argument(metavar="NODE")]
FirstDayOption = Annotated[str, typer.Option("--from")]
AnyFirstDayOption = Annotated[str | None, typer.Option("--from")]
LastDayOption = Annotated[str | None, typer.Option("--to")]
OnDayOption = Annotated[str, typer.Option("--on")]
OnlyByOption = Annotated[str | None, typer.Option("--by")]
DryRunOption = Annotated[bool, typer.Option("--dry-run")]


def scope(
    node: NodeArgument,
    reason: ReasonOption,
    first_day: AnyFirstDayOption = None,
    last_day: LastDayOption = None,
    dry_run: DryRunOption = False,
    agreed: AgreedOption = False,
) -> Answer:
    """Serve a node and those below it, and nobody else but others named so."""
    open_existing()
    days = _days(first_day, last_day)
    return _decide({"kind": "scope", "node": node_named(node), **days, "reason": reason}, dry_run, agreed)


def start(
    start_day: Annotated[str, typer.Argument()],
    reason: ReasonOption,
    form: OnlyFormOption = None,
    node: OnlyNodeOption = None,
    dry_run: DryRunOption = False,
    agreed: AgreedOption = False,
) -> Answer:
    """Say from which day reports are asked for, or that a form never is."""
    open_existing()
    day = None if start_day == NEVER else day_written(start_day).isoformat()
    facts = {"kind": "start", "form": _form(form), "node": _node(node), "terms": {"day": day}}
    return _decide({**facts, "reason": reason}, dry_run, agreed)


def deadline(  # noqa: PLR0913  # every one an option of the command line
    form: FormArgument,
    *,
    reason: ReasonOption,
    days: Annotated[int | None, typer.Option("--days")] = None,
    after: Annotated[Literal["start", "end"], typer.Option("--after")] = "end",
    due_day: Annotated[str | None, typer.Option("--day")] = None,
    period: OnlyPeriodOption = None,
    node: OnlyNodeOption = None,
    first_day: AnyFirstDayOption = None,
    last_day: LastDayOption = None,
    by: OnlyByOption = None,
    dry_run: DryRunOption = False,
    agreed: AgreedOption = False,
) -> Answer:
    """Say by when a form is due: as a rule, or for one period a day of its own."""
    open_existing()
    kind = known_form(form).period
    if (days is None) == (due_day is None) or (due_day is None) != (period is None):
        raise refuse("deadline_how")
    terms: dict[str, Any] = {"after": after, "days": days}
    when = _days(first_day, last_day)
    if due_day is not None:
        if first_day or last_day:
            raise refuse("deadline_how")
        meant = Period.parse(kind, known_period(period, form) or "")
        if day_written(due_day) < meant.start:
            raise refuse("due_before_period", day=day_written(due_day), period=meant.text)
        terms = {"day": day_written(due_day).isoformat(), "period": meant.text}
        when = {"first_day": meant.start, "last_day": meant.end}
    facts = {"kind": "deadline", "form": form, "node": _node(node), "by": _node(by), "terms": terms}
    return _decide({**facts, **when, "reason": reason}, dry_run, agreed)


def holiday(
    first_day: FirstDayOption,
    reason: ReasonOption,
    last_day: LastDayOption = None,
    node: OnlyNodeOption = None,
    form: OnlyFormOption = None,
    by: OnlyByOption = None,
    dry_run: DryRunOption = False,
    agreed: AgreedOption = False,
) -> Answer:
    """Say on which days there is no school, beside those of the calendar."""
    open_existing()
    days = _days(first_day, last_day or first_day)
    facts = {"kind": "holiday", "form": _form(form), "node": _node(node), "by": _node(by)}
    return _decide({**facts, **days, "reason": reason}, dry_run, agreed)


def exempt(
    form: FormOption,
    node: NodeOption,
    by: ByOption,
    reason: ReasonOption,
    first_day: FirstDayOption,
    last_day: LastDayOption = None,
    dry_run: DryRunOption = False,
    agreed: AgreedOption = False,
) -> Answer:
    """Decide that a node and those below it need not report a form for some time."""
    open_existing()
    kinds = known_form(form).submitted_by
    whose = node_named(node)
    levels = ("republic", "oblast", "district", "organisation")
    if not any(levels.index(kind) >= levels.index(whose.kind) for kind in kinds):
        raise refuse("not_its_form", node=node, form=form)
    days = _days(first_day, last_day)
    facts = {"kind": "exemption", "form": form, "node": whose, "by": node_named(by)}
    return _decide({**facts, **days, "reason": reason}, dry_run, agreed)


def close(
    node: NodeArgument,
    on_day: OnDayOption,
    by: ByOption,
    reason: ReasonOption,
    into: Annotated[str | None, typer.Option("--into")] = None,
    dry_run: DryRunOption = False,
    agreed: AgreedOption = False,
) -> Answer:
    """Close a school or department from a day on, or merge it into another."""
    open_existing()
    facts = {"kind": "merged" if into else "closed", "node": node_named(node), "by": node_named(by)}
    terms = {"into": node_named(into).code} if into else {}
    return _decide(
        {**facts, "first_day": day_written(on_day), "terms": terms, "reason": reason}, dry_run, agreed
    )


def reopen(
    node: NodeArgument,
    on_day: OnDayOption,
    by: ByOption,
    reason: ReasonOption,
    dry_run: DryRunOption = False,
    agreed: AgreedOption = False,
) -> Answer:
    """Open a closed school or department again from a day on."""
    open_existing()
    facts = {
        "kind": "opened",
        "node": node_named(node),
        "by": node_named(by),
        "first_day": day_written(on_day),
    }
    return _decide({**facts, "reason": reason}, dry_run, agreed)


def take_back(
    directive: Annotated[int, typer.Argument(min=1)],
    reason: ReasonOption,
    by: OnlyByOption = None,
    dry_run: DryRunOption = False,
    agreed: AgreedOption = False,
) -> Answer:
    """Take a decision of the installation back; its history stays."""
    from warehouse.services.hierarchy import directives

    home = open_existing()
    _require(reason)

    def act(only_say: bool) -> Decided:
        return directives.take_back(
            home, directive, operator(), reason=reason.strip(), by=_node(by), only_say=only_say
        )

    return _said_and_done(act, dry_run, agreed)


def _decide(facts: dict[str, Any], dry_run: bool, agreed: bool) -> Answer:
    """Say what a directive will change, and where somebody agrees make it."""
    from ingest.ledger.directives.acts import Draft
    from warehouse.services.hierarchy import directives

    _require(facts["reason"])
    home = Home.from_environment()
    draft: Draft = Draft(**{**facts, "reason": facts["reason"].strip()})
    return _said_and_done(
        lambda only_say: directives.decide(home, draft, operator(), only_say=only_say), dry_run, agreed
    )


def _said_and_done(act: Callable[[bool], Decided], dry_run: bool, agreed: bool) -> Answer:
    with refusals_in_words(0):
        if dry_run:
            return _answer(act(True), only_said=True)
        if not agreed:
            said = act(True)
            confirm("\n".join([saying(said.directive), *change_lines(said.changes)]), agreed)
        return _answer(act(False), only_said=False)


def _answer(decided: Decided, *, only_said: bool) -> Answer:
    directive = decided.directive
    number = None if only_said else directive.pk
    facts = {
        "directive": number,
        **({"exemption": number} if directive.kind == "exemption" else {}),
        "kind": directive.kind,
        "form": directive.form or None,
        "node": directive.node.code if directive.node else None,
        "from": directive.first_day,
        "to": directive.last_day,
        "reports": decided.reports,
        "changes": [vars(change) for change in decided.changes],
        "dry_run": only_said,
    }
    head = phrase("only_said") if only_said else phrase("decided_as", number=directive.pk)
    parts: list[Part] = [Line(head), Line(saying(directive)), *change_sheet(decided.changes)]
    return Answer(facts, parts)


def _require(reason: str) -> None:
    if not reason.strip():
        raise refuse("no_reason")


def _days(first: str | None, last: str | None) -> dict[str, date | None]:
    found = {
        "first_day": day_written(first) if first else None,
        "last_day": day_written(last) if last else None,
    }
    if found["first_day"] and found["last_day"] and found["last_day"] < found["first_day"]:
        raise refuse("days_crossed", first=found["first_day"], last=found["last_day"])
    return found


def _form(form: str | None) -> str:
    return known_form(form).form if form else ""


def _node(code: str | None) -> Any:
    return node_named(code) if code else None
