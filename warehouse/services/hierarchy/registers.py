"""Registers become the ledger's hierarchy, and calendar and directives decide what is asked of it.

In: the registers and calendars in effect, that is approved, in the lake; what the installation decided. Out: nodes
created, renamed, closed or opened again; obligations opened and settled. What comes out follows from what is in effect
alone: a register that is returned takes with it what it said. Everything here may be repeated at any time and after any
interruption. A register at which the program fails is left out and named
(`not_followed`): all others are followed, and what it had said before stays.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from itertools import starmap
from typing import TYPE_CHECKING, Any, Protocol

from django.db import transaction

from ingest.blame import first_at_fault, stops_everything
from ingest.home import SETTINGS_FILE, Home, SettingsError
from ingest.ledger import nodes, obligations
from ingest.ledger.decisions import winners
from ingest.ledger.directives.begin import begin
from ingest.ledger.directives.in_force import InForce, Standing
from ingest.ledger.receipts import aside
from ingest.ledger.records import Node, Submission, SubmissionEvent
from ingest.ledger.school_calendar import SchoolCalendar, Segment
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import LOCAL_TIME
from ingest.told import in_log
from warehouse.storage.files import written

if TYPE_CHECKING:
    import pyarrow as pa

REGISTERS = ("territory_register", "organisation_register")
CALENDAR = "school_calendar"
_APPLIED = "applied_registers.json"
_STEP = "follow"

log = logging.getLogger(__name__)


def follow(home: Home) -> bool:
    """Bring the hierarchy up to the registers that count now; whether there was anything new in them.

    What was followed last is noted in a file that may be lost: then everything is followed once more.
    """
    standing = {form: winners.operational(form) for form in REGISTERS}
    decided = InForce.read().of_organisations()
    counted = {form: [submission.pk for submission in found] for form, found in standing.items()}
    counted["directives"] = [each.number for each in decided]
    note = _noted(home)
    if note.get("counted") == counted and (not note["failed"] or note["program"] == aside.program()):
        return False
    failed = _follow_all(home, standing, decided)
    said = {"counted": counted, "failed": failed, "program": aside.program()}
    with written(home.reference / _APPLIED, 0o600) as draft:
        draft.write_text(json.dumps(said), encoding="utf-8")
    return True


def not_followed(home: Home) -> list[tuple[Submission, aside.Fault]]:
    """The registers in effect at which the program failed, the oldest first, and how. They are tried again when other
    registers are in effect, or by another version of the program."""
    note = _noted(home)
    failed = {int(number): kind for number, kind in note.get("failed", {}).items()}
    found = Submission.objects.select_related("scope__node").filter(pk__in=failed).order_by("pk")
    return [(each, aside.Fault(_STEP, failed[each.pk], note["program"])) for each in found]


def _noted(home: Home) -> dict[str, Any]:
    """What was followed last. It may be lost, damaged or an older version's: then everything is followed once more."""
    file = home.reference / _APPLIED
    with suppress(FileNotFoundError, ValueError):
        said = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(said, dict) and {"counted", "failed", "program"} <= said.keys():
            return said
    return {}


class _Following(Protocol):
    """Follows registers. `whole`: they are all there are, so that what none of them says is gone."""

    def __call__(self, registers: list[Submission], *, whole: bool) -> None: ...


def _followed(registers: Sequence[Submission], work: _Following) -> dict[int, str]:
    """Follow these registers without the ones at which the program fails: submission → kind of the fault."""
    left, failed = list(registers), dict[int, str]()
    while True:
        try:
            with transaction.atomic():
                work(left, whole=not failed)
            return failed
        except Exception as error:
            if stops_everything(error) or not left:
                raise
            fails = partial(_fails, work, whole=not failed)
            culprit = left.pop(first_at_fault(left, fails))
            failed[culprit.pk] = type(error).__name__
            kind = type(error).__name__
            log.exception("%s", in_log("log_register_not_followed", receipt=culprit.pk, kind=kind))


