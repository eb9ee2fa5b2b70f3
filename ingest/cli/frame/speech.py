"""What the command line says and how: the catalogue of its phrases, its two screens, its refusals.

In: a phrase's name and its facts. Out: text in the language asked; answers on stdout, progress and refusals on
stderr. The catalogue: `ingest/words/commands`, a file for each group of commands and some for what they share.
"""

from __future__ import annotations

import io
import os
import sys
from datetime import datetime
from typing import Any, NoReturn

from rich.console import Console

from ingest.cli.frame.language import language
from ingest.schema.values.period import LOCAL_TIME
from ingest.told import phrases

__all__ = [
    "INTERRUPTED", "MISUSED", "PIPE_CLOSED", "UNABLE", "RefusedError", "Screen", "err", "moment", "out", "phrase",
    "phrases", "refuse", "speak_to_any_console", "word",
]  # fmt: skip

MISUSED, UNABLE, INTERRUPTED, PIPE_CLOSED = 64, 70, 130, 141
"""Exit codes besides 0, 1 and 2: asked for what cannot be; our own fault or an installation that is not able; what
shells expect of a program ended by Ctrl-C, or by whoever read its output."""


class Screen(Console):
    """A console that tells when nobody reads any more, instead of ending the program with a code of its own."""

    def on_broken_pipe(self) -> NoReturn:
        """Called by rich where stdout was closed."""
        raise BrokenPipeError


out = Screen(highlight=False)
err = Screen(stderr=True, highlight=False)


class RefusedError(Exception):
    """A command that cannot be followed: `code` for programs, `message` for people, `exit_code` for the shell."""

    def __init__(self, code: str, message: str, exit_code: int = MISUSED) -> None:
        super().__init__(message)
        self.code, self.message, self.exit_code = code, message, exit_code


def phrase(name: str, /, **facts: Any) -> str:
    """One phrase in the language asked with its facts filled in. Raises KeyError for an unknown name."""
    return phrases()[name].say(name, language(), **facts)


def word(codes: str, code: str) -> str:
    """The word of a code list for a code, in the language asked."""
    from ingest.schema.forms.codelist import codelist

    return codelist(codes).by_code[code].labels.in_language(language())


def moment(at: datetime) -> str:
    """A moment as the country's clocks show it."""
    return f"{at.astimezone(LOCAL_TIME):%d.%m.%Y %H:%M}"


def refuse(name: str, code: int = MISUSED, /, **facts: Any) -> RefusedError:
    """The refusal in the words of the catalogue; raise what it returns."""
    return RefusedError(name, phrase(name, **facts), code)


def speak_to_any_console() -> None:
    """No letter ends the program: a console of cp1251 has no Kazakh ones, and shows a mark in their place.

    What goes to a file or another program goes there in UTF-8, unless PYTHONIOENCODING says otherwise.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        if stream.isatty() or os.environ.get("PYTHONIOENCODING"):
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="replace")
