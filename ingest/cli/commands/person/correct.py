"""The command that asks an organisation to put a value right, and the tables of what was asked.

In: whom, which receipt and column, why. Out: a request in the ledger. No row of anybody's report is changed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

import typer

from ingest.cli.answers.reports import period_and_part
from ingest.cli.commands.person.find import BornOption, IinArgument, NameOption, found_person, label_of
from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.options import ByOption, ReasonOption
from ingest.cli.frame.speech import moment, phrase, refuse
from ingest.cli.session import form_label, name_of, node_named, operator, refusals_in_words


def person_correct(
    receipt: Annotated[int, typer.Option("--receipt", min=1)],
    column: Annotated[str, typer.Option("--column")],
    by: ByOption,
    iin: IinArgument = None,
    reason: ReasonOption = "",
    name: NameOption = "",
    born: BornOption = None,
) -> Answer:
    """Ask the organisation whose report holds a value of the person to put it right."""
    from ingest.ledger.persons.disputes import dispute
    from warehouse.services.persons.disputes import NothingToCorrectError, disputed, wanted_in

    home, asked, told, _ = found_person(iin, name, born, reason, "correct")
    known = asked.iin or next(iter(sorted(told.holdings.person.identifiers)), None)
    try:
        if known is None:
            raise NothingToCorrectError("correct_no_row", receipt=receipt)
        wanted = wanted_in(told, receipt, column)
    except NothingToCorrectError as nothing:
        raise refuse(nothing.code, **nothing.facts) from None
    with refusals_in_words(receipt):
        act = dispute(
            receipt,
            disputed(home, known, wanted),
            operator(),
            node_named(by),
            reason=reason.strip(),
            at=home.now(),
        )
    submitter = act.submission.scope.node
    said = phrase(
        "correction_asked",
        act=act.pk,
        name=name_of(submitter),
        code=submitter.code,
        column=label_of(wanted.contract, column, language()),
        row=wanted.row,
        receipt=receipt,
    )
    facts = {"act": act.pk, "receipt": receipt, "node": submitter.code, "column": column, "row": wanted.row}
    return Answer(facts, [Line(said)])


def dispute_facts(nodes: Collection[str] | None) -> list[dict[str, Any]]:
    """Open requests to these nodes, or to all, for programs."""
    from ingest.ledger.persons.disputes import open_disputes

    return [
        {
            "act": each.number,
            "receipt": each.submission.pk,
            "form": each.submission.scope.form,
            "node": each.submission.scope.node.code,
            "period": each.submission.scope.period,
            "part": each.submission.scope.part,
            "column": each.column,
            "row": each.row,
            "reason": each.reason,
            "asked_at": each.at,
            "by": each.by,
        }
        for each in open_disputes(nodes)
    ]


def dispute_parts(nodes: Collection[str] | None) -> list[Part]:
    """The same for people; nothing where nothing is asked."""
    from ingest.ledger.persons.disputes import open_disputes
    from ingest.schema.forms.load import contract

    rows = [
        (
            each.submission.pk,
            form_label(each.submission.scope.form),
            each.submission.scope.node.code,
            period_and_part(each.submission.scope),
            label_of(contract(each.submission.scope.form), each.column, language()),
            each.row,
            moment(each.at),
            each.reason,
        )
        for each in open_disputes(nodes)
    ]
    if not rows:
        return []
    heads = (
        *("receipt_no", "form", "node_code", "period", "field_head", "row_head"),
        *("when_head", "reason_head"),
    )
    return [
        Sheet("disputed", heads, rows, title="corrections_asked", whole=("node_code", "period")),
        Line(phrase("corrections_remedy")),
    ]
