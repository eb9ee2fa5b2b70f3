from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.home import Home

AT = datetime(2026, 9, 14, 4, tzinfo=UTC)
SCHOOL = "650140000011"


def _receive(home: Home, content: bytes, **facts: Any) -> Any:
    from ingest.ledger.accounts import account
    from ingest.ledger.receipts.submissions import Handover
    from ingest.receive.address import resolve
    from ingest.receive.receipt import receive

    handover = Handover(**{"received_at": AT, "channel": "api", "actor": account("aigul"), **facts})
    return receive(home, io.BytesIO(content), resolve("attendance", SCHOOL, "2026-W37"), handover)


def test_a_receipt_says_what_was_received(home: Home) -> None:
    from ingest.ledger.records import RawFile

    receipt = _receive(home, b"abc")
    assert receipt.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert (receipt.received_at, receipt.is_duplicate) == (AT, False)
    assert RawFile.objects.get(pk=receipt.sha256).size == 3


def test_the_same_bytes_again_give_the_same_receipt(home: Home) -> None:
    first = _receive(home, b"abc")
    again = _receive(home, b"abc", received_at=AT + timedelta(days=1))
    assert again.is_duplicate
    assert (again.submission_id, again.received_at) == (first.submission_id, first.received_at)


def test_the_same_act_after_a_lost_answer_gives_the_same_receipt(home: Home) -> None:
    first = _receive(home, b"abc", receipt_key="request-1")
    _receive(home, b"newer")
    assert _receive(home, b"abc", receipt_key="request-1") == first


def test_without_durable_bytes_there_is_no_receipt(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.ledger.records import SubmissionEvent
    from ingest.receive import store

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(store, "sync_folder", full)
    with pytest.raises(OSError, match="No space"):
        _receive(home, b"abc")
    assert not SubmissionEvent.objects.exists()
