"""What counts of one report and contradicts itself is found, whichever came first, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db.models import Q

REASON = {"reason": "?", "confirmed": True}


def _found() -> list[tuple[str, list[int]]]:
    from ingest.ledger.decisions.contradictions import contradictions

    return [(each.code, [found.pk for found in each.submissions]) for each in contradictions(Q())]


def _named_before(submission: Any, key: str) -> None:
    """The part has the key that its time gave it."""
    from ingest.ledger.records import Scope

    Scope.objects.filter(pk=submission.scope_id).update(part_key=key)


@pytest.mark.parametrize(("older", "key", "newer"), [("7.А", "7.а", "7А"), ("ч.1", "ч.1", "ч1")])
def test_two_parts_of_one_name_from_before_are_told_until_one_is_withdrawn(
    submit: Callable[..., Any], country: SimpleNamespace, older: str, key: str, newer: str
) -> None:
    from ingest.ledger.receipts.submissions import withdraw
    from ingest.ledger.records import Scope

    first = submit("a", part=older, outcome="accepted").submission
    scope = Scope.objects.get(pk=first.scope_id)
    _named_before(first, key)
    facts = {
        name: getattr(scope, name) for name in ("form", "period", "period_kind", "period_start", "period_end")
    }
    Scope.objects.create(node=scope.node, part=newer, **facts)
    second = submit("b", part=newer, outcome="accepted").submission
    submit("c", part="8Б", outcome="accepted")
    submit("d", part=newer, period="2026-W38", outcome="accepted")
    assert second.scope_id != first.scope_id
    assert _found() == [("one_part_twice", [first.pk, second.pk])]
    withdraw(first.pk, country.actor, country.school, at=first.received_at, **REASON)
    assert _found() == []


def test_a_whole_of_nothing_beside_parts_is_told_until_either_goes(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.receipts.submissions import withdraw

    nil = submit(None).submission
    assert _found() == []
    submit(None, part="6А")
    submit("r", part="6Б", outcome="rejected")
    submit("a", part="7А", outcome="accepted", node=country.other_school)
    assert _found() == []  # a part of nothing, a part refused, a part of another school
    first = submit("b", part="7А", outcome="accepted").submission
    second = submit("c", part="7Б", outcome="accepted").submission
    assert _found() == [("nil_beside_parts", [nil.pk, first.pk, second.pk])]
    withdraw(first.pk, country.actor, country.school, at=first.received_at, **REASON)
    assert _found() == [("nil_beside_parts", [nil.pk, second.pk])]
    withdraw(nil.pk, country.actor, country.school, at=nil.received_at, **REASON)
    assert _found() == []


def test_a_whole_with_rows_ends_it(submit: Callable[..., Any]) -> None:
    submit(None)
    submit("a", part="7А", outcome="accepted")
    submit("b", outcome="accepted")
    assert _found() == []
