"""Channels besides mail, as apprise reaches them: a chat, a web hook.

In: the secret file of a channel, a message. Out: what became of it. Such a channel knows no name of a message: what was
handed over when the sender died may be there twice.
"""

from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import quote

from ingest.home import Home
from warehouse.services.outbox.compose import Composed
from warehouse.services.outbox.outcome import ChannelError, Later, Outcome, Taken
from warehouse.services.outbox.secret_files import secret_in


class OtherChannel:
    """One channel by its name in the settings."""

    def __init__(self, home: Home, name: str, file: str) -> None:
        self._home, self._name, self._file = home, name, file

    def ready(self) -> None:
        """Raises ChannelError where its secret file cannot be read."""
        secret_in(self._home, self._file)

    def send(self, message: Composed) -> Outcome:
        """Hand one message over. Raises ChannelError where nobody knows such an address."""
        import apprise

        # It writes down addresses, which are secrets.
        logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
        channel = apprise.Apprise()
        if not channel.add(secret_in(self._home, self._file)):
            raise ChannelError(f"{self._name}: no such service").of("channel_unknown", channel=self._name)
        files = [_address(path, name) for path, name in message.files]
        is_done = channel.notify(
            title=message.subject,
            body=message.text,
            body_format=apprise.NotifyFormat.TEXT,
            attach=files or None,
        )
        return Taken() if is_done else Later(f"{self._name} did not take it")


def _address(path: Path, name: str) -> str:
    return f"file://{quote(str(path))}?name={quote(name)}"
