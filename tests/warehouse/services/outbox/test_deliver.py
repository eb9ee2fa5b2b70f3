"""Each message reaches a real mail server once, whatever the server says and whenever the sender dies."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.home import Home
from ingest.ledger.outbox import messages, recipients
from ingest.ledger.records import Message, MessageEvent
from ingest.locks import BusyError, locked
from ingest.receive import failpoint
from ingest.schema.values.period import LOCAL_TIME
from ingest.settings.outbox import OutboxSettings
from tests.ingest.ledger.outbox import NOW, message, recipient
from tests.warehouse.services.outbox.conftest import Clock
from tests.warehouse.services.outbox.server import PASSWORD, USER, Post, mail_server
from warehouse.services.outbox.deliver import LOCK, deliver

FACTS = {"report": "Апталық есеп", "territory": "Ақмола облысы", "period": "2026-W36", "edition": 1,
         "status": "алдын ала", "sentences": "Үш сөйлем."}  # fmt: skip


@pytest.fixture
def queued(country: SimpleNamespace) -> Callable[..., list[Message]]:
    """So many messages, each to a recipient of its own."""

    def made(count: int, **more: Any) -> list[Message]:
        from django.db import transaction

        told = messages.Letter("summary", "2026-W36/1", "summary", FACTS)
        with transaction.atomic():
            to = [recipient(country, number, **more) for number in range(count)]
            return [messages.queue(told, each, country.actor, NOW) for each in to]

    return made


Queued = Callable[..., list[Message]]


def _states() -> Counter[str]:
    return Counter(Message.objects.values_list("state", flat=True))


def test_many_are_each_sent_once_in_their_order(home: Home, post: Post, queued: Queued) -> None:
    made = queued(120)
    told = deliver(home, limit=50)
    assert (told.counts, told.waiting) == (Counter(sent=50), 70)
    assert deliver(home).counts == Counter(sent=70)
    assert deliver(home).counts == Counter()
    assert post.names() == [each.message_id for each in made]
    assert [address for address, _ in post.taken] == [f"person{number}@edu.example" for number in range(120)]


def test_what_a_server_does_not_take_now_is_tried_at_growing_pauses_and_then_bounces(
    home: Home, post: Post, queued: Queued, clock: Clock
) -> None:
    [made, other] = queued(2)
    pauses = [1, 5, 30, 120, 360, 1440]
    post.answers.rcpt = ["450 4.2.2 Mailbox full"]
    assert deliver(home).counts == Counter(deferred=1, sent=1)
    for pause in pauses:
        clock.goes_on(minutes=pause - 0.5)
        assert deliver(home).counts == Counter(), f"not before {pause} minutes"
        clock.goes_on(minutes=0.5)
        post.answers.data = ["451 4.3.0 Try again"]
        became = "bounced" if pause == pauses[-1] else "deferred"
        assert deliver(home).counts == {became: 1}
    made.refresh_from_db()
    assert (made.state, made.attempts, made.last_error) == ("bounced", 7, "451 4.3.0 Try again")
    assert {str(mail["Message-ID"]) for to, mail in post.seen if to.startswith("person0")} == {
        made.message_id
    }
    assert post.names() == [other.message_id]
    messages.again(made.pk, _actor(), clock.at)
    assert deliver(home).counts == Counter(sent=1) and post.names()[-1] == made.message_id


def test_what_a_server_refuses_bounces_in_its_words_and_the_next_is_sent(
    home: Home, post: Post, queued: Queued
) -> None:
    queued(3)
    post.answers.rcpt, post.answers.data = ["550 5.1.1 No such user\x07 here"], ["552 5.3.4 Too large"]
    assert deliver(home).counts == Counter(bounced=2, sent=1)
    assert list(Message.objects.order_by("pk").values_list("state", "last_error")) == [
        ("bounced", "550 5.1.1 No such user here"), ("bounced", "552 5.3.4 Too large"), ("sent", ""),
    ]  # fmt: skip


def test_who_hangs_up_or_says_nothing_gets_the_same_message_again(
    set_up: Callable[..., Home], post: Post, queued: Queued, clock: Clock
) -> None:
    home = set_up(post.port, timeout_seconds=0.3)
    [first, second] = queued(2)
    post.answers.drop, post.answers.hang = 1, [0.0, 1.0]
    assert deliver(home).counts == Counter(deferred=2)
    errors = Message.objects.values_list("last_error", flat=True)
    assert all(error.startswith("connection lost after the whole message") for error in errors)
    clock.goes_on(minutes=1)
    assert deliver(home).counts == Counter(sent=2)
    seen = Counter(str(mail["Message-ID"]) for _, mail in post.seen)
    assert seen == {first.message_id: 2, second.message_id: 2}, "by one name: a post box knows it as one"


def test_a_server_that_is_away_costs_no_message_an_attempt(
    set_up: Callable[..., Home], post: Post, queued: Queued, clock: Clock
) -> None:
    queued(2)
    with mail_server() as gone:
        port = gone.port
    home = set_up(port)
    for _ in range(8):
        told = deliver(home)
        assert [error.code for error in told.errors] == ["mail_away"] and not told.counts
        clock.goes_on(hours=12)
    assert not MessageEvent.objects.filter(kind="handed").exists()
    assert deliver(set_up(post.port)).counts == Counter(sent=2)


def test_where_connections_break_one_after_the_other_the_rest_is_left(
    home: Home, post: Post, queued: Queued
) -> None:
    queued(10)
    post.answers.drop = 10
    told = deliver(home)
    assert (told.counts, told.waiting, [each.code for each in told.errors]) == (
        Counter(deferred=3), 7, ["mail_breaks"]
    )  # fmt: skip


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_it_signs_in_over_tls_with_a_certificate_it_knows(
    set_up: Callable[..., Home], root: Path, certificate: Path, queued: Queued, security: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    queued(2)
    secret = root / "mail.password"
    secret.write_text(f"{PASSWORD}\n", encoding="utf-8")
    secret.chmod(0o600)
    with mail_server(certificate, security=security, signs_in=True) as post:
        known = {"security": security, "user": USER, "certificates": str(certificate)}
        assert _error(set_up(post.port, **known)) == "mail_no_password"
        assert (
            _error(set_up(post.port, **(known | {"certificates": ""}), password_file="mail.password"))
            == "mail_certificate"
        )
        monkeypatch.setenv("BBAJ_SMTP_PASSWORD", "wrong")
        assert _error(set_up(post.port, **known)) == "mail_sign_in"
        monkeypatch.delenv("BBAJ_SMTP_PASSWORD")
        secret.chmod(0o640)
        assert _error(set_up(post.port, **known, password_file="mail.password")) == "secret_readable"
        secret.chmod(0o600)
        assert not post.seen
        home = set_up(post.port, **known, password_file="mail.password")
        assert deliver(home).counts == Counter(sent=2) and len(post.taken) == 2


def test_nothing_goes_unguarded_where_tls_is_asked_for(
    set_up: Callable[..., Home], post: Post, queued: Queued
) -> None:
    queued(1)
    assert _error(set_up(post.port, security="starttls")) == "mail_no_tls"
    assert not post.seen and _states() == Counter(queued=1)


@pytest.mark.parametrize("place", ["outbox:handed", "outbox:answered", "outbox:taken"])
def test_a_sender_killed_anywhere_loses_nothing_and_names_nothing_anew(
    home: Home, post: Post, queued: Queued, clock: Clock, place: str
) -> None:
    made = queued(3)
    _killed_at(place, lambda: deliver(home))
    assert deliver(home).counts == Counter(sent=2), "nobody waits for the dead"
    assert _states() == Counter(queued=1, sent=2)
    clock.goes_on(minutes=1)
    assert deliver(home).counts == Counter(sent=1)
    assert _states() == Counter(sent=3)
    arrived = Counter(post.names())
    assert set(arrived) == {each.message_id for each in made}
    # Between the server's answer and the ledger nobody can tell: it goes twice under one name, everything else once.
    assert sorted(arrived.values()) == ([1, 1, 1] if place == "outbox:handed" else [1, 1, 2])


def test_whoever_dies_of_a_message_every_time_is_spared_it(
    set_up: Callable[..., Home], post: Post, queued: Queued, clock: Clock
) -> None:
    home = set_up(post.port, pauses=[1, 2])
    queued(1)
    for _ in range(3):
        _killed_at("outbox:handed", lambda: deliver(home))
        clock.goes_on(minutes=5)
    assert deliver(home).counts == Counter(bounced=1) and not post.seen


def test_two_senders_never_take_the_same(home: Home, post: Post, queued: Queued) -> None:
    queued(12)
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            try:
                while True:
                    try:
                        deliver(home, limit=2)
                    except BusyError:
                        continue
                    if not messages.due(home.now()):
                        os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    assert len(post.taken) == len(set(post.names())) == 12
    with locked(home.root / LOCK), pytest.raises(BusyError):
        deliver(home)


def test_nothing_is_sent_in_quiet_hours_over_midnight(
    set_up: Callable[..., Home], post: Post, queued: Queued, clock: Clock
) -> None:
    home = set_up(post.port, quiet="21:00-08:00")
    queued(1)
    clock.at = clock.at.astimezone(LOCAL_TIME).replace(hour=23, minute=30)
    told = deliver(home)
    assert told.quiet_until is not None and told.quiet_until.isoformat() == "2026-10-06T08:00:00+05:00"
    assert (told.waiting, post.seen) == (1, [])
    clock.goes_on(hours=8, minutes=29)
    assert deliver(home).quiet_until == told.quiet_until
    clock.goes_on(minutes=1)
    assert deliver(home).counts == Counter(sent=1)
    settings = OutboxSettings(quiet=(time(12), time(13)))
    hours = [
        hour for hour in range(24) if settings.quiet_until(clock.at.replace(hour=hour, minute=59), LOCAL_TIME)
    ]
    assert hours == [12]


def test_held_and_withdrawn_messages_stay_and_a_removed_recipient_gets_nothing(
    home: Home, post: Post, queued: Queued, country: SimpleNamespace
) -> None:
    held, withdrawn, gone, left = queued(4)
    messages.hold(held.pk, "", country.actor, NOW)
    messages.withdraw(withdrawn.pk, "", country.actor, NOW)
    gone.recipient.is_active = False
    gone.recipient.save()  # removed while it was being handed over: that is seen before the next attempt
    assert deliver(home).counts == Counter(sent=1) and post.names() == [left.message_id]
    assert [Message.objects.get(pk=each.pk).state for each in (held, withdrawn, gone)] == [
        "held", "withdrawn", "withdrawn"
    ]  # fmt: skip
    messages.release(held.pk, country.actor, NOW)
    assert deliver(home).counts == Counter(sent=1) and post.names()[-1] == held.message_id


def test_without_settings_everything_waits(root: Path, queued: Queued, clock: Clock) -> None:
    queued(2)
    told = deliver(Home(root))
    assert (told.waiting, told.counts, _states()) == (2, Counter(), Counter(queued=2))


def test_another_channel_is_a_file_that_its_owner_alone_reads(
    set_up: Callable[..., Home], root: Path, queued: Queued, monkeypatch: pytest.MonkeyPatch
) -> None:
    import apprise

    told: list[dict[str, Any]] = []
    monkeypatch.setattr(apprise.Apprise, "notify", lambda self, **words: told.append(words) or len(told) > 1)
    home = set_up(None, channels={"duty": "duty.url"})
    queued(1, channel="duty", address="")
    assert _error(home) == "secret_away"
    (root / "duty.url").write_text("none of any service", encoding="utf-8")
    (root / "duty.url").chmod(0o600)
    assert _error(home) == "channel_unknown"
    (root / "duty.url").write_text("json://127.0.0.1:9/secret\n", encoding="utf-8")
    assert deliver(home).counts == Counter(deferred=1)
    Message.objects.update(next_attempt_at=NOW)
    assert deliver(home).counts == Counter(sent=1)
    assert told[0]["title"] == "Апталық есеп: Ақмола облысы, 2026-W36" and "Үш сөйлем." in told[0]["body"]


def test_nothing_personal_and_no_figure_is_logged(
    home: Home, post: Post, queued: Queued, caplog: pytest.LogCaptureFixture
) -> None:
    queued(2, person="Айгүл Әлиева", telephone="+7 000")
    post.answers.rcpt = ["550 person0@edu.example unknown"]
    with caplog.at_level("DEBUG"):
        deliver(home)
    said = " ".join(
        record.getMessage() for record in caplog.records if record.name.startswith(("warehouse", "ingest"))
    )
    assert "outbox" in said
    assert not any(each in said for each in ("person", "edu.example", "Айгүл", "000", "Ақмола", "сөйлем"))


def _error(home: Home) -> str:
    told = deliver(home)
    assert not told.counts
    [error] = told.errors
    return error.code


def _killed_at(place: str, work: Callable[[], object]) -> None:
    child = os.fork()
    if child == 0:
        failpoint._ARMED = place
        try:
            work()
        finally:
            os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL


def _actor() -> Any:
    from ingest.ledger.accounts import account

    return account("operator")


def test_the_recipient_of_an_oblast_gets_nothing_of_another(
    home: Home, post: Post, country: SimpleNamespace
) -> None:
    one, other = recipient(country, 1), recipient(country, 2, node=country.district)
    for to in (one, other):
        assert [each.pk for each in recipients.of("weekly", to.node)] == [to.pk]
    messages.queue(messages.Letter("summary", "2026-W36/1", "summary", FACTS), one, country.actor, NOW)
    deliver(home)
    assert [address for address, _ in post.taken] == ["person1@edu.example"]
    assert message(country, other).state == "queued"
