"""The command that erases one person from everything that is kept.

In: whom, as for `person-find`, and why. Out: what would be touched, then, once somebody agreed, that it was done.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli.commands.person.find import BornOption, IinArgument, NameOption, doubts, found_person
from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.confirm import confirm
from ingest.cli.frame.options import AgreedOption, ReasonOption
from ingest.cli.frame.speech import phrase, refuse
from ingest.cli.frame.working import working
from ingest.cli.session import operator
from ingest.home import Home
from ingest.schema.values.period import LOCAL_TIME
from ingest.settings.backup import last_gone

if TYPE_CHECKING:
    from warehouse.services.persons.plan import Plan


def person_erase(
    iin: IinArgument = None,
    reason: ReasonOption = "",
    name: NameOption = "",
    born: BornOption = None,
    dry_run: Annotated[bool, typer.Option("--dry-run")] = False,
    agreed: AgreedOption = False,
) -> Answer:
    """Erase one person from files, findings, the vault, the lake and publications."""
    from warehouse.services.persons.erase import erase
    from warehouse.services.persons.plan import NotNowError, plan_of

    home, _, told, _ = found_person(iin, name, born, reason, "erase")
    try:
        plan = plan_of(home, told, operator(), reason.strip())
    except NotNowError as not_now:
        raise refuse(not_now.code, **not_now.details) from None
    until = _kept_until(home)
    facts = {
        **_facts(plan),
        "dry_run": dry_run,
        "similar": sorted(told.holdings.similar),
        "closed": told.holdings.closed,
        "backups_until": until,
    }
    backups = Line(
        phrase("erased_backups", day=f"{until:%d.%m.%Y}") if until else phrase("erased_no_backups")
    )
    if told.is_nothing:
        return Answer({**facts, "erasure": None}, [Line(phrase("person_unknown")), backups, *doubts(told)])
    will = phrase("will_erase", **_said(plan))
    if dry_run:
        return Answer(facts, [Line(will), backups, *doubts(told)])
    confirm(will, agreed)
    with working("work_erasing"):
        erase(home, plan.erasure, told.holdings.person)
    done = Line(phrase("erased", number=plan.erasure.number, folder=home.erasures))
    return Answer(facts, [done, backups, *doubts(told)])


def _kept_until(home: Home) -> date | None:
    """Until when backups made before today may hold whoever is erased today; None where the program makes none."""
    rule = home.settings.backup
    return last_gone(rule, home.now().astimezone(LOCAL_TIME).date()) if rule else None


def _facts(plan: Plan) -> dict[str, object]:
    return {
        "erasure": plan.erasure.number,
        "receipts": list(plan.receipts),
        "rows": plan.rows,
        "withdrawn": list(plan.withdrawn),
        "findings": plan.findings,
        "publications": list(plan.publications),
        "dropped": len(plan.erasure.dropped),
    }


def _said(plan: Plan) -> dict[str, object]:
    return {
        "files": len(plan.erasure.files),
        "rows": plan.rows,
        "receipts": ", ".join(map(str, plan.receipts)) or "—",
        "withdrawn": ", ".join(map(str, plan.withdrawn)) or "—",
        "findings": plan.findings,
        "publications": ", ".join(map(str, plan.publications)) or "—",
        "dropped": len(plan.erasure.dropped),
    }
