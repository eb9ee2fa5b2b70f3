"""`bbaj send` and `bbaj outbox`: what waits, what was sent, what did not arrive and whom to telephone."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import ingest.ledger
from ingest.home import Home
from ingest.ledger.accounts import account
from ingest.ledger.nodes import node
from ingest.ledger.outbox import messages, recipients
from tests.ingest.cli.conftest import Call
from tests.warehouse.services.outbox.server import mail_server

NOW = datetime(2026, 10, 5, 4, tzinfo=UTC)
FACTS = {"report": "Апталық есеп", "territory": "Ақмола облысы", "period": "2026-W36", "edition": 1, "status": "x",
         "sentences": ""}  # fmt: skip


@pytest.fixture
def home(outbox_home: Path) -> Path:
    """Three messages wait."""
    from django.db import connections

    ingest.ledger.setup(Home(outbox_home))
    actor = account("operator")
    for number in range(3):
        wanted = recipients.Wanted(
            node("110000000"),
            f"person{number}@edu.example",
            ("weekly",),
            person=f"Айгүл {number}",
            telephone="+7 000",
        )
        to = recipients.add(wanted, actor, NOW)
        messages.queue(messages.Letter("summary", "2026-W36/1", "summary", FACTS), to, actor, NOW)
    connections.close_all()
    return outbox_home


def test_messages_are_shown_sent_held_and_withdrawn(home: Path, call: Call) -> None:
    def said(*words: str, code: int = 0) -> Any:
        answer = call(*words, "--json", BBAJ_HOME=str(home))
        assert answer.exit_code == code, answer.output
        return json.loads(answer.stdout)

    told = said("send")
    assert (told["set_up"], told["waiting"], told["sent"]) == (False, 3, 0)
    due = said("send", "--dry-run", "--limit", "2")["due"]
    assert [(each["address"], each["subject"]) for each in due] == [
        ("person0@edu.example", "Апталық есеп: Ақмола облысы, 2026-W36"),
        ("person1@edu.example", "Апталық есеп: Ақмола облысы, 2026-W36"),
    ]
    assert said("outbox", "hold", "1", "2", "--reason", "x")["messages"][1]["state"] == "held"
    assert said("outbox", "release", "1", "3", code=64)["error"]["code"] == "refused_message_state"
    assert said("outbox")["counts"]["held"] == 2, "all of them or none"
    said("outbox", "release", "1")
    said("outbox", "withdraw", "2", "--reason", "x")
    with mail_server() as post:
        settings = (
            f'[outbox]\nhost = "127.0.0.1"\nport = {post.port}\nsecurity = "none"\nfrom = "a@edu.example"\n'
        )
        (home / "bbaj.toml").write_text(settings, encoding="utf-8")
        post.answers.rcpt = ["550 unknown"]
        told = said("send")
        assert (told["sent"], told["bounced"], told["waiting"]) == (1, 1, 0)
        [bounce] = said("outbox", "bounces")["bounces"]
        assert (bounce["person"], bounce["telephone"], bounce["last_error"]) == (
            "Айгүл 2",
            "+7 000",
            "550 unknown",
        )
        assert said("send", "--again", "3")["sent"] == 1
        assert len(post.taken) == 2
    said("outbox", "returned", "1", "--reason", "closed")
    assert said("outbox")["counts"] == {
        "draft": 0, "held": 0, "queued": 0, "sent": 1, "bounced": 1, "withdrawn": 1
    }  # fmt: skip
    assert [each["number"] for each in said("outbox", "--state", "bounced", "--node", "KZ")["messages"]] == [
        1
    ]
    shown = said("outbox", "show", "1")
    assert [each["kind"] for each in shown["events"]] == [
        "queued", "held", "queued", "handed", "sent", "bounced"
    ]  # fmt: skip
    assert said("outbox", "show", "9", code=64)["error"]["code"] == "refused_no_message"
    told = said("send", "--again", "1", code=70)
    assert told["errors"][0]["code"] == "mail_away" and told["waiting"] == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("kk", ("кезекте", "Жіберу бапталмаған")), ("ru", ("в очереди", "Отправка не настроена")),
     ("en", ("queued", "not set up"))],
)  # fmt: skip
def test_they_are_told_in_the_language_asked(
    home: Path, call: Call, language: str, words: tuple[str, str]
) -> None:
    environment = {"BBAJ_HOME": str(home), "BBAJ_LANG": language}
    assert words[0] in call("outbox", **environment).stdout
    assert words[1] in call("send", **environment).stdout
    call("outbox", "withdraw", "1", "--reason", "x", **environment)
    for command in (("outbox", "show", "1"), ("send", "--dry-run"), ("outbox", "bounces")):
        answer = call(*command, **environment)
        assert answer.exit_code == 0 and "{" not in answer.output, answer.output
    assert words[1] in call("status", **environment).stdout
