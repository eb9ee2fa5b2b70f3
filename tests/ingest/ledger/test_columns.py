"""Rows of the ledger as columns say what Django says of them as objects, on both engines, whatever stands in them."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pytest

from ingest.home import Home
from ingest.ledger.store import columns

_MOMENT = pa.timestamp("us")
_OBLIGATION = pa.schema(
    {
        "obligation_id": pa.int64(), "form": pa.string(), "node_code": pa.string(), "period_start": pa.date32(),
        "due_at": _MOMENT, "ended_at": _MOMENT, "reason": pa.string(), "parent": pa.string(),
    }
)  # fmt: skip
_FILE = pa.schema({"sha256": pa.string(), "size": pa.int64(), "stored_at": _MOMENT, "is_large": pa.bool_()})


def _moment(chance: random.Random) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
        days=chance.randrange(40_000),
        microseconds=chance.choice([0, 1, 999_999, chance.randrange(86_400_000_000)]),
    )


@pytest.mark.parametrize("count", [0, 1, 7, 8, 50])
def test_columns_say_what_objects_say(
    home: Home, country: Any, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch may hold nulls alone where the next one has values, and the other way round."""
    from django.db.models import BooleanField, Case, F, Value, When

    from ingest.ledger.records import Obligation, RawFile

    monkeypatch.setattr(columns, "_AT_ONCE", 7)
    chance = random.Random(count)
    for number in range(count):
        Obligation.objects.create(
            form=f"пішін {number} 'é\U0001f3eb", node=country.school, period=str(number), period_kind="week",
            period_start=date(1900, 3, 1) + timedelta(days=chance.randrange(70_000)), period_end=date(9999, 12, 31),
            due_at=_moment(chance), ended_at=None if number // 7 % 2 else _moment(chance),
            reason=chance.choice(["", "0", "null", "\n"]),
        )  # fmt: skip
        RawFile.objects.create(
            sha256=f"{number:064x}", size=chance.choice([0, 2**62, number]), stored_at=_moment(chance)
        )
    obligations = Obligation.objects.values(
        "form", "period_start", "due_at", "ended_at", "reason",
        obligation_id=F("pk"), node_code=F("node__code"), above=F("node__parent__code"),
    )  # fmt: skip
    said = columns.columns_of(obligations, _OBLIGATION, {"parent": "above"}).read_all()
    assert said.schema == _OBLIGATION
    listed = [{"parent": row.pop("above"), **row} for row in obligations.order_by("pk")]
    assert said.to_pylist() == [_naive(row) for row in listed]

    large = Case(When(size__gt=2**40, then=Value(True)), default=Value(False), output_field=BooleanField())
    files = RawFile.objects.values("sha256", "size", "stored_at", is_large=large)
    of_files = columns.columns_of(files, _FILE).read_all()
    assert of_files.to_pylist() == [_naive(row) for row in files.order_by("sha256")]


def _naive(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
        for name, value in row.items()
    }
