"""What the process that begins others loads beforehand: all that judging and marking need, and nothing opened.

In: nothing. Out: loaded modules, read contracts, and a Great Expectations that has found its way about.
"""

from __future__ import annotations

import warehouse.services.intake_batch  # noqa: F401
from expectations.judge import usual_engine
from expectations.suite import rules_for
from ingest.ledger.connection import configure
from ingest.schema.catalogue import catalogue
from ingest.schema.load import contracts

configure()
usual_engine()
catalogue()
for _contract in contracts().values():
    rules_for(_contract)
