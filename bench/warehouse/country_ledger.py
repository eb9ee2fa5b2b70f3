"""The ledger of a country that has reported for a year: rows alone, no file behind them.

In: an empty home, how many organisations and weeks. Out: a ledger as receiving and judging leave it, sealed, with one
accepted attendance report an organisation and week, of which four of five are approved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import Any

from ingest.home import Home

FIRST_WEEK = date(2026, 9, 7)
_FORM = "attendance"
_AT_ONCE = 2000
_NODES = 1_000_000
"""Numbers of the organisations made here begin above those of the republic and its departments."""


def fill_ledger(home: Home, organisations: int, weeks: int) -> int:
    """Make the ledger; how many submissions it holds."""
    from django.db import transaction

    from ingest.ledger.accounts import PIPELINE, account
    from ingest.ledger.models.scope import Scope
    from ingest.ledger.records import Node, Obligation, RawFile, Submission, SubmissionEvent, Verdict
    from ingest.schema.values.period import Period, periods
    from warehouse.services.upkeep.installation import initialise

    initialise(home)
    republic = Node.objects.get(code=Node.REPUBLIC_CODE)
    actor = account(PIPELINE)
    listed = list(islice(periods("week", FIRST_WEEK, FIRST_WEEK + timedelta(days=7 * weeks)), weeks))

    def rows() -> Iterator[tuple[int, int, Period]]:
        number = 0
        for period in listed:
            for node in range(organisations):
                number += 1
                yield number, _NODES + node, period

    def made(model: Any, of: Any) -> None:
        left = (of(*each) for each in rows())
        while some := list(islice(left, _AT_ONCE)):
            model.objects.bulk_create(some)

    with transaction.atomic():
        nodes = [
            Node(
                pk=_NODES + number, kind="organisation", code=f"{650940000000 + number}", parent=republic,
                territory_code="113820100", name_kk=f"№ {number} мектеп", name_ru=f"Школа № {number}",
            )
            for number in range(organisations)
        ]  # fmt: skip
        for some in _some(nodes):
            Node.objects.bulk_create(some)
        made(RawFile, lambda number, node, period: RawFile(
            sha256=_content(number), size=30_000, stored_at=_moment(period)))  # fmt: skip
        made(Scope, lambda number, node, period: Scope(
            pk=number, form=_FORM, node_id=node, period=period.text, period_kind=period.kind,
            period_start=period.start, period_end=period.end, part=Scope.WHOLE, part_key=Scope.WHOLE))  # fmt: skip
        made(Submission, lambda number, node, period: Submission(
            pk=number, scope_id=number, raw_file_id=_content(number), file_name="attendance.xlsx",
            received_at=_moment(period), channel="drop", actor=actor, on_behalf_of_id=node,
            state="approved" if _is_approved(number) else "accepted",
            approved_at=_moment(period, 2) if _is_approved(number) else None))  # fmt: skip
        made(Verdict, lambda number, node, period: Verdict(
            submission_id=number, outcome="accepted", contract_version=1, rows_in=900, rows_accepted=900,
            judged_at=_moment(period, 1)))  # fmt: skip
        for kind, days in (("received", 0), ("accepted", 1), ("approved", 2)):
            made(SubmissionEvent, lambda number, node, period, kind=kind, days=days: SubmissionEvent(
                submission_id=number, kind=kind, actor=actor, channel="drop", at=_moment(period, days)))  # fmt: skip
        made(Obligation, lambda number, node, period: Obligation(
            form=_FORM, node_id=node, period=period.text, period_kind=period.kind,
            period_start=period.start, period_end=period.end, due_at=_moment(period, 1), status="fulfilled",
            ended_at=_moment(period)))  # fmt: skip
    return organisations * weeks


def _some(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


def _content(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()


def _is_approved(number: int) -> bool:
    return number % 5 != 0


def _moment(period: Any, days: int = 0) -> datetime:
    at = period.end + timedelta(days=1 + days)
    return datetime(at.year, at.month, at.day, 6, tzinfo=UTC)
