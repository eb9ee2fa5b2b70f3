"""Files that came in without saying whose they are or what they hold.

In: the file's path and what is unclear. Out: one row for each, whatever happens in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.ledger.records import ReceiptProblem


def record(key: str, path: str, code: str, details: Mapping[str, Any], at: datetime) -> ReceiptProblem:
    """Write down one such file; the same `key` again gives the same row."""
    problem, _ = ReceiptProblem.objects.get_or_create(
        key=key, defaults={"path": path[-1000:], "code": code, "details": dict(details), "at": at}
    )
    return problem
