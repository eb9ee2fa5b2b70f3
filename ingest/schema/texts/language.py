"""The languages everything a person reads exists in, Kazakh first, and which of them a person's machine asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Language = Literal["kk", "ru", "en"]
LANGUAGES: tuple[Language, ...] = ("kk", "ru", "en")

# Of the variables of POSIX the first that says anything counts, as it does for every program.
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")
_OF_NO_LANGUAGE = ("", "C", "POSIX")


def of_environment(environment: Mapping[str, str]) -> Language:
    """The language of BBAJ_LANG, else of the system's locale, Kazakh where neither names one of ours.

    LANGUAGE lists what a person would rather read than the locale's own, the dearest first; in a locale of no language
    it counts for nothing, as with gettext. Where no locale is named at all, whoever says LANGUAGE means it.
    """
    ours = known(environment.get("BBAJ_LANG", ""))
    if ours:
        return ours
    system = next((environment[name] for name in _LOCALE if environment.get(name)), "")
    of_system = _before_country(system)
    if system and of_system in _OF_NO_LANGUAGE:
        return "kk"
    dearest = [*map(_before_country, environment.get("LANGUAGE", "").split(":")), of_system]
    return next(filter(None, map(known, dearest)), "kk")


def _before_country(locale: str) -> str:
    return re.split("[-_.@]", locale)[0]


def known(name: str) -> Language | None:
    """The language of that code, in any case; None where it is none of ours."""
    return next((language for language in LANGUAGES if language == name.strip().lower()), None)
