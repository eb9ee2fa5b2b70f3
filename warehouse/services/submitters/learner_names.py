"""The names of an organisation's learners, for the template it asks for.

In: a home, who asks and up to which day. Out: identifier → name. Names are kept nowhere but in the lists the school
itself sent: those are read once more, and nothing of them is written but into the workbook. Restricted data.
"""

from __future__ import annotations

from datetime import date

from ingest.home import Home
from ingest.ledger.decisions import winners
from ingest.schema.forms.load import contract
from warehouse.services.submitters.rows_sent import rows_sent

_LIST = "learner_roster"
_NAMES = ("last_name", "first_name", "middle_name")


def names_of_learners(home: Home, node_code: str, last_day: date) -> dict[str, str]:
    """The names on the latest accepted list up to that day; empty where none is kept any more."""
    standing = winners.operational(_LIST, nodes={node_code})
    lists = [each for each in standing if each.scope.period_start <= last_day]
    latest = max((each.scope.period_start for each in lists), default=None)
    rows = rows_sent(home, contract(_LIST), [each for each in lists if each.scope.period_start == latest])
    return {row["iin"]: " ".join(row[name] for name in _NAMES if row[name]) for row in rows if row["iin"]}
