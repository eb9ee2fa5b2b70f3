"""What an installation decides about what it sends: the table `[outbox]` of `bbaj.toml`.

In: the table as it was read. Out: `OutboxSettings`. No secret is a setting: the password of the mail server and the
addresses of other channels stand in files of their own, or the password in the environment variable BBAJ_SMTP_PASSWORD.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta, tzinfo
from typing import Any
from urllib.parse import urlsplit

PASSWORD_IN = "BBAJ_SMTP_PASSWORD"
PAUSES = (1, 5, 30, 120, 360, 1440)
"""Minutes between the attempts to send a message, where the settings say nothing."""
PORTS = {"starttls": 587, "tls": 465, "none": 25}
"""Ways of speaking to a mail server, and the port of each."""
_TEXTS = (
    "host",
    "security",
    "user",
    "password_file",
    "certificates",
    "from",
    "from_name",
    "reply_to",
    "link_base",
)
_KEYS = (*_TEXTS, "port", "quiet", "pauses", "largest_mib", "timeout_seconds", "channels")
_ADDRESS = re.compile(r"[^@\s<>\"\\,;:()\[\]]+@[A-Za-z0-9.-]+")
_QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,31}")
_MOST_PAUSES, _LONGEST_PAUSE = 20, 7 * 24 * 60

Wrong = Callable[..., Exception]


@dataclass(frozen=True)
class OutboxSettings:
    """`host`: the mail server, None where no mail is sent; `security`: `starttls`, `tls` or `none`; `certificates`: a
    file of authorities besides those of the system. `sender`, `sender_name`, `reply_to`: who writes. `quiet`: from when
    to when nothing is sent, by the time of the country; over midnight where the first is later. `pauses`: minutes
    before each further attempt; after the last of them a message has bounced. `largest_mib`: larger files are links.
    `link_base`: what stands before the path of a file in a link. `channels`: name → file with an address for apprise.
    """

    host: str | None = None
    port: int = PORTS["starttls"]
    security: str = "starttls"
    user: str | None = None
    password_file: str | None = None
    certificates: str | None = None
    sender: str = ""
    sender_name: str = ""
    reply_to: str = ""
    quiet: tuple[time, time] | None = None
    pauses: tuple[float, ...] = PAUSES
    link_base: str | None = None
    largest_mib: float = 15
    timeout_seconds: float = 60
    channels: Mapping[str, str] = field(default_factory=dict)

    @property
    def domain(self) -> str:
        """Of whom the messages are."""
        return self.sender.rpartition("@")[2] or "bbaj.invalid"

    def pause(self, attempts: int) -> timedelta | None:
        """After so many attempts; None where there is no further one."""
        return timedelta(minutes=self.pauses[attempts - 1]) if attempts <= len(self.pauses) else None

    @property
    def shortest_pause(self) -> timedelta:
        """Before the next attempt where nobody knows what became of one."""
        return timedelta(minutes=min(self.pauses))

    def quiet_until(self, at: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet hours are over that hold at that moment; None where none do."""
        if self.quiet is None:
            return None
        (begins, ends), here = self.quiet, at.astimezone(zone)
        for day in (here.date() - timedelta(days=1), here.date()):
            first = datetime.combine(day, begins, zone)
            last = datetime.combine(day + timedelta(days=ends <= begins), ends, zone)
            if first <= here < last:
                return last
        return None


