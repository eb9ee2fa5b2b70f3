"""Registers become the ledger's hierarchy, and calendar and directives decide what is asked of it.

In: the registers and calendars in effect, that is approved, in the lake; what the installation decided. Out: nodes
created, renamed, closed or opened again; obligations opened and settled. What comes out follows from what is in effect
alone: a register that is returned takes with it what it said. Everything here may be repeated at any time and after any
interruption.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import starmap
from pathlib import Path

from ingest.home import SETTINGS_FILE, Home, SettingsError
from ingest.ledger import nodes, obligations, winners
from ingest.ledger.directives.begin import begin
from ingest.ledger.directives.in_force import InForce, Standing
from ingest.ledger.records import Node, Submission, SubmissionEvent
from ingest.ledger.school_calendar import SchoolCalendar, Segment
from ingest.schema.load import contracts
from ingest.schema.period import LOCAL_TIME
from warehouse.services.reference import landed
from warehouse.storage.files import written

REGISTERS = ("territory_register", "organisation_register")
_APPLIED = "applied_registers.json"


def follow(home: Home) -> bool:
    """Bring the hierarchy up to the registers that count now; whether there was anything new in them.

    What was followed last is noted in a file that may be lost: then everything is followed once more.
    """
    standing = {form: winners.operational(form) for form in REGISTERS}
    decided = InForce.read().of_organisations()
    counted = {form: [submission.pk for submission in found] for form, found in standing.items()}
    counted["directives"] = [each.number for each in decided]
    note = home.reference / _APPLIED
    if _followed(note) == counted:
        return False
    _follow_all(home, standing, decided)
    with written(note, 0o600) as draft:
        draft.write_text(json.dumps(counted), encoding="utf-8")
    return True


def _followed(note: Path) -> object:
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # lost, or damaged: the same
        return None


def follow_unnoted(home: Home) -> None:
    """The same within a transaction that may yet be given up: no note is taken of it."""
    standing = {form: winners.operational(form) for form in REGISTERS}
    _follow_all(home, standing, InForce.read().of_organisations())


def keep_obligations(home: Home, now: datetime | None = None) -> Counter[str]:
    """Follow the registers, ask for what has fallen due by now and say what became of everything asked for.

    Raises SettingsError where the installation collects a form that does not exist: asking for nothing instead
    would be found out too late.
    """
    _require_known_forms(home)
    follow(home)
    return ask_and_settle(home, now or home.now())


def ask_and_settle(home: Home, moment: datetime) -> Counter[str]:
    """`keep_obligations` without following the registers first."""
    today = moment.astimezone(LOCAL_TIME).date()
    if home.settings.collect_from is None and home.settings.collected is None:
        begin(today, moment)
    opened = obligations.open_due(
        today,
        collect_from=home.settings.collect_from,
        collected=home.settings.collected,
        calendar=school_calendar(home),
    )
    return opened + obligations.settle(moment)


def _require_known_forms(home: Home) -> None:
    for form in home.settings.collected or ():
        if form not in contracts():
            file, known = home.root / SETTINGS_FILE, list(contracts())
            raise SettingsError(file, f"collected.{form}", "no_form", found=form, known=known)


def school_calendar(home: Home) -> SchoolCalendar:
    """The calendar of every school year that has one in effect."""
    rows = landed(
        home,
        winners.operational("school_calendar"),
        "SELECT segment, start_date, end_date, grade_from, grade_to FROM landed ORDER BY ALL",
    )
    return SchoolCalendar.of(Segment(**row) for row in rows.to_pylist()) if rows else SchoolCalendar()


def _follow_territories(home: Home, found: list[Submission]) -> None:
    """The latest classifier; earlier ones first would only undo newer names and bring them back."""
    rows = landed(
        home, winners.latest(found), "SELECT kato, level, name_kk, name_ru FROM landed ORDER BY kato"
    )
    if rows:
        nodes.apply_territories(starmap(nodes.Territory, _tuples(rows.to_pydict())))


def _follow_all(home: Home, standing: Mapping[str, list[Submission]], decided: Sequence[Standing]) -> None:
    _follow_territories(home, standing["territory_register"])
    codes = dict(Node.objects.filter(pk__in=[each.node for each in decided]).values_list("pk", "code"))
    events = [
        nodes.OrganisationEvent(codes[each.node], each.kind, each.first_day)
        for each in decided
        if each.node is not None and each.first_day is not None
    ]
    nodes.apply_to_departments(events)
    _follow_organisations(home, standing["organisation_register"], events)


def _follow_organisations(
    home: Home, found: list[Submission], decided: Sequence[nodes.OrganisationEvent]
) -> None:
    """All events of all departments together, and what the installation decided itself: an event alone cannot know
    what came after it, and an organisation may have moved from one department to another."""
    departments = {submission.pk: submission.scope.node for submission in found}
    rows = landed(home, found, "SELECT * FROM landed ORDER BY event_date, submission_id, source_row")
    reported: list[tuple[Node | None, nodes.OrganisationEvent]] = []
    if rows:
        columns = [rows.column(name).to_pylist() for name in nodes.OrganisationEvent._fields]
        numbers: list[int] = rows.column("submission_id").to_pylist()  # type: ignore[assignment]
        reporters = (departments[number] for number in numbers)
        events = starmap(nodes.OrganisationEvent, zip(*columns, strict=True))
        reported += zip(reporters, events, strict=True)
    if _ever_approved("organisation_register"):
        nodes.apply_reported_events([*reported, *((None, event) for event in decided)], whole=True)


def _ever_approved(form: str) -> bool:
    """Whether any register was in effect once: before, there is nothing whose going could be followed."""
    return SubmissionEvent.objects.filter(
        kind=SubmissionEvent.Kind.APPROVED, submission__scope__form=form
    ).exists()


def _tuples(columns: dict[str, list[object]]) -> zip[tuple[object, ...]]:
    return zip(*columns.values(), strict=True)
