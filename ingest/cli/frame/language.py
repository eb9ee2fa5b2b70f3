"""In which language the command line speaks, and whether as JSON: asked for once, known to all of it.

In: the words on the command line and the environment. Out: the language and form of every answer of this process.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.schema.texts.language import Language, known, of_environment


@dataclass(frozen=True)
class Asked:
    """How one answer is wanted."""

    language: Language = "kk"
    as_json: bool = False
    verbose: bool = False


_AS_A_RULE = Asked()
_asked: ContextVar[Asked] = ContextVar("asked", default=_AS_A_RULE)


def asked() -> Asked:
    """How the present answer is wanted."""
    return _asked.get()


def language() -> Language:
    """The language of the present answer."""
    return _asked.get().language


def listen(words: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    """Take language and form from the command line as it was written, before anything of it is understood.

    So that help and complaints about the very command come in the language that it names.
    """
    found = _named_in(words) or of_environment(os.environ if environment is None else environment)
    _asked.set(Asked(found, "--json" in words))


def speak(language: Language) -> None:
    """From here on answer in that language."""
    _asked.set(replace(_asked.get(), language=language))


def as_json(wanted: bool) -> bool:
    """From here on answer as JSON, or not; returns what was wanted, for typer."""
    _asked.set(replace(_asked.get(), as_json=wanted))
    return wanted


def tell_steps(wanted: bool) -> bool:
    """From here on say each step of long work in a line of its own, or not; returns what was wanted, for typer."""
    _asked.set(replace(_asked.get(), verbose=wanted))
    return wanted


def _named_in(words: Sequence[str]) -> Language | None:
    """The last language that `--lang` names before `--`; None where it names none of ours."""
    before = words[: words.index("--")] if "--" in words else words
    named = [value.partition("=")[2] for value in before if value.startswith("--lang=")]
    named += [value for option, value in pairwise(before) if option == "--lang"]
    return next(filter(None, map(known, reversed(named))), None)