def outbox_settings_of(said: object, wrong: Wrong) -> OutboxSettings | None:
    """The settings of the table, None where there is none. Raises what `wrong` makes of a key, a kind and facts."""
    if said is None:
        return None
    if not isinstance(said, dict):
        raise wrong("outbox", "wrong_type", expected="mapping", value=said)
    for name in said:
        if name in ("password", "url"):
            raise wrong(f"outbox.{name}", "secret_in_settings", variable=PASSWORD_IN)
        if name not in _KEYS:
            raise wrong(f"outbox.{name}", "unknown_key", found=name, known=list(_KEYS))
    texts = {name: _text(said, name, wrong) for name in _TEXTS}
    security = texts["security"] or "starttls"
    if security not in PORTS:
        raise wrong("outbox.security", "wrong_type", expected="mail_security", value=security)
    for name in ("from", "reply_to"):
        if texts[name] and not _ADDRESS.fullmatch(texts[name]):
            raise wrong(f"outbox.{name}", "wrong_type", expected="mail_address", value=texts[name])
    if texts["host"] and not texts["from"]:
        raise wrong("outbox.from", "wrong_type", expected="mail_address", value="")
    return OutboxSettings(
        host=texts["host"] or None,
        port=int(_amount(said, "port", PORTS[security], 65535, wrong, is_whole=True)),
        security=security,
        user=texts["user"] or None,
        password_file=texts["password_file"] or None,
        certificates=texts["certificates"] or None,
        sender=texts["from"],
        sender_name=texts["from_name"],
        reply_to=texts["reply_to"],
        quiet=_quiet(said.get("quiet"), wrong),
        pauses=_pauses(said.get("pauses", list(PAUSES)), wrong),
        link_base=_web_address(texts["link_base"], wrong),
        largest_mib=_amount(said, "largest_mib", OutboxSettings.largest_mib, 1000, wrong),
        timeout_seconds=_amount(said, "timeout_seconds", OutboxSettings.timeout_seconds, 600, wrong),
        channels=_channels(said.get("channels", {}), wrong),
    )


def _text(said: Mapping[str, Any], name: str, wrong: Wrong) -> str:
    value = said.get(name, "")
    # What is no line would end a header of a message and begin another.
    if not isinstance(value, str) or not value.isprintable():
        raise wrong(f"outbox.{name}", "wrong_type", expected="text", value=value)
    return value.strip()


def _amount(
    said: Mapping[str, Any], name: str, usual: float, most: float, wrong: Wrong, *, is_whole: bool = False
) -> float:
    value: Any = said.get(name, usual)
    kinds = (int,) if is_whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds) or not 0 < value <= most:
        raise wrong(f"outbox.{name}", "wrong_type", expected="amount", value=value)
    return float(value)


def _quiet(said: object, wrong: Wrong) -> tuple[time, time] | None:
    if said is None:
        return None
    found = _QUIET.fullmatch(said) if isinstance(said, str) else None
    if found is None or found[1] + found[2] == found[3] + found[4]:
        raise wrong("outbox.quiet", "wrong_type", expected="quiet_hours", value=said)
    first, first_minute, last, last_minute = map(int, found.groups())
    return time(first, first_minute), time(last, last_minute)


def _pauses(said: object, wrong: Wrong) -> tuple[float, ...]:
    is_fit = isinstance(said, list) and 0 < len(said) <= _MOST_PAUSES
    if not is_fit or not all(
        isinstance(each, (int, float)) and not isinstance(each, bool) and 0 < each <= _LONGEST_PAUSE
        for each in said  # type: ignore[attr-defined]
    ):
        raise wrong("outbox.pauses", "wrong_type", expected="pauses", value=said)
    return tuple(said)  # type: ignore[arg-type]


def _web_address(said: str, wrong: Wrong) -> str | None:
    if not said:
        return None
    try:
        parts = urlsplit(said)
        is_one = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_one = False
    if not is_one:
        raise wrong("outbox.link_base", "wrong_type", expected="address", value=said)
    return said.rstrip("/")


def _channels(said: object, wrong: Wrong) -> Mapping[str, str]:
    if not isinstance(said, dict):
        raise wrong("outbox.channels", "wrong_type", expected="mapping", value=said)
    for name, file in said.items():
        key = f"outbox.channels.{name}"
        if name == "mail" or not _CHANNEL.fullmatch(name):
            raise wrong(key, "wrong_type", expected="channel", value=name)
        if not isinstance(file, str) or not file.strip():
            raise wrong(key, "wrong_type", expected="text", value=file)
        if "://" in file:
            raise wrong(key, "secret_in_settings", variable=PASSWORD_IN)
    return dict(said)
