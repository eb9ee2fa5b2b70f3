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
# What takes more than linear time, as it is written.
_BEYOND: dict[Any, str] = {
    codes.ASSERT: "(?=…), (?<=…)",
    codes.ASSERT_NOT: "(?!…), (?<!…)",
    codes.GROUPREF: "\\1",
    codes.GROUPREF_EXISTS: "(?(1)…)",
    codes.ATOMIC_GROUP: "(?>…)",
    codes.POSSESSIVE_REPEAT: "*+",
}


def checked_pattern(text: str) -> str:
    """The pattern, if Python and RE2 read it alike. Raises ValueError."""
    try:
        tree = parser.parse(text)
    except (re.error, OverflowError, RecursionError) as error:
        place = (getattr(error, "pos", None) or 0) + 1
        raise fault("bad_pattern", why=str(error), place=place) from error
    for code, value in _parts(list(tree)):
        if _is_latin_alone(code, value):
            raise fault("pattern_of_latin")
        if code in _BEYOND:
            raise fault("pattern_beyond", part=_BEYOND[code])
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            least, most, _ = value
            if least > _MOST_REPEATS or (most is not codes.MAXREPEAT and most > _MOST_REPEATS):
                raise fault("pattern_repeats", most=_MOST_REPEATS)
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
