"""What the command line says and how: the catalogue of its phrases, tables and progress bars.

In: a phrase's name, a language and its facts. Out: text on stdout; progress and complaints on stderr.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from ingest.schema.contract import Language
from ingest.schema.period import LOCAL_TIME
from ingest.schema.words import Words

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False)
_PHRASES = Words("command_line")


class Tongue(StrEnum):
    """The languages a person may ask for."""

    kk = "kk"
    ru = "ru"
    en = "en"

    @property
    def language(self) -> Language:
        languages: dict[str, Language] = {"kk": "kk", "ru": "ru", "en": "en"}
        return languages[self.value]

    @classmethod
    def of_environment(cls) -> Tongue:
        """The one BBAJ_LANG names, Kazakh where it names none."""
        return next((tongue for tongue in cls if tongue == os.environ.get("BBAJ_LANG")), cls.kk)


def phrase(name: str, language: Language, **facts: Any) -> str:
    """One phrase of the catalogue with its facts filled in. Raises KeyError for an unknown name."""
    return _PHRASES.say(name, language, **facts)


MISUSED, UNABLE = 64, 70
"""Exit codes besides those of `check`: a command that asks for what cannot be; an installation that is not able."""


def moment(at: datetime) -> str:
    """A moment as the country's clocks show it."""
    return f"{at.astimezone(LOCAL_TIME):%d.%m.%Y %H:%M}"


def complain(message: str, code: int = MISUSED) -> typer.Exit:
    """Say on stderr what cannot be done and how to do it; raise what it returns."""
    err.print("[bold red]bbaj:[/]", Text(message))
    return typer.Exit(code)


def refuse(name: str, language: Language, **facts: Any) -> typer.Exit:
    """Complain in the words of the catalogue; raise what it returns."""
    return complain(phrase(name, language, **facts))


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


@contextmanager
def working(what: str) -> Iterator[Progress]:
    """A line on stderr that shows that long work goes on; silent where stderr is no terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        progress.add_task(what, total=None)
        yield progress
