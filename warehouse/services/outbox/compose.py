"""Words: a message of the ledger becomes a mail, or a text for another channel.

In: a message, its recipient, the settings. Out: subject, text, the mail as bytes, the files that go along. Templates
are files of `ingest/words/letters`, each with a `subject` and a `text`; a subject is made of `SUBJECT_FACTS` alone: it
is read on screens and in logs that are others', and says neither who nor how many.
"""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from ingest.home import Home, InstallationError
from ingest.schema.texts.language import Language
from ingest.schema.texts.word_files import files_of
from ingest.schema.texts.words import Words
from ingest.schema.values.period import LOCAL_TIME
from ingest.settings.outbox import OutboxSettings

if TYPE_CHECKING:
    from ingest.ledger.records import Message

SUBJECT_FACTS = frozenset({"report", "territory", "period", "edition"})
"""What a subject may say."""
_POLICY = policy.SMTP.clone(cte_type="7bit")
_FRAME = Words("letter")
_TYPES = {
    "pdf": ("application", "pdf"),
    "xlsx": ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "csv": ("text", "csv"),
    "zip": ("application", "zip"),
}
_LONGEST_SUBJECT, _LONGEST_NAME = 200, 120
_MIB = 1 << 20
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)»]")


class AttachmentError(InstallationError):
    """A file that is to be sent is gone, or is not what it was when the message was made."""


@dataclass(frozen=True)
class Composed:
    """`to`: the address of the envelope; `content`: the mail; `files`: those that go along, with their names."""

    to: str
    subject: str
    text: str
    content: bytes
    files: Sequence[tuple[Path, str]] = ()


def templates() -> tuple[str, ...]:
    """The names of all there are."""
    return tuple(file.partition("/")[2] for file in files_of("letters"))


def compose(home: Home, settings: OutboxSettings, message: Message, at: datetime) -> Composed:
    """Raises AttachmentError, KeyError for a template or a fact that is not there."""
    words, language = Words(f"letters/{message.template}"), cast(Language, message.language)
    facts: Mapping[str, Any] = message.facts
    subject = _one_line(words.say("subject", language, **facts), _LONGEST_SUBJECT)
    files, links = _attachments(home, settings, message)
    paragraphs = [words.say("text", language, **facts).strip()]
    if links:
        paragraphs.append(
            _FRAME.say("links", language) + "\n" + "\n".join(f"{name}: {at}" for name, at in links)
        )
    elif message.attachments and not files:
        paragraphs.append(_FRAME.say("no_link", language))
    paragraphs.append(_FRAME.say("footer", language))
    text = "\n\n".join(paragraphs)
    mail = EmailMessage(policy=_POLICY)
    if message.recipient.address:
        mail["To"] = message.recipient.address  # without the name, which is nobody else's
    if settings.reply_to:
        mail["Reply-To"] = settings.reply_to
    mail["Date"] = format_datetime(at.astimezone(LOCAL_TIME))
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text + "\n", cte="base64")
    mail.add_alternative(_page(text, language), subtype="html", cte="base64")
    for path, name in files:
        maintype, subtype = _TYPES.get(name.rpartition(".")[2].lower(), ("application", "octet-stream"))
        mail.add_attachment(path.read_bytes(), maintype=maintype, subtype=subtype, filename=name)
    mail["Content-Language"] = language  # at the end: what is attached takes such headers along
    sender = " ".join(filter(None, [_encoded("From", settings.sender_name), f"<{settings.sender}>"]))
    headed = f"From: {sender}\r\nSubject: {_encoded('Subject', subject)}\r\n".encode("ascii")
    return Composed(message.recipient.address, subject, text, headed + mail.as_bytes(), files)


def _encoded(header: str, said: str) -> str:
    """As a header takes it. What `EmailMessage` makes of a long text loses blanks, or comes with some in its words."""
    return Header(said, "utf-8", header_name=header).encode(linesep="\r\n") if said else ""


def subject_of(message: Message) -> str:
    """What the subject will be. Raises KeyError."""
    words = Words(f"letters/{message.template}")
    return _one_line(
        words.say("subject", cast(Language, message.language), **message.facts), _LONGEST_SUBJECT
    )


def _attachments(
    home: Home, settings: OutboxSettings, message: Message
) -> tuple[list[tuple[Path, str]], list[tuple[str, str]]]:
    """Files that go along, and names with addresses of those that are fetched. Each is what it was. Raises
    AttachmentError."""
    found, size = [], 0
    for each in message.attachments:
        path = home.root / each["path"]
        try:
            content = path.read_bytes()
        except OSError as error:
            raise AttachmentError(f"{each['path']} cannot be read").of(
                "attachment_away", file=each["path"]
            ) from error
        if hashlib.sha256(content).hexdigest() != each["sha256"]:
            raise AttachmentError(f"{each['path']} was altered").of("attachment_altered", file=each["path"])
        size += len(content)
        found.append((path, _file_name(each["name"])))
    is_linked = message.recipient.attachment == "link" or (
        size > settings.largest_mib * _MIB and settings.link_base is not None
    )
    if not is_linked:
        return found, []
    if settings.link_base is None:
        return [], []
    places = [f"{settings.link_base}/{quote(each['path'])}" for each in message.attachments]
    return [], [(name, place) for (_, name), place in zip(found, places, strict=True)]


def _file_name(said: str) -> str:
    """As any system can keep it: no folder, no sign that one forbids, not longer than a screen, with its ending."""
    name = _one_line(re.sub(r'[\\/:*?"<>|]', "-", said), 10_000).strip(". ") or "file"
    stem, dot, ending = name.rpartition(".")
    return (
        name
        if len(name) <= _LONGEST_NAME
        else stem[: _LONGEST_NAME - len(ending) - 1].rstrip() + dot + ending
    )


def _one_line(said: str, longest: int) -> str:
    plain = " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())
    return plain if len(plain) <= longest else plain[: longest - 1].rstrip() + "…"


def _page(text: str, language: str) -> str:
    """The same as a page: a paragraph for each, places to fetch from as links."""
    paragraphs = []
    for paragraph in text.split("\n\n"):
        escaped = html.escape(paragraph)
        linked = _ADDRESS.sub(lambda found: f'<a href="{found[0]}">{found[0]}</a>', escaped)
        paragraphs.append("<p>" + linked.replace("\n", "<br>\n") + "</p>")
    body = "\n".join(paragraphs)
    head = f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8"></head><body>'
    return f"{head}\n{body}\n</body></html>\n"
