"""A second step before what cannot be taken back: what will happen is said, and a person agrees.

In: what will happen, and whether the command line agreed already. Out: nothing, or a refusal. A program that asks
without a terminal is told how to agree, so that nothing waits for an answer that cannot come.
"""

from __future__ import annotations

import sys

from ingest.cli.frame.speech import err, phrase, refuse

_YES = {"kk": ("иә", "и"), "ru": ("да", "д"), "en": ("yes", "y")}


def confirm(what: str, agreed: bool) -> None:
    """Say what will happen and go on only where somebody agrees. Raises RefusedError."""
    if agreed:
        return
    if not (sys.stdin and sys.stdin.isatty()):
        raise refuse("needs_confirmation", what=what)
    err.print(what, soft_wrap=True, markup=False)
    err.print(phrase("confirm_question"), end=" ", markup=False)
    answer = sys.stdin.readline().strip().casefold()
    if answer not in {word for words in _YES.values() for word in words}:
        raise refuse("not_confirmed")
