"""How often a program looks for what refers to itself and is reached by nobody else.

In: nothing. Out: this process looks when many things were made since, and not, as Python does by itself, hundreds of
times while libraries are loaded, of which nothing is ever thrown away: that is a fifth of what it takes to load them.
What nobody refers to goes at once, as ever. Of what refers to itself a few dozen MB may lie a while longer, so that
processes whose memory is limited, those that read and judge, look as often as Python does.
"""

from __future__ import annotations

import gc

_MADE_SINCE = (200_000, 20, 50)
_USUAL = (700, 10, 10)


def look_rarely() -> None:
    """From here on, in this process and in all that are forked from it."""
    gc.set_threshold(*_MADE_SINCE)


def look_as_usual() -> None:
    """As Python does by itself, whatever the process does that this one was forked from: for limited memory."""
    gc.set_threshold(*_USUAL)


def look_past_what_is_there() -> None:
    """What was loaded until now is never looked at again: it stays, and memory shared with what is forked stays so."""
    gc.freeze()
