"""Explanations belong to a scope and are given by those who may speak for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

AT = datetime(2026, 9, 16, 4, tzinfo=UTC)


def _explain(
    country: SimpleNamespace,
    submission: Any,
    *wanted: str,
    by: Any = None,
    marks: Any = None,
    explanation: str = "Мектепте карантин болды",
) -> int:
    from ingest.ledger.receipts import explanations

    return explanations.explain(
        submission.pk,
        marks or ["a", None, "b", "b"],
        set(wanted),
        country.actor,
        by or country.school,
        explanation=explanation,
        at=AT,
    )


def test_an_answer_counts_the_findings_it_answers_once(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.receipts import explanations

    made = submit("a", outcome="accepted").submission
    assert _explain(country, made, "b") == 2
    assert _explain(country, made, "a", "b") == 1
    assert explanations.answered_since([made.pk]) == {made.pk: 3}
    assert explanations.explained_queries(made.scope) == {"a", "b"}


def test_an_answer_holds_for_later_files_of_the_scope_and_for_no_other(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.receipts import explanations

    first = submit("a", outcome="rejected").submission
    _explain(country, first, "a")
    second = submit("b", outcome="accepted").submission
    elsewhere = submit("c", outcome="accepted", node=country.other_school).submission
    assert explanations.explained_queries(second.scope) == {"a"}
    assert explanations.explained_queries(elsewhere.scope) == set()
    assert explanations.explanations_of(second.scope) == {"a": "Мектепте карантин болды"}


def test_what_was_said_last_of_a_query_holds(submit: Callable[..., Any], country: SimpleNamespace) -> None:
    """Whoever says it, and however often: what comes with a file is written down where it says something else."""
    from ingest.ledger.receipts import explanations

    made = submit("a", outcome="accepted").submission
    for said in ("бірінші", "екінші", "үшінші"):
        _explain(country, made, "a", explanation=said)
        assert explanations.explanations_of(made.scope) == {"a": said}
    assert explanations.take(made, {"a": "үшінші"}, AT) == 0
    assert explanations.take(made, {"a": "бірінші"}, AT) == 1
    assert explanations.explanations_of(made.scope) == {"a": "бірінші"}


def test_only_the_submitter_and_those_above_it_explain(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.refusals import NotAllowedError

    made = submit("a", outcome="accepted").submission
    with pytest.raises(NotAllowedError):
        _explain(country, made, "a", by=country.other_school)
    assert _explain(country, made, "a", by=country.district) == 1


def test_the_manifest_counts_what_is_still_open(submit: Callable[..., Any], country: SimpleNamespace) -> None:
    from ingest.ledger.decisions.manifest import counting
    from ingest.ledger.records import Verdict

    made = submit("a", outcome="accepted").submission
    Verdict.objects.filter(submission=made).update(queries=5, queries_answered=1)
    _explain(country, made, "b")
    assert [entry.open_queries for entry in counting()] == [2]
