"""Commands of whoever stands above: approve what was handed in, or return it for rework; one report or many.

In: receipts, or which reports are meant, and who decides. Out: the new state of each, and why one was left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.options import (
    ByOption,
    OnlyFormOption,
    OnlyPeriodOption,
    ReasonOption,
    ReceiptsArgument,
    ReplaceOption,
)
from ingest.cli.frame.speech import RefusedError, phrase, refuse, word
from ingest.cli.frame.working import working
from ingest.cli.session import (
    known_form,
    known_period,
    node_named,
    open_existing,
    operator,
    refusals_in_words,
)

CleanOption = Annotated[bool, typer.Option("--clean")]
REFUSED = 1
"""Some were decided and others refused."""


@dataclass
class _Decided:
    """What became of each receipt. `left`: those not touched because queries about them are open."""

    decided: list[dict[str, Any]] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    left: list[int] = field(default_factory=list)


def approve(
    submissions: ReceiptsArgument = None,
    *,
    by: ByOption,
    form: OnlyFormOption = None,
    period: OnlyPeriodOption = None,
    clean: CleanOption = False,
    replace: ReplaceOption = False,
) -> Answer:
    """Approve accepted submissions: from the next build on they count officially."""
    from warehouse.services.verdicts import decisions

    which = (form, period, clean)
    return _decide_all(decisions.approve, submissions, by, which, {"confirmed": replace})


def return_(
    submissions: ReceiptsArgument = None,
    *,
    by: ByOption,
    reason: ReasonOption,
    form: OnlyFormOption = None,
    period: OnlyPeriodOption = None,
    clean: CleanOption = False,
    replace: ReplaceOption = False,
) -> Answer:
    """Send submissions back to their submitters for rework."""
    from warehouse.services.verdicts import decisions

    if not reason.strip():
        raise refuse("refused_no_reason")
    more = {"reason": reason.strip(), "confirmed": replace}
    return _decide_all(decisions.return_, submissions, by, (form, period, clean), more)


def _decide_all(
    decision: Callable[..., Any],
    receipts: list[int] | None,
    by: str,
    which: tuple[str | None, str | None, bool],
    more: dict[str, Any],
) -> Answer:
    """Carry a decision out on each. Raises RefusedError where none could be decided so as it was asked."""
    form, period, clean = which
    if not receipts and not any(which):
        raise refuse("which_reports")
    if receipts and (form or period):
        raise refuse("receipts_or_reports")
    home = open_existing()
    node = node_named(by)
    chosen, left = _chosen(receipts, node, form, period, clean)
    result = _Decided(left=left)
    refusals: list[RefusedError] = []
    with working("work_deciding") as work:
        for number, receipt in enumerate(chosen):
            work.step(number, len(chosen))
            try:
                with refusals_in_words(receipt):
                    decided = decision(home, receipt, operator(), node, **more)
                result.decided.append({"receipt": decided.pk, "state": decided.state})
            except RefusedError as refusal:
                refusals.append(refusal)
                result.refused.append({"receipt": receipt, "code": refusal.code, "message": refusal.message})
    if refusals and not result.decided and len(refusals) == 1:
        raise refusals[0]
    return _answer(result)


def _chosen(
    receipts: list[int] | None, node: Any, form: str | None, period: str | None, clean: bool
) -> tuple[list[int], list[int]]:
    """The receipts to decide on, and those left because queries about them are open."""
    from ingest.ledger.inbox import to_approve, with_open_queries
    from ingest.ledger.records import Submission

    if receipts:
        wanted = list(dict.fromkeys(receipts))
        if not clean:
            return wanted, []
        found = Submission.objects.filter(pk__in=wanted).select_related("verdict")
        asked = {each.submission.pk for each in with_open_queries(found) if each.open_queries}
    else:
        if form:
            known_form(form)
        waiting = to_approve(node, form, known_period(period, form))
        wanted = [each.submission.pk for each in waiting]
        asked = {each.submission.pk for each in waiting if each.open_queries} if clean else set()
    return [each for each in wanted if each not in asked], [each for each in wanted if each in asked]


def _answer(result: _Decided) -> Answer:
    # What was refused comes first: it is what somebody must act on.
    lines = [Line(phrase("decision_refused", **each), style="red") for each in result.refused]
    if result.left:
        lines.append(Line(phrase("left_for_queries", listed=", ".join(map(str, result.left)))))
    lines += [
        Line(phrase("decided", submission=each["receipt"], state=word("submission_state", each["state"])))
        for each in result.decided
    ]
    if not lines:
        lines.append(Line(phrase("nothing_to_decide")))
    facts = {"decided": result.decided, "refused": result.refused, "left": result.left}
    return Answer(facts, lines, REFUSED if result.refused else 0)
