"""The sender: takes what is due, in its order, and writes down what became of it.

In: a home with its settings. Out: counts. Killed anywhere it loses nothing: that a message is being handed over is
written before it is done, and who finds it so afterwards hands it over again under the same name. One sender at a time;
what it does not write down because it is killed between the answer of a server and the ledger is the only thing that is
handed over twice.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from ingest.authored import AuthorError
from ingest.home import Home
from ingest.ledger.accounts import PIPELINE, account
from ingest.ledger.outbox import messages
from ingest.locks import locked
from ingest.receive.failpoint import reach
from ingest.schema.values.period import LOCAL_TIME
from ingest.settings.outbox import OutboxSettings
from warehouse.services.outbox.compose import AttachmentError, Composed, compose
from warehouse.services.outbox.outcome import ChannelError, Later, Outcome, Refused
from warehouse.services.outbox.smtp import MailServer

if TYPE_CHECKING:
    from ingest.ledger.records import Message, User

log = logging.getLogger(__name__)
LOCK = ".outbox.lock"


class Channel(Protocol):
    """What takes messages."""

    def ready(self) -> None:
        """Raises ChannelError where it takes nothing now."""

    def send(self, message: Composed) -> Outcome:
        """Hand one over."""


@dataclass(frozen=True)
class Delivered:
    """`counts`: sent, deferred, bounced, held, by what became of messages; `waiting`: what is due and was not taken;
    `quiet_until`: nothing is sent before. `errors`: of channels that take nothing now."""

    counts: Counter[str] = field(default_factory=Counter)
    waiting: int = 0
    quiet_until: datetime | None = None
    errors: tuple[ChannelError, ...] = ()


def deliver(
    home: Home, *, limit: int | None = None, whatever_hour: bool = False, only: int | None = None
) -> Delivered:
    """Send what is due; `limit`: so many at most; `only`: that message alone; `whatever_hour`: in quiet hours too.

    Raises BusyError where another process sends.
    """
    settings = home.settings.outbox
    with locked(home.root / LOCK):
        at = home.now()
        if settings is None:
            return Delivered(waiting=len(messages.due(at)))
        quiet_until = settings.quiet_until(at, LOCAL_TIME)
        if quiet_until is not None and not whatever_hour:
            return Delivered(waiting=len(messages.due(at)), quiet_until=quiet_until)
        with _channels(home, settings) as channels:
            return _Sender(home, settings, account(PIPELINE)).send_all(channels, limit, only)


class _Sender:
    """One run. A channel that takes nothing keeps its own messages waiting, and no others."""

    def __init__(self, home: Home, settings: OutboxSettings, actor: User) -> None:
        self._home, self._settings, self._actor = home, settings, actor
        self._counts: Counter[str] = Counter()

    def send_all(self, channels: dict[str, Channel], limit: int | None, only: int | None) -> Delivered:
        errors: list[ChannelError] = []
        left = limit
        for name, channel in channels.items():
            numbers = messages.due(self._home.now(), name)
            if only is not None:
                numbers = [number for number in numbers if number == only]
            for number in numbers[:left]:
                try:
                    channel.ready()
                    self._send(number, channel)
                except ChannelError as error:
                    errors.append(error)
                    break
                left = None if left is None else left - 1
        waiting = len(messages.due(self._home.now()))
        log.info("outbox: %s; %s wait", dict(self._counts), waiting)
        return Delivered(self._counts, waiting, errors=tuple(errors))

    def _send(self, number: int, channel: Channel) -> None:
        at = self._home.now()
        pauses = len(self._settings.pauses)
        message = messages.hand(number, at + self._settings.shortest_pause, self._actor, at)
        if message is None:  # it was taken back meanwhile
            return
        if message.attempts > pauses + 1:  # whoever handed it over died of it, again and again
            messages.bounced(message, "interrupted at every attempt", self._actor, at)
            self._counts["bounced"] += 1
            return
        reach("outbox:handed")
        try:
            composed = compose(self._home, self._settings, message, at)
        except (AttachmentError, AuthorError, KeyError) as error:
            messages.held_by_sender(message, str(error), self._actor, self._home.now())
            self._counts["held"] += 1
            return
        try:
            outcome = channel.send(composed)
        except ChannelError as error:
            now = self._home.now()
            messages.deferred(message, str(error), self._actor, now, now, counts=False)
            raise
        reach("outbox:taken")
        self._record(message, outcome)

    def _record(self, message: Message, outcome: Outcome) -> None:
        now = self._home.now()
        if isinstance(outcome, Refused):
            messages.bounced(message, outcome.words, self._actor, now)
            self._counts["bounced"] += 1
        elif isinstance(outcome, Later):
            pause = self._settings.pause(message.attempts)
            if pause is None:
                messages.bounced(message, outcome.words, self._actor, now)
                self._counts["bounced"] += 1
            else:
                messages.deferred(message, outcome.words, self._actor, now, now + pause)
                self._counts["deferred"] += 1
        else:
            messages.sent(message, self._actor, now)
            self._counts["sent"] += 1


def channels_of(settings: OutboxSettings | None) -> list[str]:
    """The names of the channels that are set up."""
    if settings is None:
        return []
    return [*(["mail"] if settings.host else []), *settings.channels]


@contextmanager
def _channels(home: Home, settings: OutboxSettings) -> Iterator[dict[str, Channel]]:
    from warehouse.services.outbox.other_channels import OtherChannel

    with ExitStack() as stack:
        found: dict[str, Channel] = {}
        if settings.host:
            found["mail"] = stack.enter_context(MailServer(home, settings))
        found |= {name: OtherChannel(home, name, file) for name, file in settings.channels.items()}
        yield found
