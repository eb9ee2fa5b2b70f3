"""Regular expressions that authors of contracts and layouts write.

In: the text of one. Out: the same, or a ValueError that says what is wrong with it. DuckDB and Arrow run them, with
an engine that takes linear time whatever a cell holds (RE2), and Python reads them to know their groups; so they are
kept to what both read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from ingest.authored import fault

_MOST_REPEATS = 1000
"""RE2 counts no further."""
_BEYOND: dict[Any, str] = {
    codes.ASSERT: "looking ahead or behind, (?=…) or (?<=…)",
    codes.ASSERT_NOT: "looking ahead or behind, (?!…) or (?<!…)",
    codes.GROUPREF: "the same text again, \\1",
    codes.GROUPREF_EXISTS: "a choice by group, (?(1)…)",
    codes.ATOMIC_GROUP: "a group that gives nothing back, (?>…)",
    codes.POSSESSIVE_REPEAT: "a repeat that gives nothing back, *+",
}


def checked_pattern(text: str) -> str:
    """The pattern, if Python and RE2 read it alike. Raises ValueError."""
    try:
        tree = parser.parse(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise fault("bad_pattern", why=str(error)) from error
    for code, value in _parts(list(tree)):
        if _is_latin_alone(code, value):
            why = r"\w, \W and \b know Latin letters alone where it is run; write letters by their ranges, [А-Яа-я]"
            raise fault("bad_pattern", why=why)
        if code in _BEYOND:
            why = f"{_BEYOND[code]} takes more than linear time and cannot be run; write it otherwise"
            raise fault("bad_pattern", why=why)
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            least, most, _ = value
            if least > _MOST_REPEATS or (most is not codes.MAXREPEAT and most > _MOST_REPEATS):
                why = f"a repeat of more than {_MOST_REPEATS} cannot be run; use maxLength"
                raise fault("bad_pattern", why=why)
    return text


def _is_latin_alone(code: Any, value: Any) -> bool:
    """Whether a part means other letters to RE2 than to Python."""
    if code is codes.AT:
        return value in (codes.AT_BOUNDARY, codes.AT_NON_BOUNDARY)
    members = value if code is codes.IN else ()
    words = (codes.CATEGORY_WORD, codes.CATEGORY_NOT_WORD)
    return any(member[0] is codes.CATEGORY and member[1] in words for member in members)


def _parts(items: list[Any]) -> Iterator[tuple[Any, Any]]:
    """Every part of a parsed pattern, those inside of others too."""
    for code, value in items:
        yield code, value
        inside = value if isinstance(value, (tuple, list)) else [value]
        for part in inside:
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, parser.SubPattern):
                    yield from _parts(list(inner))
