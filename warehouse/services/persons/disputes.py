"""Requests to put a value right: made of what a report says of a person, closed by a later report that says otherwise.

In: a home; who is concerned, which report and column. Out: a request in the ledger; after each judging those that are
closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ingest.home import Home
from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.persons import disputes as records
from ingest.ledger.persons.disputes import Dispute, Disputed
from ingest.ledger.records import Submission
from ingest.receive.store import RawStore
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from warehouse.services.persons.holdings import rows_of_submission
from warehouse.services.persons.told import Told
from warehouse.storage.keys.secret import secrets_in


class NothingToCorrectError(Exception):
    """The report holds no such value of the person. Carries the `code` of the words and `facts`."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Wanted:
    """One value of the person in a report: of which row and column, and what it is."""

    contract: Contract
    column: str
    row: int
    value: Any


def wanted_in(told: Told, receipt: int, column: str) -> Wanted:
    """The value that is said to be wrong. Raises NothingToCorrectError."""
    for held in told.holdings.held.values():
        if receipt not in {each.pk for each in held.submissions}:
            continue
        names = [each.name for each in held.contract.fields]
        if column not in names:
            raise NothingToCorrectError("correct_no_column", column=column, known=", ".join(names))
        for row in held.rows:
            return Wanted(held.contract, column, row.number, row.values[column])
    raise NothingToCorrectError("correct_no_row", receipt=receipt)


def disputed(home: Home, iin: str, wanted: Wanted) -> Disputed:
    """The value as the ledger keeps it: by keyed digests."""
    version = secrets_in(home.keys, may_create=False)[-1].version
    return Disputed(
        wanted.column,
        wanted.row,
        _digest(home, version, iin),
        _digest(home, version, f"{iin}\0{wanted.column}\0{wanted.value}"),
    )


def settle_disputes(home: Home) -> list[int]:
    """Close the requests that a later report answered: the same person stands there with another value, or no longer.
    Their numbers."""
    closed = []
    for each in records.open_disputes():
        later = (
            Submission.objects.filter(
                scope=each.submission.scope, pk__gt=each.submission.pk, state__in=Submission.STANDING
            )
            .select_related("scope__node", "raw_file", "verdict")
            .order_by("-pk")
            .first()
        )
        if later is not None and not _says_the_same(home, later, each):
            records.settle(each, later.pk, account(PIPELINE), home.now())
            closed.append(each.number)
    return closed


def _says_the_same(home: Home, later: Submission, dispute: Dispute) -> bool:
    """Whether a report still has that value of that person in that column. One that cannot be read closes nothing."""
    file = RawStore(home).kept_path(later.raw_file_id or "")
    if later.is_nil_return:
        return False
    if file is None:
        return True
    own = contract_of(later.scope.form).person_field
    rows = rows_of_submission(home, file, later) if own else None
    if rows is None or own is None:
        return True
    version = int(dispute.person.partition(":")[0].removeprefix("v"))
    for row in rows:
        iin = str(row.get(own.name) or "")
        if iin and _digest(home, version, iin) == dispute.person:
            said = f"{iin}\0{dispute.column}\0{row.get(dispute.column)}"
            if _digest(home, version, said) == dispute.value:
                return True
    return False


def _digest(home: Home, version: int, text: str) -> str:
    secrets = {each.version: each for each in secrets_in(home.keys, may_create=False)}
    return f"v{version}:{secrets[version].hmacs([text.encode()])[0].hex()}"
