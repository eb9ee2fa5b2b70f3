"""What the process that begins others loads beforehand: all that judging and marking need, and nothing opened.

In: nothing. Out: loaded modules, read contracts, and a Great Expectations that has found its way about.
"""

from __future__ import annotations

import warehouse.services.verdicts.batch  # noqa: F401
from expectations.judging.judge import usual_engine
from expectations.suite import rules_for
from ingest.ledger.store.connection import configure
from ingest.schema.forms.load import contracts
from ingest.schema.texts.catalogue import catalogue

configure()
usual_engine()
catalogue()
for _contract in contracts().values():
    rules_for(_contract)
