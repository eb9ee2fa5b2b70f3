"""What a submitter wrote beside the queries on the sheet of findings of a workbook that comes back.

In: an open workbook. Out: for each query explained its token and the explanation. The sheet may have been sorted,
cut, moved and added to: a token stands in its row, and where a row was sorted away from its token, what the row says
leads to it. Nothing here is believed: whoever records an explanation asks whether such a query was put.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.schema.contract import LANGUAGES
from ingest.schema.findings_sheet import FINDINGS_SHEETS, QueryToken, row_digest
from ingest.schema.words import Words

MOST_LETTERS = 4000
"""Kept of one explanation; the file itself keeps it whole."""
_WORDS = Words("marked_workbook")
_SAID = ("place_head", "value_head", "text_head")
Row = Sequence[object]


def explanations_in(book: Any) -> tuple[tuple[str, str], ...]:
    """(token, explanation) for every query explained on the workbook's sheets of findings."""
    found: dict[str, str] = {}
    for name in book.sheet_names:
        if _lists_findings(name):
            found |= dict(_explained(list(book.get_sheet_by_name(name).to_python())))
    return tuple(found.items())


def _lists_findings(name: str) -> bool:
    return any(name == own or name.removeprefix(f"{own} ").isdecimal() for own in FINDINGS_SHEETS)


def _explained(rows: list[Row]) -> Iterator[tuple[str, str]]:
    places: dict[str, int] = {}
    tokens = [next(filter(None, map(QueryToken.read, row)), None) for row in rows]
    by_digest: dict[str, set[str]] = defaultdict(set)
    for known in filter(None, tokens):
        by_digest[known.digest].add(known.query)
    for row, token in zip(rows, tokens, strict=True):
        places = _places(row) or places
        text = _cleaned(_cell(row, _column(row, token, places)))
        query = _query_of(row, token, places, by_digest) if text else None
        if query:
            yield query, text


def _column(row: Row, token: QueryToken | None, places: dict[str, int]) -> int | None:
    """Where the explanation stands: under its heading, or before the token where that was taken away."""
    if "explanation_head" in places:
        return places["explanation_head"]
    if token is None:
        return None
    return next(place for place, cell in enumerate(row) if QueryToken.read(cell)) - 1


def _query_of(
    row: Row, token: QueryToken | None, places: dict[str, int], by_digest: dict[str, set[str]]
) -> str | None:
    """The query a row is about: what it says counts more than the token that stands in it."""
    if all(name in places for name in _SAID):
        said = by_digest.get(row_digest(*(_text(_cell(row, places[name])) for name in _SAID)), set())
        if (token is None or token.query not in said) and len(said) == 1:
            return next(iter(said))
    return token.query if token else None


def _places(row: Row) -> dict[str, int]:
    """The columns a row of headings names; none where it is no such row."""
    found: dict[str, int] = {}
    for name in ("explanation_head", *_SAID):
        words = {_WORDS.say(name, language).casefold() for language in LANGUAGES}
        for place, cell in enumerate(row):
            if _text(cell).strip().casefold() in words:
                found.setdefault(name, place)
    return found if "explanation_head" in found else {}


def _cell(row: Row, place: int | None) -> object:
    return row[place] if place is not None and 0 <= place < len(row) else None


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def _cleaned(cell: object) -> str:
    """What was written, without signs nobody sees, and no longer than is kept."""
    text = "".join(
        sign if sign == "\n" else " " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign
        for sign in _text(cell)[: 2 * MOST_LETTERS]
        if unicodedata.category(sign) not in ("Cf", "Cs", "Co")
    ).strip()
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 2].rstrip() + " …"
