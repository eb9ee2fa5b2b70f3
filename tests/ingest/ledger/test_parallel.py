"""Many tasks write at once, as the clockwork's do."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

from ingest.home import Home

WRITERS, EACH = 8, 10
WRITER = f"""
import sys
from datetime import UTC, datetime
import ingest.ledger
ingest.ledger.setup()
from ingest.ledger.receipts import submissions
from ingest.ledger.accounts import account
from ingest.ledger.nodes import node
from ingest.schema.values.period import Period
me = sys.argv[1]
at = datetime(2026, 9, 14, tzinfo=UTC)
scope = submissions.scope_of("attendance", node("650140000011"), Period.parse("week", "2026-W37"), "whole")
for number in range({EACH}):
    made = submissions.record_receipt(
        scope, (f"{{me}}-{{number}}".ljust(64, "0"), 1), submissions.Handover(at, "drop", account("drop"))
    )
    submissions.record_verdict(made.submission.pk, submissions.Judgement("accepted", 1), at)
"""


def test_parallel_writers_lose_nothing_and_none_finds_the_ledger_locked(
    home: Home, country: SimpleNamespace
) -> None:
    environment = {**os.environ, "BBAJ_HOME": str(home.root)}
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(number)], stderr=subprocess.PIPE, text=True, env=environment
        )
        for number in range(WRITERS)
    ]
    for writer in writers:
        _, complaint = writer.communicate()
        assert writer.returncode == 0, complaint
    from ingest.ledger.decisions import winners
    from ingest.ledger.records import Submission, SubmissionEvent

    assert Submission.objects.filter(state="accepted").count() == WRITERS * EACH
    assert SubmissionEvent.objects.count() == 2 * WRITERS * EACH
    last = Submission.objects.order_by("-pk").first()
    assert winners.operational() == [last]
