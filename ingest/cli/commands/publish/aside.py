"""The command of whoever has mended the program or a store: what it failed at is judged again.

In: receipts, or all that lie aside. Out: which of them wait again. `aside_parts` shows what lies aside to others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.answers.reports import period_and_part
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.options import ReceiptsArgument
from ingest.cli.frame.speech import moment, phrase, refuse
from ingest.cli.session import form_and_code, name_of, open_existing, operator, refusals_in_words
from ingest.home import Home

if TYPE_CHECKING:
    from ingest.ledger.receipts.aside import Fault
    from ingest.ledger.records import Node, Submission


def retry(
    submissions: ReceiptsArgument = None, every: Annotated[bool, typer.Option("--all")] = False
) -> Answer:
    """Let submissions at which the program failed be judged again."""
    from ingest.ledger.receipts import aside

    if not submissions and not every:
        raise refuse("which_receipts")
    home = open_existing()
    wanted = submissions or [submission.pk for submission, _ in aside.lying_aside()]
    again: list[int] = []
    left: list[int] = []
    for number in dict.fromkeys(wanted):
        with refusals_in_words(number):
            found = aside.retry(number, operator(), None, at=home.now())
        (again if found else left).append(number)
    lines = [Line(phrase("waits_again", listed=", ".join(map(str, again))))] if again else []
    if left:
        lines.append(Line(phrase("not_aside", listed=", ".join(map(str, left)))))
    return Answer({"again": again, "left": left}, lines or [Line(phrase("nothing_aside"))])


def aside_facts(below: Node | None) -> list[dict[str, Any]]:
    """What lies aside below a node, or everywhere, as a document says it."""
    from ingest.ledger.receipts.aside import next_try

    return [
        {
            "receipt": submission.pk,
            "form": submission.scope.form,
            "node": submission.scope.node.code,
            "period": submission.scope.period,
            "part": submission.scope.part,
            "received_at": submission.received_at,
            "step": fault.step,
            "kind": fault.kind,
            "next_try": next_try(submission, fault),
        }
        for submission, fault in _lying(below)
    ]


def aside_parts(below: Node | None) -> list[Part]:
    """The same for people; nothing where nothing lies aside."""
    from ingest.ledger.receipts.aside import next_try

    rows = [
        (
            submission.pk,
            form_and_code(submission.scope.form),
            name_of(submission.scope.node),
            submission.scope.node.code,
            period_and_part(submission.scope),
            f"{phrase('step_' + fault.step)} ({fault.kind})",
            moment(due) if (due := next_try(submission, fault)) else "—",
        )
        for submission, fault in _lying(below)
    ]
    if not rows:
        return []
    headings = ("receipt_no", "form", "who", "node_code", "period", "failed_at", "tried_next")
    return [
        Sheet("set_aside", headings, rows, title="set_aside", whole=("node_code", "period")),
        Line(phrase("aside_remedy")),
    ]


def _lying(below: Node | None) -> Sequence[tuple[Submission, Fault]]:
    from ingest.cli.answers.overview import codes_within
    from ingest.ledger.receipts import aside
    from warehouse.services.hierarchy.registers import not_followed

    within = codes_within(below)
    registers = not_followed(Home.from_environment())
    of_these = [each for each in registers if within is None or each[0].scope.node.code in within]
    return [*aside.lying_aside(within), *of_these]
