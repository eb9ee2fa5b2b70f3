"""One receipt: bytes made durable first, then a row in the ledger, then the answer.

In: a file and the scope it is for. Out: a `Receipt`. Its SHA-256 is taken before anything is parsed. Whatever
is interrupted can be repeated: bytes without a row are adopted by the next try, and the same `receipt_key`
gives the same receipt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from ingest.home import Home
from ingest.ledger.decisions import nil_returns
from ingest.ledger.receipts.submissions import Handover, Received, record_receipt
from ingest.ledger.records import Scope
from ingest.receive.failpoint import reach
from ingest.receive.store import RawStore, StoredFile


@dataclass(frozen=True)
class Receipt:
    """What the submitter gets: the submission's number, the bytes' SHA-256 (None for a nil return), when.

    For a duplicate these are the number and the time of the first receipt.
    """

    submission_id: int
    sha256: str | None
    received_at: datetime
    is_duplicate: bool


def receive(home: Home, source: BinaryIO | Path, scope: Scope, handover: Handover) -> Receipt:
    """Receive one file. Raises OSError when the bytes cannot be kept: then there is no receipt."""
    return record_stored(RawStore(home).put(source), scope, handover)


def record_stored(stored: StoredFile, scope: Scope, handover: Handover) -> Receipt:
    """The second half of `receive`: bytes already durable in the raw store get their row in the ledger."""
    reach("receipt:stored")
    receipt = _receipt(record_receipt(scope, (stored.sha256, stored.size), handover))
    reach("receipt:recorded")
    return receipt


def receive_nil(scope: Scope, handover: Handover) -> Receipt:
    """Receive the statement that there is nothing to report."""
    return _receipt(nil_returns.record(scope, handover))


def _receipt(received: Received) -> Receipt:
    submission = received.submission
    return Receipt(submission.pk, submission.raw_file_id, submission.received_at, received.is_duplicate)
