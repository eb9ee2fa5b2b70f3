"""What is known of a report before anybody fills it in: the rows of a prefilled template.

In: a home, a form, who reports and on which period. Out: a `Prefill`. A form with one row per learner and day
gets the learners of the organisation's accepted list times its school days; what happened on those days is left
to the school. A class register names the learners too and counts the lessons of an ordinary week; its blank cells
say that nothing was missed, so that only what differs is typed, and how many were blank is told when it is read.
A register or calendar that is handed in whole gets the rows in effect, so that adding a holiday is adding a row.
No other form gets rows: last month's list of learners would need names, and names are kept nowhere but in the file
the school itself sent.

Who may read `restricted/` alone gets rows: they hold identifiers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from ingest.emit.template import Prefill, Row
from ingest.home import Home
from ingest.ledger.decisions import winners
from ingest.ledger.nodes import node
from ingest.ledger.records import Submission
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.forms.register_layout import Register
from ingest.schema.values.period import Period
from ingest.sql import name as quoted
from warehouse.services.hierarchy.registers import school_calendar
from warehouse.services.reference import landed, learners_of
from warehouse.services.submitters.learner_names import names_of_learners

_SATURDAY = 6


def prefill(home: Home, contract: Contract, node_code: str, period: Period) -> Prefill:
    """What is known of that node's report on that period. Raises Node.DoesNotExist."""
    day_field = _day_field(contract)
    if day_field:
        rows = tuple(_attended(home, contract, day_field, node_code, period))
    else:
        rows = tuple(_in_effect(home, contract, node_code, period))
    named = node(node_code)
    return Prefill(node_code, period, rows, {"kk": named.name_kk, "ru": named.name_ru})


def _in_effect(home: Home, contract: Contract, node_code: str, period: Period) -> Iterator[Row]:
    """The rows that the next register or calendar replaces, of a form of which every column has landed."""
    if contract.takes_effect != "approved" or not all(field.lands for field in contract.fields):
        return
    found = winners.operational(contract.form, nodes={node_code})
    if contract.form in winners.LATEST_ALONE:
        found = winners.latest(found)
    else:
        found = [each for each in found if each.scope.period == period.text]
    names = ", ".join(quoted(field.name) for field in contract.fields)
    rows = landed(home, found, f"SELECT {names} FROM landed ORDER BY submission_id, source_row")
    if rows is not None:
        yield from rows.to_pylist()


def prefill_register(
    home: Home, contract: Contract, layout: Register, node_code: str, period: Period
) -> Prefill:
    """The same for a register: learners by class with their names, and the usual lessons of each day of the week."""
    known = prefill(home, contract, node_code, period)
    rows = known.rows or tuple(_listed(home, contract, node_code, period))
    names = names_of_learners(home, node_code, period.end) if rows else {}
    # Without a school day in the period nobody has lessons: a number would make it one.
    lessons = _usual_lessons(home, contract, layout, node_code) if layout.lessons and known.rows else {}
    return replace(known, rows=rows, names_of_learners=names, lessons=lessons)


def _listed(home: Home, contract: Contract, node_code: str, period: Period) -> Iterator[Row]:
    """One row per learner on the organisation's list."""
    person = contract.person_field
    learners = learners_of(home, node_code, period.start, period.end) if person else None
    if learners is not None and person is not None:
        for learner in learners.to_pylist():
            own = {"bin": node_code, "grade": learner["grade"], "letter": learner["letter"]}
            yield {**own, person.name: learner["iin"]}


def _usual_lessons(
    home: Home, contract: Contract, layout: Register, node_code: str
) -> dict[tuple[int, str, int], int]:
    """Grade, letter and day of the week → the lessons most learners had, by the organisation's latest report."""
    assert layout.lessons is not None
    query = f"""
        SELECT grade, coalesce(letter, '') AS letter, isodow({layout.across}) AS day,
            mode({layout.lessons.scheduled}) AS lessons
        FROM landed GROUP BY ALL
    """
    counted = landed(home, _latest_reports(contract, node_code), query)
    rows = counted.to_pylist() if counted else []
    return {(row["grade"], row["letter"], row["day"]): int(row["lessons"]) for row in rows if row["lessons"]}


def _day_field(contract: Contract) -> FormField | None:
    """The column of the day, in a form that has one row per learner and day and is compared with their list."""
    person = contract.person_field
    if person is None or "learner_roster" not in contract.depends_on:
        return None
    rest = [contract.field(name) for name in contract.primary_key if name != person.name]
    return rest[0] if len(rest) == 1 and rest[0].type == "date" else None


def _attended(
    home: Home, contract: Contract, day_field: FormField, node_code: str, period: Period
) -> Iterator[Row]:
    """One row per learner and school day, by class, learner and day."""
    learners = learners_of(home, node_code, period.start, period.end)
    if learners is None:
        return
    calendar, person = school_calendar(home), contract.person_field
    assert person is not None
    days = _days(home, contract, day_field, node_code, period)
    names = {field.name for field in contract.fields}
    for learner in learners.to_pylist():
        known: dict[str, str | int | None] = {
            "bin": node_code,
            person.name: learner["iin"],
            "grade": learner["grade"],
            "letter": learner["letter"],
        }
        own = {name: value for name, value in known.items() if name in names}
        for day in days:
            if calendar.is_school_day(day, learner["grade"]):
                yield {**own, day_field.name: day}


def _days(home: Home, contract: Contract, day_field: FormField, node_code: str, period: Period) -> list[date]:
    """Monday to Friday, and Saturday where the organisation's latest report had lessons on one."""
    every = [period.start + timedelta(days=number) for number in range((period.end - period.start).days + 1)]
    last = _SATURDAY if _teaches_on_saturday(home, contract, day_field, node_code) else _SATURDAY - 1
    return [day for day in every if day.isoweekday() <= last]


def _teaches_on_saturday(home: Home, contract: Contract, day_field: FormField, node_code: str) -> bool:
    query = f"SELECT count(*) AS saturdays FROM landed WHERE isodow({day_field.name}) = {_SATURDAY}"
    counted = landed(home, _latest_reports(contract, node_code), query)
    return bool(counted and counted.column("saturdays")[0].as_py())


def _latest_reports(contract: Contract, node_code: str) -> list[Submission]:
    """The accepted reports of an organisation on the latest period it reported on."""
    reports = winners.operational(contract.form, nodes={node_code})
    latest = max((each.scope.period_start for each in reports), default=None)
    return [each for each in reports if each.scope.period_start == latest]
