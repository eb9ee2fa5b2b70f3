"""What arrives can be read: Kazakh letters in subjects, names and files; nothing private is in a subject."""

from __future__ import annotations

import hashlib
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from pathlib import Path
from string import Formatter
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.home import Home
from ingest.ledger.outbox import messages
from ingest.ledger.records import Message
from ingest.schema.texts.words import Words
from tests.ingest.ledger.outbox import NOW, recipient
from tests.warehouse.services.outbox.server import Post
from warehouse.services.outbox.compose import SUBJECT_FACTS, _encoded, compose, subject_of, templates
from warehouse.services.outbox.deliver import deliver

LETTERS = "ӘҒҚҢӨҰҮҺІ әғқңөұүһі ЁЪЫЭ ёъыэ «»№—"
LONG = "Шығыс Қазақстан облысының Өскемен қаласындағы " * 5 + "мектебі"
FACTS: dict[str, Any] = {
    "report": "Апталық есеп", "territory": LETTERS, "period": "2026 ж. 36-апта", "edition": 2, "status": "алдын ала",
    "sentences": "Қатысу <95 %> & артты.\n\nЕкінші сөйлем.", "changes": "а", "reason": "б",
}  # fmt: skip


def _files(home: Home, *names: str) -> list[messages.Attached]:
    made = []
    for number, name in enumerate(names):
        path = home.root / "reports" / f"{number} ә.bin"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(f"%PDF {name}".encode())
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        made.append(messages.Attached(f"reports/{path.name}", digest, name))
    return made


def _queued(country: SimpleNamespace, template: str = "summary", files: Any = (), **more: Any) -> Message:
    to = recipient(country, Message.objects.count(), **more)
    told = messages.Letter(
        "summary", "1", template, FACTS | {"territory": more.pop("territory", LETTERS)}, files
    )
    return messages.queue(told, to, country.actor, NOW)


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_letter_arrives_whole(set_up: Any, post: Post, country: SimpleNamespace, language: str) -> None:
    home = set_up(post.port, from_name=LETTERS)
    names = [f"{LETTERS} 36-апта.pdf", "Кесте.XLSX", f"{LONG}.pdf", "a/b\\c:d\r\nBcc: x.csv", "..."]
    for template in templates():
        _queued(country, template, _files(home, *names), language=language, person=f"{LETTERS}, {LONG[:100]}")
    assert deliver(home).counts == {"sent": len(templates())}
    for raw, (_, mail) in zip(post.raw, post.taken, strict=True):
        assert LETTERS in mail["Subject"] and "\n" not in mail["Subject"]
        assert mail["To"] == mail["To"].addresses[0].addr_spec
        # The library's newer reader puts blanks between the words of a name, its older one does not.
        sender = str(make_header(decode_header(message_from_bytes(raw)["From"])))
        assert sender == f"{LETTERS} <bbaj@edu.example>"
        assert mail["Content-Language"] == language and mail["Auto-Submitted"] == "auto-generated"
        text, page = mail.get_body(("plain",)), mail.get_body(("html",))
        assert text is not None and page is not None
        assert LETTERS in text.get_content() and LETTERS in page.get_content()
        assert f'lang="{language}"' in page.get_content() and "<95" not in page.get_content()
        found = [(part.get_filename(), part.get_content_type()) for part in mail.iter_attachments()]
        assert found[0] == (names[0], "application/pdf")
        assert found[1][1].endswith("spreadsheetml.sheet")
        long = str(found[2][0])
        assert long.startswith(LONG[:90]) and long.endswith(".pdf") and len(long) <= 120
        assert found[3] == ("a-b-c-d Bcc- x.csv", "text/csv") and found[4][0] == "file"
        contents = [part.get_content() for part in mail.iter_attachments()]
        assert contents[0] == f"%PDF {names[0]}".encode()


@settings(deadline=None, max_examples=60)
@given(
    st.text(
        st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp", "Cn", "Co", "Cf")),
        min_size=1,
        max_size=200,
    )
)
def test_whatever_a_header_says_is_read_as_it_was_written(said: str) -> None:
    plain = " ".join(said.split())
    read = message_from_bytes(
        f"Subject: {_encoded('Subject', plain)}\r\n\r\n".encode("ascii"), policy=policy.default
    )
    assert " ".join(str(read["Subject"]).split()) == plain
    assert all(len(line) <= 78 for line in _encoded("Subject", plain).split("\r\n"))


def test_a_subject_says_neither_who_nor_how_many() -> None:
    assert {"summary", "summary_corrected", "summary_delayed"} <= set(templates())
    for template in templates():
        labels = Words(f"letters/{template}").labels("subject")
        for language in ("kk", "ru", "en"):
            named = {name for _, name, _, _ in Formatter().parse(labels.in_language(language)) if name}  # type: ignore[arg-type]
            assert named <= SUBJECT_FACTS, (template, language)


def test_a_subject_is_one_line_however_it_is_filled(home: Home, country: SimpleNamespace) -> None:
    message = _queued(country)
    message.facts = FACTS | {"territory": "А\r\nBcc: b@edu.example\u202e" + LONG * 3}
    subject = subject_of(message)
    assert subject.isprintable() and len(subject) <= 200 and subject.endswith("…")
    told = home.settings.outbox
    assert told is not None
    assert b"\nBcc:" not in compose(home, told, message, NOW).content


def test_files_are_links_where_that_is_wished_or_they_are_large(
    set_up: Any, post: Post, country: SimpleNamespace
) -> None:
    home = set_up(post.port, link_base="https://bbaj.example/files/", largest_mib=0.0001)
    (home.root / "reports").mkdir()
    small, large = _files(home, "Кіші.pdf", "Үлкен.pdf")
    _queued(country, files=[small], attachment="link")
    content = (home.root / large.path).read_bytes() * 100
    (home.root / large.path).write_bytes(content)
    large = messages.Attached(large.path, hashlib.sha256(content).hexdigest(), large.name)
    _queued(country, files=[large])
    _queued(country, files=[small])
    assert deliver(home).counts == {"sent": 3}
    texts = [body.get_content() for _, mail in post.taken if (body := mail.get_body(("plain",)))]
    assert "Кіші.pdf: https://bbaj.example/files/reports/0%20%D3%99.bin" in texts[0]
    assert "Үлкен.pdf: https://bbaj.example/files/reports/1%20" in texts[1]
    assert [len(list(mail.iter_attachments())) for _, mail in post.taken] == [0, 0, 1]
    pages = [body.get_content() for _, mail in post.taken if (body := mail.get_body(("html",)))]
    assert '<a href="https://bbaj.example/files/reports/0%20%D3%99.bin">' in pages[0]


def test_what_was_altered_or_taken_away_is_not_sent_and_a_person_is_asked(
    home: Home, post: Post, country: SimpleNamespace
) -> None:
    [altered, gone] = _files(home, "a.pdf", "b.pdf")
    for each in (altered, gone):
        _queued(country, files=[each])
    _queued(country, "no_such_template")
    (home.root / altered.path).write_bytes(b"x")
    Path(home.root / gone.path).unlink()
    assert deliver(home).counts == {"held": 3} and not post.seen
    errors = list(Message.objects.order_by("pk").values_list("last_error", flat=True))
    assert "was altered" in errors[0] and "cannot be read" in errors[1] and "no_such_template" in errors[2]
