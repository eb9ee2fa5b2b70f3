"""The letter that tells a person what is held: what, from whom, for what purpose and by which clause, how long.

In: what is held. Out: the text of a letter in Kazakh or Russian, whatever language the command speaks.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.cli.commands.person.find import labelled
from ingest.home import Home
from ingest.schema.texts.language import Language
from ingest.schema.values.period import LOCAL_TIME
from ingest.settings.backup import last_gone
from ingest.told import phrases

if TYPE_CHECKING:
    from warehouse.services.persons.told import Asked, Told


def letter_of(home: Home, asked: Asked, told: Told, tongue: Language) -> str:
    """The whole letter."""
    return "\n".join(_lines(home, asked, told, tongue)) + "\n"


def _lines(home: Home, asked: Asked, told: Told, tongue: Language) -> Iterator[str]:
    def say(name: str, **facts: Any) -> str:
        return phrases()[name].say(name, tongue, **facts)

    whom = asked.iin or f"{asked.last} {asked.first}, {asked.born:%d.%m.%Y}"
    yield say("letter_head", day=f"{home.now().astimezone(LOCAL_TIME):%d.%m.%Y}")
    yield ""
    yield say("letter_about", whom=whom)
    held = [(each, submission) for each in told.holdings.held.values() for submission in each.submissions]
    if not held:
        yield say("letter_nothing")
    for each, submission in sorted(held, key=lambda pair: int(pair[1].pk)):
        scope = submission.scope
        label = each.contract.labels.in_language(tongue)
        node = scope.node.name_kk if tongue == "kk" else scope.node.name_ru
        yield ""
        yield say("letter_report", form=label, period=scope.period, node=node, code=scope.node.code)
        received = f"{submission.received_at.astimezone(LOCAL_TIME):%d.%m.%Y}"
        yield say("letter_receipt", receipt=submission.pk, received=received)
        yield say("letter_purpose", purpose=_purpose(scope.form, tongue) or label)
        for row in each.rows:
            yield from (
                f"    {field}: {value}" for field, value in labelled(each.contract, row.values, tongue)
            )
            yield ""
        yield from (f"    {cell.text}" for cell in each.cells)
        if each.is_elsewhere:
            yield "    " + say("person_elsewhere")
    yield ""
    yield say("letter_further", findings=len(told.findings), publications=len(told.publications))
    yield ""
    yield say("letter_how_long")
    yield ""
    rule, today = home.settings.backup, home.now().astimezone(LOCAL_TIME).date()
    if rule is None:
        yield say("letter_no_backups")
    else:
        kept = {"daily": rule.daily, "weekly": rule.weekly, "monthly": rule.monthly}
        yield say("letter_backups", day=f"{last_gone(rule, today):%d.%m.%Y}", **kept)
    yield ""
    yield say("letter_rights")


def _purpose(form: str, tongue: Language) -> str | None:
    """What a form is collected for and by which clause of the order; None for a form nobody has said it of."""
    name = f"purpose_{form}"
    return phrases()[name].say(name, tongue) if name in phrases() else None
