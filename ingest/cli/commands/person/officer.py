"""The command by which an administrator says who may answer persons and erase them.

In: an account of this machine, why. Out: an act in the ledger, and all who may today.
"""

from __future__ import annotations

from typing import Annotated

import typer

from ingest.cli.frame.answer import Answer, Line, Sheet
from ingest.cli.frame.options import ReasonOption
from ingest.cli.frame.speech import moment, phrase, refuse
from ingest.cli.session import OF_TERMINAL, open_existing, operator


def person_officer(
    account: Annotated[str, typer.Argument()],
    reason: ReasonOption,
    dismiss: Annotated[bool, typer.Option("--dismiss")] = False,
) -> Answer:
    """Name who may be told of persons and erase them, or dismiss them; the act and its reason stay in the ledger."""
    from ingest.ledger.persons.officers import dismiss_officer, is_officer, name_officer, officers

    if not reason.strip():
        raise refuse("person_no_reason")
    bare = account.strip().removeprefix(OF_TERMINAL)
    if not bare or any(sign.isspace() for sign in bare):
        raise refuse("officer_no_account")
    home = open_existing()
    if dismiss and not is_officer(OF_TERMINAL + bare):
        raise refuse("officer_unknown", account=bare)
    act = (dismiss_officer if dismiss else name_officer)(
        OF_TERMINAL + bare, operator(), reason.strip(), home.now()
    )
    found = officers()
    rows = [
        (
            each.details["account"].removeprefix(OF_TERMINAL),
            each.details["reason"],
            each.actor.username,
            moment(each.at),
        )
        for each in found
    ]
    said = phrase("officer_dismissed" if dismiss else "officer_named", account=bare, act=act.pk)
    heads = ("account_head", "reason_head", "who_acted", "when_head")
    facts = {"act": act.pk, "officers": [each.details["account"].removeprefix(OF_TERMINAL) for each in found]}
    return Answer(facts, [Line(said), Sheet("officer", heads, rows, title="officers", empty="no_officers")])
