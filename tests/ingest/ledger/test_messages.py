"""A message is one whoever asks for it; whatever acts it undergoes, it is sent as the rules say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.ledger.outbox import messages
from ingest.ledger.outbox.messages import HANDING
from ingest.ledger.outbox.states import BEGINS, FOLLOWS, UNSENT, Act, State, after
from ingest.ledger.records import Message, MessageEvent
from ingest.ledger.refusals import RefusalError, WrongStateError
from tests.ingest.ledger.outbox import DIGEST, NOW, letter, message, recipient

MINUTE = timedelta(minutes=1)


def _state(made: Message) -> str:
    return str(Message.objects.values_list("state", flat=True).get(pk=made.pk))


@given(st.sampled_from(sorted(BEGINS)), st.lists(st.sampled_from(sorted(Act)), max_size=30))
def test_what_was_withdrawn_stays_so_and_only_what_is_queued_is_handed_over(
    begun: Act, acts: list[Act]
) -> None:
    state = BEGINS[begun]
    for act in acts:
        try:
            follows = after(state, act)
        except WrongStateError:
            assert act not in FOLLOWS[state]
            continue
        assert state != State.WITHDRAWN
        assert act not in (Act.HANDED, Act.DEFERRED, Act.SENT) or state == State.QUEUED
        assert follows != State.SENT or act == Act.SENT
        assert state != State.HELD or act in (Act.QUEUED, Act.WITHDRAWN), "only a person lets go of it"
        state = follows
    assert state in UNSENT or state in (State.SENT, State.WITHDRAWN)


def test_every_state_can_be_reached_and_every_act_is_known() -> None:
    reached = set(BEGINS.values())
    for _ in FOLLOWS:
        reached |= {follows for state in reached for follows in FOLLOWS[state].values()}
    assert reached == set(State) == set(FOLLOWS)
    assert {act for acts in FOLLOWS.values() for act in acts} | set(BEGINS) == set(Act)


def test_asked_twice_it_is_one_message_with_one_name(country: SimpleNamespace) -> None:
    to, other = recipient(country, 1), recipient(country, 2, language="ru")
    files = (messages.Attached("reports/1/ә.pdf", DIGEST, "Есеп.pdf"),)
    made = messages.queue(letter(attachments=files), to, country.actor, NOW)
    same = messages.queue(
        letter(facts={"period": "другое"}), to, country.actor, NOW + MINUTE, begins=Act.HELD
    )
    assert (same.pk, same.message_id, same.facts, same.state) == (
        made.pk, made.message_id, {"period": "2026-W36"}, "queued"
    )  # fmt: skip
    assert same.attachments == [{"path": "reports/1/ә.pdf", "sha256": DIGEST, "name": "Есеп.pdf"}]
    others = [messages.queue(letter(), other, country.actor, NOW), message(country, to, "2026-W36/2")]
    assert len({made.message_id, *(each.message_id for each in others)}) == 3
    assert [each.language for each in others] == ["ru", "kk"]
    assert MessageEvent.objects.count() == Message.objects.count() == 3


def test_of_two_that_queue_it_at_once_one_is_the_others(
    country: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = recipient(country)
    made: list[Message] = []

    def first() -> str:
        if not made:  # while the one has looked and not written yet, the other does both
            made.append(Message())
            made[0] = message(country, to)
        return "edu.example"

    monkeypatch.setattr(messages, "_domain", first)
    assert message(country, to).pk == made[0].pk
    assert Message.objects.count() == MessageEvent.objects.count() == 1


@pytest.mark.parametrize("path", ["/etc/passwd", "../x", "reports/../../x", ""])
def test_only_files_of_the_home_are_sent(country: SimpleNamespace, path: str) -> None:
    with pytest.raises(ValueError, match="below the home"):
        messages.queue(
            letter(attachments=[messages.Attached(path, DIGEST, "x")]), recipient(country), country.actor, NOW
        )
    assert not Message.objects.exists()


def test_a_sender_that_died_leaves_it_to_the_next_under_the_same_name(country: SimpleNamespace) -> None:
    made = message(country, recipient(country))
    assert messages.due(NOW) == [made.pk] and messages.due(NOW - MINUTE) == []
    handed = messages.hand(made.pk, NOW + MINUTE, country.actor, NOW)
    assert handed is not None and (handed.attempts, handed.state) == (1, "queued")
    assert messages.due(NOW) == [], "nobody takes it twice"
    assert messages.hand(made.pk, NOW + MINUTE, country.actor, NOW) is None
    again = messages.hand(made.pk, NOW + 5 * MINUTE, country.actor, NOW + MINUTE)
    assert again is not None and (again.attempts, again.message_id) == (2, made.message_id)
    messages.sent(handed, country.actor, NOW + MINUTE)
    assert _state(made) == "queued", "the answer to what was given up"
    messages.sent(again, country.actor, NOW + MINUTE)
    assert _state(made) == "sent"
    details = list(MessageEvent.objects.order_by("pk").values_list("kind", "details"))
    assert details == [
        ("queued", {}),
        ("handed", {"attempt": 1, "unanswered": False}),
        ("handed", {"attempt": 2, "unanswered": True}),
        ("sent", {"attempt": 1, "late": True}),
        ("sent", {"attempt": 2}),
    ]


def test_nobody_takes_back_what_is_being_handed_over(country: SimpleNamespace) -> None:
    made = message(country, recipient(country))
    assert messages.hand(made.pk, NOW + MINUTE, country.actor, NOW) is not None
    for act in (messages.withdraw, messages.hold):
        with pytest.raises(WrongStateError, match="handed over"):
            act(made.pk, "", country.actor, NOW + MINUTE)
    assert messages.withdraw_edition("summary", "2026-W36", "", country.actor, NOW) == 0
    messages.withdraw(made.pk, "", country.actor, NOW + HANDING)
    assert _state(made) == "withdrawn", "whoever stood by it is dead"
    assert MessageEvent.objects.latest("pk").details == {"reason": "", "unanswered": True}


def test_an_edition_is_withdrawn_and_nothing_else(country: SimpleNamespace) -> None:
    to = recipient(country)
    made = {name: message(country, to, name) for name in ("2026-W3", "2026-W36", "2026-W36/KZ/1", "2026-W37")}
    made["other"] = messages.queue(letter("2026-W36", purpose="reminder"), to, country.actor, NOW)
    handed = messages.hand(made["2026-W36"].pk, NOW, country.actor, NOW)
    assert handed is not None
    messages.sent(handed, country.actor, NOW)
    assert messages.withdraw_edition("summary", "2026-W36", "қате", country.actor, NOW) == 1
    assert {name: _state(each) for name, each in made.items()} == {
        "2026-W3": "queued", "2026-W36": "sent", "2026-W36/KZ/1": "withdrawn", "2026-W37": "queued",
        "other": "queued",
    }  # fmt: skip


def test_what_was_refused_waits_bounces_and_is_asked_for_again(country: SimpleNamespace) -> None:
    made = message(country, recipient(country))
    for attempt in (1, 2):
        handed = messages.hand(made.pk, NOW, country.actor, NOW)
        assert handed is not None and handed.attempts == attempt
        messages.deferred(handed, "450 қайталаңыз" * 200, country.actor, NOW, NOW)
    handed = messages.hand(made.pk, NOW, country.actor, NOW)
    assert handed is not None
    messages.deferred(handed, "no connection", country.actor, NOW, NOW + MINUTE, counts=False)
    assert messages.due(NOW) == []
    handed = messages.hand(made.pk, NOW, country.actor, NOW + MINUTE)
    assert handed is not None and handed.attempts == 3, "that the server was away is no fault of the message"
    messages.bounced(handed, "550 no such user", country.actor, NOW)
    kept = Message.objects.get(pk=made.pk)
    assert (kept.state, kept.last_error) == ("bounced", "550 no such user")
    kept = messages.again(made.pk, country.actor, NOW)
    assert (kept.state, kept.attempts, kept.message_id) == ("queued", 0, made.message_id)


def test_after_a_restore_a_person_looks_first(country: SimpleNamespace) -> None:
    to = recipient(country)
    made = [message(country, to, str(number)) for number in range(3)]
    messages.withdraw(made[0].pk, "", country.actor, NOW)
    messages.hand(made[1].pk, NOW, country.actor, NOW)
    assert messages.hold_all("restored", "operator", NOW) == 2
    assert [_state(each) for each in made] == ["withdrawn", "held", "held"]
    assert messages.due(NOW + HANDING) == []


ACTS: dict[str, Callable[..., Any]] = {
    "hold": lambda number, actor, at: messages.hold(number, "", actor, at),
    "release": messages.release,
    "withdraw": lambda number, actor, at: messages.withdraw(number, "", actor, at),
    "again": messages.again,
    "came_back": lambda number, actor, at: messages.came_back(number, "550", actor, at),
}
ANSWERS: dict[str, Callable[..., Any]] = {
    "sent": messages.sent,
    "bounced": lambda handed, actor, at: messages.bounced(handed, "550", actor, at),
    "deferred": lambda handed, actor, at: messages.deferred(handed, "450", actor, at, at + MINUTE),
    "held_by_sender": lambda handed, actor, at: messages.held_by_sender(handed, "altered", actor, at),
    "died": lambda *_: None,
}
STEPS = st.lists(
    st.tuples(st.sampled_from([*ACTS, *["send"] * 4]), st.sampled_from(sorted(ANSWERS)), st.integers(0, 20)),
    max_size=12,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(BEGINS)), STEPS)
def test_whatever_people_and_senders_do_its_events_tell_its_state(
    country: SimpleNamespace, begins: Act, steps: list[tuple[str, str, int]]
) -> None:
    to = recipient(country, Message.objects.count() + MessageEvent.objects.count())
    made, at = message(country, to, begins=begins), NOW
    names = {made.message_id}
    for what, answer, minutes in steps:
        at += minutes * MINUTE
        before = Message.objects.get(pk=made.pk)
        if what == "send":
            handed = messages.hand(made.pk, at + MINUTE, country.actor, at)
            assert (handed is not None) == (before.state == "queued" and before.next_attempt_at <= at)
            if handed is not None:
                names.add(handed.message_id)
                ANSWERS[answer](handed, country.actor, at)
            continue
        try:
            ACTS[what](made.pk, country.actor, at)
        except RefusalError:
            now = Message.objects.get(pk=made.pk)
            assert (now.state, now.next_attempt_at) == (before.state, before.next_attempt_at)
    state = ""
    for kind in MessageEvent.objects.filter(message=made).order_by("pk").values_list("kind", flat=True):
        state = after(state, Act(kind)) if state else BEGINS[Act(kind)]
    assert state == _state(made)
    assert names == {made.message_id}


@pytest.mark.parametrize("table", ["messageevent", "recipientevent"])
def test_what_happened_is_never_changed(country: SimpleNamespace, table: str) -> None:
    from django.db import DatabaseError, connection, transaction

    message(country, recipient(country))
    statements = [f"UPDATE ledger_{table} SET kind = 'x'", f"DELETE FROM ledger_{table}"]
    if connection.vendor == "sqlite":
        statements.append(f"INSERT OR REPLACE INTO ledger_{table} SELECT * FROM ledger_{table}")
    else:
        statements.append(f"TRUNCATE ledger_{table} CASCADE")
    for statement in statements:
        refused = pytest.raises(DatabaseError, match="append-only")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
