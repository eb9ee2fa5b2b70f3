"""Secrets of the outbox, each in a file of its own that its owner alone can read.

In: a path, below the home where it is not absolute. Out: the first line of the file. Raises ChannelError.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from ingest.home import Home
from ingest.settings.outbox import PASSWORD_IN, OutboxSettings
from warehouse.services.outbox.outcome import ChannelError

_LARGEST = 64 * 1024


def secret_in(home: Home, named: str) -> str:
    """What the file says. Raises ChannelError: `secret_away`, `secret_readable`, `secret_empty`."""
    file = home.root / Path(named).expanduser()
    try:
        with file.open("rb") as opened:
            if stat.S_IMODE(os.fstat(opened.fileno()).st_mode) & 0o077:
                raise ChannelError(f"{file} is open to others").of("secret_readable", file=file)
            text = opened.read(_LARGEST).decode("utf-8")
    except (OSError, UnicodeError) as error:
        raise ChannelError(f"{file} cannot be read").of("secret_away", file=file) from error
    lines = text.split("\n", 1)
    if not (said := lines[0].strip("\r")):
        raise ChannelError(f"{file} is empty").of("secret_empty", file=file)
    return said


def password_of(home: Home, settings: OutboxSettings) -> str:
    """The password of the mail server: of the environment, else of its file. Raises ChannelError."""
    if said := os.environ.get(PASSWORD_IN):
        return said
    if settings.password_file is None:
        raise ChannelError("no password").of("mail_no_password", variable=PASSWORD_IN)
    return secret_in(home, settings.password_file)
