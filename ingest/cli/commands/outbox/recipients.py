"""The commands that say who is sent what: addresses of nodes, which reports they get and in which language.

In: addresses, nodes, names of reports. Out: acts in the ledger, all recipients there are.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.answers.outbox import refusals_in_words
from ingest.cli.frame.answer import Answer, Line, Sheet
from ingest.cli.frame.confirm import confirm
from ingest.cli.frame.options import AgreedOption, NodeOption, OnlyNodeOption, ReasonOption
from ingest.cli.frame.speech import moment, phrase
from ingest.cli.session import name_of, node_named, open_existing, operator, reads_ledger

if TYPE_CHECKING:
    from ingest.ledger.models import Recipient
    from ingest.ledger.outbox.recipients import Wanted


class Written(StrEnum):
    """The languages a message may be in."""

    kk = "kk"
    ru = "ru"


class Way(StrEnum):
    """How files come."""

    file = "file"
    link = "link"


_FILES = {"file": "files_file", "link": "files_link"}
NumberArgument = Annotated[int, typer.Argument(min=1)]
ReportsOption = Annotated[list[str] | None, typer.Option("--report")]
WayOption = Annotated[Way | None, typer.Option("--files")]
LanguageOption = Annotated[Written | None, typer.Option("--language")]
PersonOption = Annotated[str | None, typer.Option("--person")]
TelephoneOption = Annotated[str | None, typer.Option("--telephone")]


@reads_ledger
def recipients(
    node: OnlyNodeOption = None, everybody: Annotated[bool, typer.Option("--all")] = False
) -> Answer:
    """List who is sent what; `node`: of it and those below it; `everybody`: those removed too."""
    from ingest.ledger.nodes import within
    from ingest.ledger.outbox.recipients import listed
    from ingest.ledger.records import Node

    numbers = None
    if node is not None:
        numbers = Node.objects.filter(within(node_named(node))).values_list("pk", flat=True)
    found = listed(numbers, everybody=everybody)
    headings = (
        "number", "recipient_head", "territory_head", "sent_reports_head", "language_head", "files_head",
        "person_head", "telephone_head", "state",
    )  # fmt: skip
    rows = [_row(each) for each in found]
    return Answer(
        {"recipients": [_facts(each) for each in found]},
        [Sheet("recipient", headings, rows, empty="no_recipients", whole=("telephone_head",))],
    )


def recipients_add(
    address: Annotated[str, typer.Argument(show_default=False)],
    node: NodeOption,
    reports: ReportsOption = None,
    language: LanguageOption = None,
    files: WayOption = None,
    person: PersonOption = None,
    telephone: TelephoneOption = None,
    account: Annotated[str | None, typer.Option("--account")] = None,
) -> Answer:
    """Let an address be sent reports of a node; what is no mail address names a channel of the settings."""
    from ingest.ledger.outbox.recipients import Wanted, add

    home = open_existing()
    wanted = _with(
        Wanted(node_named(node)),
        **_place(address), reports=reports, language=language, attachment=files, person=person,
        telephone=telephone, account=account,
    )  # fmt: skip
    with refusals_in_words():
        made = add(wanted, operator(), home.now())
    return _told(made, "recipient_added")


def recipients_change(
    number: NumberArgument,
    address: Annotated[str | None, typer.Option("--address")] = None,
    node: OnlyNodeOption = None,
    reports: ReportsOption = None,
    language: LanguageOption = None,
    files: WayOption = None,
    person: PersonOption = None,
    telephone: TelephoneOption = None,
) -> Answer:
    """Change what a recipient is; what is not named stays."""
    from ingest.ledger.outbox.recipients import as_wanted, change, require

    home = open_existing()
    with refusals_in_words():
        wanted = _with(
            as_wanted(require(number)),
            **(_place(address) if address is not None else {}), node=node_named(node) if node else None,
            reports=reports, language=language, attachment=files, person=person, telephone=telephone,
        )  # fmt: skip
        changed = change(number, wanted, operator(), home.now())
    return _told(changed, "recipient_changed")


def recipients_remove(number: NumberArgument, reason: ReasonOption, agreed: AgreedOption = False) -> Answer:
    """Send a recipient nothing any more; what waits for it is withdrawn."""
    from ingest.ledger.outbox.recipients import remove, require

    home = open_existing()
    with refusals_in_words():
        known = require(number)
        confirm(phrase("will_remove_recipient", number=number, address=_where(known)), agreed)
        withdrawn = remove(number, reason, operator(), home.now())
    said = phrase("recipient_removed", number=number, count=withdrawn)
    return Answer({"recipient": number, "withdrawn": withdrawn}, [Line(said)])


def _place(said: str) -> dict[str, str]:
    """A mail address, or the name of a channel."""
    return {"channel": "mail", "address": said} if "@" in said else {"channel": said.strip(), "address": ""}


def _with(wanted: Wanted, **given: Any) -> Wanted:
    """What is named replaces what is; reports are given anew, all of them."""
    told = {name: value for name, value in given.items() if value is not None}
    if "reports" in told:
        told["reports"] = tuple(told["reports"])
    for name in ("language", "attachment"):
        if name in told:
            told[name] = told[name].value
    return replace(wanted, **told)


def _told(recipient: Recipient, said: str) -> Answer:
    words = phrase(
        said, number=recipient.pk, address=_where(recipient), reports=", ".join(recipient.reports),
        place=f"{name_of(recipient.node)} ({recipient.node.code})",
    )  # fmt: skip
    return Answer({"recipient": _facts(recipient)}, [Line(words)])


def _where(recipient: Recipient) -> str:
    return recipient.address or recipient.channel


def _row(recipient: Recipient) -> tuple[str | int, ...]:
    state = phrase("recipient_is_on")
    if recipient.removed_at is not None:
        state = f"{phrase('recipient_is_removed')} {moment(recipient.removed_at)}: {recipient.removal_reason}"
    return (
        recipient.pk, _where(recipient), f"{name_of(recipient.node)} ({recipient.node.code})",
        ", ".join(recipient.reports), recipient.language, phrase(_FILES[recipient.attachment]),
        recipient.person, recipient.telephone, state,
    )  # fmt: skip


def _facts(recipient: Recipient) -> dict[str, Any]:
    by = recipient.removed_by
    return {
        "number": recipient.pk, "node": recipient.node.code, "channel": recipient.channel,
        "address": recipient.address, "reports": recipient.reports, "language": recipient.language,
        "files": recipient.attachment, "person": recipient.person, "telephone": recipient.telephone,
        "account": recipient.account.username if recipient.account else None, "active": recipient.is_active,
        "removed_at": recipient.removed_at, "removed_by": by.username if by else None,
        "removal_reason": recipient.removal_reason,
    }  # fmt: skip
