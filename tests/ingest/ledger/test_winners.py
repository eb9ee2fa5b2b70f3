from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

AT = datetime(2026, 9, 16, 4, tzinfo=UTC)

# What happened to versions 1, 2, … of one scope → (operational winner, official winner), 1-based.
HISTORIES = {
    ("accepted",): (1, None),
    ("accepted", "accepted"): (2, None),
    ("accepted", "rejected"): (1, None),
    ("accepted", "unreadable"): (1, None),
    ("accepted", "received"): (1, None),
    ("rejected",): (None, None),
    ("approved", "accepted"): (2, 1),
    ("approved", "approved"): (2, 2),
    ("accepted", "approved", "accepted"): (3, 2),
    ("approved", "rejected"): (1, 1),
    ("approved", "returned"): (1, 1),
    ("approved", "withdrawn"): (1, 1),
    ("returned",): (None, None),
    ("accepted", "returned", "rejected"): (1, None),
    ("nil", "accepted"): (2, None),
    ("accepted", "nil"): (1, None),
    ("accepted", "confirmed nil"): (2, None),
    ("accepted", "nil", "accepted"): (3, None),
}


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize("clock", ["forwards", "backwards"])
def test_the_winner_is_decided_by_sequence_and_state_never_by_the_clock(
    history: tuple[str, ...], clock: str, submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.decisions import removals, winners
    from ingest.ledger.decisions.manifest import counting
    from ingest.ledger.receipts import submissions

    step = timedelta(days=1 if clock == "forwards" else -1)
    made = [
        submit(
            None if "nil" in fate else f"v{number}",
            outcome={"received": None}.get(fate, fate if fate in ("rejected", "unreadable") else "accepted"),
            received_at=AT + number * step,
        ).submission
        for number, fate in enumerate(history)
    ]
    decide = {
        "confirmed nil": lambda pk: removals.confirm(pk, country.actor, country.district, at=AT),
        "approved": lambda pk: submissions.approve(pk, country.actor, country.district, at=AT),
        "returned": lambda pk: submissions.return_(
            pk, country.actor, country.district, reason="?", at=AT, confirmed=True
        ),
        "withdrawn": lambda pk: submissions.withdraw(
            pk, country.actor, country.school, reason="?", at=AT, confirmed=True
        ),
    }
    # Decisions come in the opposite order of the receipts: their time must not matter either.
    for submission, fate in reversed(list(zip(made, history, strict=True))):
        if fate in decide:
            decide[fate](submission.pk)
    expected = tuple([made[number - 1]] if number else [] for number in HISTORIES[history])
    assert (winners.operational(), winners.official()) == expected
    assert {entry.submission_id for entry in counting()} == {
        submission.pk for found in expected for submission in found
    }


def test_each_scope_has_winners_of_its_own(submit: Callable[..., Any], country: SimpleNamespace) -> None:
    from ingest.ledger.decisions import winners

    made = [
        submit("a", outcome="accepted", part="5B").submission,
        submit("a", outcome="accepted", part="5A").submission,
        submit("a", outcome="accepted", node=country.other_school).submission,
        submit("a", outcome="accepted", form="learner_roster", period="2026-09").submission,
    ]
    assert winners.operational() == made
    assert winners.operational("learner_roster") == made[3:]


def test_a_whole_displaces_its_parts_while_it_stands(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.decisions import winners
    from ingest.ledger.receipts import submissions

    before, elsewhere = (
        submit("a", outcome="accepted", part="5A").submission,
        submit("a", outcome="accepted", part="5A", node=country.other_school).submission,
    )
    submissions.approve(before.pk, country.actor, country.district, at=AT)
    whole = submit("b", outcome="accepted").submission
    after = submit("c", outcome="accepted", part="5B").submission
    assert winners.operational() == [elsewhere, whole]
    # What was approved stays official until the whole is approved too.
    assert winners.official() == [before]
    assert winners.whole_beside(after.scope) == whole
    assert winners.whole_beside(whole.scope) is None
    submissions.withdraw(whole.pk, country.actor, country.school, reason="?", at=AT, confirmed=True)
    assert winners.whole_beside(after.scope) is None
    assert winners.operational() == [before, elsewhere, after]


def test_a_nil_return_displaces_no_part_and_stands_in_no_parts_way(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.decisions import winners
    from ingest.ledger.decisions.manifest import counting
    from ingest.ledger.receipts import submissions

    before = submit("a", outcome="accepted", part="5A").submission
    nil = submit(None).submission
    assert nil.state == "accepted"  # nothing goes by it, so nobody is asked
    assert winners.displaced_by(nil) == []
    after = submit("b", outcome="accepted", part="5B").submission
    assert winners.whole_beside(after.scope) is None
    assert winners.operational() == [before, nil, after]
    for submission in (before, nil, after):
        submissions.approve(submission.pk, country.actor, country.district, at=AT)
    assert winners.official() == [before, nil, after]
    assert all(entry.is_operational and entry.is_official for entry in counting())


def test_the_manifest_says_everything_a_build_needs(
    submit: Callable[..., Any], country: SimpleNamespace
) -> None:
    from ingest.ledger.decisions.manifest import counting
    from ingest.ledger.receipts import submissions

    official = submit("a", outcome="accepted").submission
    submissions.approve(official.pk, country.actor, country.district, at=AT)
    operational = submit("b", outcome="accepted").submission
    first, second = counting()
    assert (first.submission_id, first.is_operational, first.is_official) == (official.pk, False, True)
    assert (second.submission_id, second.is_operational, second.is_official) == (operational.pk, True, False)
    assert (first.approved_at, second.approved_at) == (AT, None)
    assert (first.node_code, first.node_kind) == ("650140000011", "organisation")
    assert (first.period, first.period_kind, first.part) == ("2026-W37", "week", "whole")
    assert (str(first.period_start), str(first.period_end)) == ("2026-09-07", "2026-09-13")
    assert (first.batch_id, first.rows_accepted) == ("b-a", 5)


def test_what_a_submission_takes_the_place_of(submit: Callable[..., Any], country: SimpleNamespace) -> None:
    """The same part before it, or all parts before a whole: nothing of another school, week or form, nothing later."""
    from ingest.ledger.decisions import winners

    def displaced(received: Any) -> list[Any]:
        return winners.displaced_by(received.submission)

    first = submit("a", outcome="accepted", part="5A")
    second = submit("b", outcome="accepted", part="5B")
    submit("a", outcome="accepted", part="5A", node=country.other_school)
    submit("a", outcome="accepted", part="5A", period="2026-W38")
    submit("a", outcome="accepted", form="learner_roster", period="2026-09")
    again, new, whole = submit("c", part="5A"), submit("d", part="5C"), submit("e")
    assert displaced(again) == [first.submission]
    assert displaced(new) == []
    assert displaced(whole) == [first.submission, second.submission]
    assert displaced(first) == displaced(second) == []


def test_of_registers_the_latest_alone_counts(submit: Callable[..., Any], country: SimpleNamespace) -> None:
    from ingest.ledger.decisions import winners
    from ingest.ledger.receipts import submissions

    def register(content: str, day: str) -> Any:
        made = submit(
            content, outcome="accepted", form="territory_register", node=country.republic, period=day
        ).submission
        submissions.approve(made.pk, country.actor, country.republic, at=AT)
        return made

    old = register("a", "2025-01-01")
    new = register("b", "2026-01-01")
    assert winners.displaced_by(new) == []  # itself is what counts
    again = submit("c", form="territory_register", node=country.republic, period="2026-01-01").submission
    before = submit("d", form="territory_register", node=country.republic, period="2025-12-31").submission
    after = submit("e", form="territory_register", node=country.republic, period="2026-01-02").submission
    assert [winners.displaced_by(each) for each in (again, before, after)] == [[new], [], [new]]
    assert winners.latest([new, old]) == [new]
    assert winners.latest([]) == []