class _UndoneError(Exception):
    """Ends a try that is to leave nothing behind."""


def _fails(work: _Following, registers: Sequence[Submission], *, whole: bool) -> bool:
    try:
        with transaction.atomic():
            work(list(registers), whole=whole)
            raise _UndoneError
    except _UndoneError:
        return False
    except Exception as error:
        if stops_everything(error):
            raise
        return True


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
    return _opened(home, today) + obligations.settle(moment)


def _opened(home: Home, today: date) -> Counter[str]:
    """Ask for what has fallen due. Without a calendar that is in effect but cannot be read nothing is asked for: what
    is asked in a week of holidays cannot be taken back."""
    calendar = calendar_if_readable(home)
    if calendar is None:
        return Counter()
    return obligations.open_due(
        today,
        collect_from=home.settings.collect_from,
        collected=home.settings.collected,
        calendar=calendar,
    )


def calendar_if_readable(home: Home) -> SchoolCalendar | None:
    """The calendar in effect; None where the program fails at it, which the log says."""
    try:
        return school_calendar(home)
    except Exception as error:
        if stops_everything(error):
            raise
        log.exception("%s", in_log("log_calendar_unread", kind=type(error).__name__))
        return None


def _require_known_forms(home: Home) -> None:
    for form in home.settings.collected or ():
        if form not in contracts():
            file, known = home.root / SETTINGS_FILE, list(contracts())
            raise SettingsError(file, f"collected.{form}", "no_form", found=form, known=known)


def landed(home: Home, submissions: Sequence[Submission], query: str) -> pa.Table | None:
    """As `reference.landed`, whose libraries are loaded here: who asks which registers failed needs none of them."""
    from warehouse.services import reference

    return reference.landed(home, submissions, query)


def school_calendar(home: Home) -> SchoolCalendar:
    """The calendar of every school year that has one in effect."""
    rows = landed(
        home,
        winners.operational(CALENDAR),
        "SELECT segment, start_date, end_date, grade_from, grade_to FROM landed ORDER BY ALL",
    )
    return SchoolCalendar.of(Segment(**row) for row in rows.to_pylist()) if rows else SchoolCalendar()


def _follow_territories(home: Home, found: list[Submission]) -> None:
    rows = landed(home, found, "SELECT kato, level, name_kk, name_ru FROM landed ORDER BY kato")
    if rows:
        nodes.apply_territories(starmap(nodes.Territory, _tuples(rows.to_pydict())))


def _follow_all(
    home: Home, standing: Mapping[str, list[Submission]], decided: Sequence[Standing]
) -> dict[int, str]:
    """The registers at which the program failed, with the kind of the fault."""

    def territories(registers: list[Submission], *, whole: bool) -> None:
        _follow_territories(home, registers)

    def organisations(registers: list[Submission], *, whole: bool) -> None:
        _follow_organisations(home, registers, events, whole=whole)

    # The latest classifier; earlier ones first would only undo newer names and bring them back.
    failed = _followed(winners.latest(standing["territory_register"]), territories)
    codes = dict(Node.objects.filter(pk__in=[each.node for each in decided]).values_list("pk", "code"))
    events = [
        nodes.OrganisationEvent(codes[each.node], each.kind, each.first_day)
        for each in decided
        if each.node is not None and each.first_day is not None
    ]
    nodes.apply_to_departments(events)
    return failed | _followed(standing["organisation_register"], organisations)


def _follow_organisations(
    home: Home, found: list[Submission], decided: Sequence[nodes.OrganisationEvent], *, whole: bool
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
        nodes.apply_reported_events([*reported, *((None, event) for event in decided)], whole=whole)


def _ever_approved(form: str) -> bool:
    """Whether any register was in effect once: before, there is nothing whose going could be followed."""
    return SubmissionEvent.objects.filter(
        kind=SubmissionEvent.Kind.APPROVED, submission__scope__form=form
    ).exists()


def _tuples(columns: dict[str, list[object]]) -> zip[tuple[object, ...]]:
    return zip(*columns.values(), strict=True)
