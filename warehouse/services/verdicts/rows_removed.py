"""What a judged submission would take away of what counts, row by row of the key.

In: a submission whose rows have landed, or one without rows. Out: a `Removal` where so much goes that somebody must
confirm it. A report of as many rows about other persons removes as much as an empty one.
"""

from __future__ import annotations

from ingest.home import Home
from ingest.ledger.decisions import winners
from ingest.ledger.decisions.removals import Removal, asks, removal_of
from ingest.ledger.records import Submission
from ingest.schema.forms.load import contracts
from ingest.sql import name as quoted
from warehouse.services.reference import landed, rows_of


def removal_asking(home: Home, submission: Submission, batch_id: str, rows: int) -> Removal | None:
    """What this submission would remove once it counts, where that needs a confirmation.

    `batch_id`, `rows`: what has landed of it.
    """
    form = submission.scope.form
    displaced = winners.displaced_by(submission)
    if not any(each.rows_standing for each in displaced):
        return None
    removal = removal_of(displaced, _kept(home, submission, displaced, batch_id, rows))
    return removal if asks(removal, form) else None


def _kept(home: Home, submission: Submission, displaced: list[Submission], batch_id: str, rows: int) -> int:
    """How many rows of what is displaced the submission has too, by the key of the form."""
    if not rows:
        return 0
    contract = contracts()[submission.scope.form]
    names = [quoted(contract.field(each).lake_name) for each in contract.primary_key]
    new = rows_of(home, submission, batch_id, f"SELECT DISTINCT {', '.join(names)} FROM landed")
    same = " AND ".join(f"landed.{each} IS NOT DISTINCT FROM new_row.{each}" for each in names)
    query = f"SELECT count(*) AS n FROM landed SEMI JOIN new_row ON {same}"
    found = landed(home, displaced, query, new_row=new)
    return int(found["n"][0].as_py()) if found is not None else 0
