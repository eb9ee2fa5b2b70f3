"""Files that came in without saying whose they are or what they hold.

In: the file's path and what is unclear. Out: one row for each, whatever happens in between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from ingest.ledger.records import Node, ReceiptProblem


def record(key: str, path: str, code: str, details: Mapping[str, Any], at: datetime) -> ReceiptProblem:
    """Write down one such file; the same `key` again gives the same row."""
    problem, _ = ReceiptProblem.objects.get_or_create(
        key=key, defaults={"path": path[-1000:], "code": code, "details": dict(details), "at": at}
    )
    return problem


def newest_first(nodes: Collection[str] | None = None) -> Iterator[tuple[ReceiptProblem, str | None]]:
    """Every such file with the code of the node whose folder it lay in, None where that names nobody.

    `nodes`: only those of these nodes.
    """
    known = set(Node.objects.values_list("code", flat=True))
    for problem in ReceiptProblem.objects.order_by("-at", "-pk"):
        folder = problem.path.partition("/")[0]
        owner = folder if folder in known else None
        if nodes is None or owner in nodes:
            yield problem, owner
