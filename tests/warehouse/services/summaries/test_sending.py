"""Editions handed to the outbox: each recipient of a place once, and why there is none where there is none."""

from __future__ import annotations

import hashlib

from ingest.ledger.accounts import account
from ingest.ledger.outbox import recipients
from ingest.ledger.outbox.recipients import Wanted
from ingest.ledger.records import Message, Node, Recipient
from tests.warehouse.country import DISTRICT, SCHOOLS, Country
from tests.warehouse.services.summaries.conftest import WEEK, hand_in, publish
from warehouse.services.summaries.making import make_editions
from warehouse.services.summaries.round import make_due
from warehouse.services.summaries.sending import hand_over


def add(country: Country, code: str, language: str, *reports: str) -> Recipient:
    wanted = Wanted(
        node=Node.objects.get(code=code),
        address=f"{code.lower()}-{language}-{len(reports)}-{Recipient.objects.count()}@example.kz",
        language=language,
        reports=reports or ("weekly",),
    )
    return recipients.add(wanted, account("cli:x"), country.home.now())


def made_and_handed(country: Country, *codes: str, period: str = WEEK) -> int:
    nodes = [Node.objects.select_related("parent").get(code=code) for code in codes]
    return sum(hand_over(country.home, each) for each in make_editions(country.home, "weekly", period, nodes))


def test_each_recipient_of_the_place_is_sent_its_language_once(week: Country) -> None:
    add(week, "KZ", "kk")
    add(week, DISTRICT, "ru")
    add(week, DISTRICT, "kk", "monthly")
    assert made_and_handed(week, "KZ", DISTRICT) == 2
    assert made_and_handed(week, "KZ", DISTRICT) == 0
    kazakh, russian = Message.objects.order_by("recipient__pk")
    assert [each["path"].rsplit("/", 1)[1] for each in kazakh.attachments] == ["kk.pdf", "kk.xlsx"]
    assert [each["path"].rsplit("/", 1)[1] for each in russian.attachments] == ["ru.pdf", "ru.xlsx"]
    for message in (kazakh, russian):
        for each in message.attachments:
            content = (week.home.root / each["path"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == each["sha256"]
            assert each["name"].endswith((".pdf", ".xlsx"))
    assert "Атбасар" in russian.facts["territory"] and "предварительный" in russian.facts["status"]
    assert "алдын ала" in kazakh.facts["status"]
    add(week, DISTRICT, "kk")
    assert made_and_handed(week, DISTRICT) == 1


def test_another_edition_takes_the_place_of_one_that_waits(week: Country) -> None:
    add(week, DISTRICT, "ru")
    made_and_handed(week, DISTRICT)
    hand_in(week, SCHOOLS[0], WEEK, missed=6)
    publish(week.home)
    assert made_and_handed(week, DISTRICT) == 1
    states = dict(Message.objects.values_list("edition", "state"))
    assert states == {f"{WEEK}/{DISTRICT}/1": "withdrawn", f"{WEEK}/{DISTRICT}/2": "queued"}


def test_who_waits_is_told_once_why_there_is_none_and_gets_it_when_it_is_there(week: Country) -> None:
    add(week, DISTRICT, "ru")
    empty = "2026-W39"
    counts = make_due(week.home)
    assert counts["queued"] == 1 and counts["held"] >= 1
    assert make_due(week.home)["queued"] == 0
    [delay] = Message.objects.all()
    assert delay.template == "summary_delayed"
    assert "ни одного показателя" in delay.facts["reason"]
    assert delay.attachments == []
    for school in SCHOOLS:
        hand_in(week, school, empty)
    publish(week.home)
    assert make_due(week.home)["made"] >= 1
    states = dict(Message.objects.values_list("template", "state"))
    assert states == {"summary_delayed": "withdrawn", "summary": "queued"}
