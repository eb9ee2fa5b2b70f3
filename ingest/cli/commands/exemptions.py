"""The command by which a department asks a node for no report for some time.

In: which form, whose, from when to when, who decides and why. Out: the exemption and how many reports it concerns.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ingest.cli.commands.session import known_form, node_named, open_existing, operator, refusals_in_words
from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.confirm import confirm
from ingest.cli.frame.options import AgreedOption, ByOption, FormOption, NodeOption, ReasonOption
from ingest.cli.frame.speech import phrase, refuse


def exempt(
    form: FormOption,
    node: NodeOption,
    by: ByOption,
    reason: ReasonOption,
    first_day: Annotated[str, typer.Option("--from")],
    last_day: Annotated[str | None, typer.Option("--to")] = None,
    agreed: AgreedOption = False,
) -> Answer:
    """Decide that a node need not report a form for some time. Reports handed in stay what they are."""
    from ingest.ledger import exemptions

    home = open_existing()
    kinds = known_form(form).submitted_by
    whose, decides = node_named(node), node_named(by)
    first, last = _day(first_day), _day(last_day) if last_day else None
    if whose.kind not in kinds:
        raise refuse("not_its_form", node=node, form=form)
    if last is not None and last < first:
        raise refuse("days_crossed", first=first, last=last)
    if not reason.strip():
        raise refuse("no_reason")
    with refusals_in_words(0):
        exemptions.require_above(decides, whose)
        count = exemptions.concerned(form, whose, first, last).count()
        until = phrase("until_day", day=last) if last else phrase("until_further_notice")
        facts = {"form": form, "node": node, "first": first, "until": until, "count": count}
        confirm(phrase("will_exempt", **facts), agreed)
        granted = exemptions.grant(
            form=form,
            node=whose,
            first_day=first,
            last_day=last,
            reason=reason.strip(),
            actor=operator(),
            by=decides,
            at=home.now(),
        )
    answer = {
        "exemption": granted.pk,
        "form": form,
        "node": node,
        "from": first,
        "to": last,
        "reports": count,
    }
    return Answer(answer, [Line(phrase("exempted", number=granted.pk, **facts))])


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("bad_day", text=text) from None
