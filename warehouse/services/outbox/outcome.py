"""What a channel says of a message it was given.

In: nothing. Out: `Taken`, `Later` or `Refused`; an error where the channel itself cannot be used, which is no fault of
any message.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingest.home import InstallationError


class ChannelError(InstallationError):
    """A channel that takes nothing at this time: its server is away, does not let us in, or does not know who sends."""


@dataclass(frozen=True)
class Taken:
    """The channel answers for it from now on."""


@dataclass(frozen=True)
class Later:
    """It may take it another time. `words`: why not now; `is_lost`: the connection broke, and perhaps it has it."""

    words: str
    is_lost: bool = False


@dataclass(frozen=True)
class Refused:
    """It will never take it. `words`: those of the channel."""

    words: str


Outcome = Taken | Later | Refused
