"""Many tasks write at once, as the clockwork's do."""

from __future__ import annotations

import os
import subprocess
import sys
from types import SimpleNamespace

from ingest.home import Home

WRITERS, EACH = 8, 10
# Each writer is a process of its own, with a connection of its own; what all of them import is imported once. None
# begins before all are there.
WRITERS_AT_ONCE = f"""
import os, sys, traceback
from datetime import UTC, datetime
import ingest.ledger
from ingest.ledger.store.connection import configure
configure()
from ingest.ledger.receipts import submissions
from ingest.ledger.accounts import account
from ingest.ledger.nodes import node
from ingest.schema.values.period import Period

def write(me):
    ingest.ledger.setup()
    at = datetime(2026, 9, 14, tzinfo=UTC)
    scope = submissions.scope_of("attendance", node("650140000011"), Period.parse("week", "2026-W37"), "whole")
    for number in range({EACH}):
        made = submissions.record_receipt(
            scope, (f"{{me}}-{{number}}".ljust(64, "0"), 1), submissions.Handover(at, "drop", account("drop"))
        )
        submissions.record_verdict(made.submission.pk, submissions.Judgement("accepted", 1), at)

waits, starts = os.pipe()
writers = []
for me in range({WRITERS}):
    writers.append(os.fork())
    if writers[-1] == 0:
        os.close(starts)
        os.read(waits, 1)  # until nobody holds the other end any more
        code = 1
        try:
            write(me)
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
os.close(starts)
sys.exit(any([os.waitpid(number, 0)[1] for number in writers]))
"""


def test_parallel_writers_lose_nothing_and_none_finds_the_ledger_locked(
    home: Home, country: SimpleNamespace
) -> None:
    environment = {**os.environ, "BBAJ_HOME": str(home.root)}
    ended = subprocess.run(
        [sys.executable, "-c", WRITERS_AT_ONCE], capture_output=True, text=True, env=environment, check=False
    )
    assert ended.returncode == 0, ended.stderr
    from ingest.ledger.decisions import winners
    from ingest.ledger.records import Submission, SubmissionEvent

    assert Submission.objects.filter(state="accepted").count() == WRITERS * EACH
    assert SubmissionEvent.objects.count() == 2 * WRITERS * EACH
    last = Submission.objects.order_by("-pk").first()
    assert winners.operational() == [last]
