"""Whoever is a recipient is sent what was said last, once; who is none any more is sent nothing."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from ingest.ledger.outbox import recipients
from ingest.ledger.outbox.recipients import Wanted, add, as_wanted, change, listed, of, remove
from ingest.ledger.readers import open_reader
from ingest.ledger.records import Message, RecipientEvent
from ingest.ledger.refusals import RefusalError
from tests.ingest.ledger.outbox import NOW, message, recipient


def _refused(country: SimpleNamespace, **more: Any) -> str:
    with pytest.raises(RefusalError) as refusal:
        recipient(country, **more)
    return refusal.value.code


def test_a_report_of_a_node_goes_to_its_own_recipients_alone(country: SimpleNamespace) -> None:
    first = recipient(country, 1)
    recipient(country, 2, node=country.district)
    recipient(country, 3, reports=("monthly",))
    second = recipient(country, 4, reports=("monthly", "weekly", "weekly"), language="ru", attachment="link")
    assert [each.pk for each in of("weekly", country.oblast)] == [first.pk, second.pk]
    assert of("weekly", country.republic) == of("week", country.oblast) == []
    assert second.reports == ["monthly", "weekly"]
    changed = change(
        first.pk, Wanted(country.district, "new@edu.example", ("monthly",), "ru"), country.actor, NOW
    )
    assert of("weekly", country.oblast) == [second] and of("monthly", country.district) == [changed]
    remove(second.pk, "басқа жұмыста", country.actor, NOW + timedelta(hours=1))
    assert of("weekly", country.oblast) == []
    assert len(listed()) == 3 and len(listed(everybody=True)) == 4
    assert [each.pk for each in listed([country.district.pk])] == [first.pk, first.pk + 1]
    kinds = list(RecipientEvent.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["added"] * 4 + ["changed", "removed"]
    with pytest.raises(RefusalError, match="no recipient"):
        remove(second.pk, "", country.actor, NOW)


def test_what_waits_for_who_is_removed_is_withdrawn(country: SimpleNamespace) -> None:
    gone, other = recipient(country, 1), recipient(country, 2)
    for edition in ("1", "2"):
        message(country, gone, edition)
    kept = message(country, other, "1")
    assert remove(gone.pk, "", country.actor, NOW) == 2
    assert set(Message.objects.filter(state="withdrawn").values_list("recipient", flat=True)) == {gone.pk}
    assert Message.objects.get(pk=kept.pk).state == "queued"
    gone.refresh_from_db()
    with pytest.raises(RefusalError, match="was removed"):
        message(country, gone, "3")
    again = recipient(country, 1)
    assert again.pk != gone.pk, "the address may be added again"


NO_ADDRESSES = (
    *("", "@", "aigul", "aigul@", "@edu.example", "ai gul@edu.example", "айгүл@edu.example", "a@b"),
    *(
        "a@edu..example",
        "a@edu.example\nBcc: b@edu.example",
        "a@edu.example, b@edu.example",
        "<a@edu.example>",
    ),
    *("a" * 65 + "@edu.example", "a@" + "x" * 64 + ".example", "a@" + "x." * 130 + "example"),
)


def test_what_is_no_mail_address_is_refused(country: SimpleNamespace) -> None:
    codes = {address: _refused(country, address=address) for address in NO_ADDRESSES}
    assert codes == dict.fromkeys(NO_ADDRESSES, "recipient_address")


def test_an_address_is_kept_as_servers_take_it_and_once(country: SimpleNamespace) -> None:
    kept = recipient(country, address="  Aigul.S+bbaj@БІЛІМ.example ")
    assert kept.address == f"Aigul.S+bbaj@{'білім'.encode('idna').decode()}.example"
    assert _refused(country, address="AIGUL.s+bbaj@білім.EXAMPLE") == "recipient_exists"
    recipient(country, address="aigul.s+bbaj@білім.example", node=country.district)
    other = recipient(country, 2)
    same = Wanted(country.oblast, kept.address, ("weekly",))
    with pytest.raises(RefusalError, match="already"):
        change(other.pk, same, country.actor, NOW)
    assert change(kept.pk, as_wanted(kept), country.actor, NOW).address == kept.address


def test_of_two_that_add_an_address_at_once_one_is_refused(
    country: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipient(country, 1)
    monkeypatch.setattr(recipients, "_require_alone", lambda *_: None)  # both looked before either wrote
    assert _refused(country, number=1) == "recipient_exists"
    assert len(listed()) == 1 and RecipientEvent.objects.count() == 1


IMPOSSIBLE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"reports": ()}, "recipient_reports"),
    ({"reports": ("weekly", "Апталық")}, "recipient_report"),
    ({"language": "en"}, "recipient_words"),
    ({"attachment": "post"}, "recipient_words"),
    ({"telephone": "call me"}, "recipient_telephone"),
    ({"person": "Ә" * 201}, "recipient_person"),
    ({"person": "А\u202eБ"}, "recipient_person"),
    ({"channel": "Duty", "address": ""}, "recipient_channel"),
    ({"channel": "duty"}, "recipient_channel"),
    ({"account": "nobody"}, "no_user"),
)


def test_what_cannot_be_is_refused(country: SimpleNamespace) -> None:
    assert [_refused(country, **more) for more, _ in IMPOSSIBLE] == [code for _, code in IMPOSSIBLE]
    assert listed(everybody=True) == []


def test_a_recipient_may_be_a_reader_and_a_channel(country: SimpleNamespace) -> None:
    open_reader("aigul", "oblast", country.oblast, "kk", country.actor, NOW)
    long = "Әл-Фараби атындағы " * 10 + "Ғани"
    kept = recipient(
        country, channel="duty", address="", account="aigul", person=long, telephone="+7 (000) 000-00-00"
    )
    assert kept.account is not None and kept.account.username == "aigul"
    assert as_wanted(kept) == Wanted(
        country.oblast, "", ("weekly",), "kk", "duty", "file", long, "+7 (000) 000-00-00", "aigul"
    )
    assert add(Wanted(country.oblast, "", ("weekly",), channel="other"), country.actor, NOW).pk != kept.pk
