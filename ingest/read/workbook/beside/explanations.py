"""What a submitter wrote beside the queries on the sheet of findings of a workbook that comes back.

In: an open workbook. Out: every explanation with what tells the query it is about. The sheet may have been sorted,
cut, moved, renamed and added to: a token stands in its row, and where a row was sorted away from its token, or the
token is gone, what the row says leads to it. Nothing here is believed: whoever records an explanation asks whether such
a query was put.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.schema.findings_sheet import FINDINGS_SHEETS, Explanation, QueryToken, row_digest
from ingest.schema.forms.contract import LANGUAGES
from ingest.schema.template_stamp import STAMP_SHEET
from ingest.schema.texts.words import Words

MOST_LETTERS = 4000
"""Kept of one explanation; the file itself keeps it whole."""
_LOOKED_AT, _HEAD_ROWS = 20, 60
_WORDS = Words("marked_workbook")
# What a column was called in workbooks given back by earlier versions.
_EARLIER = {"explanation_head": {"түсініктеме"}}
_SAID = ("place_head", "value_head", "text_head")
Row = Sequence[object]


def explanations_in(book: Any, sheets: Sequence[str]) -> tuple[Explanation, ...]:
    """What is explained on these sheets of findings of a workbook."""
    found: list[Explanation] = []
    for name in sheets:
        sheet = book.get_sheet_by_name(name)
        first = (sheet.start or (0, 0))[0] + 1
        found += _explained(list(sheet.to_python()), name, first)
    return tuple(found)


def findings_sheets(book: Any) -> list[str]:
    """The sheets of findings of a workbook: by their names, else, where they were renamed, by what stands on them."""
    named = [name for name in book.sheet_names if _lists_findings(name)]
    if named or len(book.sheet_names) < 2:
        return named
    # Ours is put behind all others: those are looked at first, and not endlessly many.
    seen = [name for name in reversed(book.sheet_names) if name != STAMP_SHEET][:_LOOKED_AT]
    return [name for name in seen if _looks_ours(book.get_sheet_by_name(name).to_python(nrows=_HEAD_ROWS))]


def _looks_ours(rows: Sequence[Row]) -> bool:
    return any(
        set(_SAID) <= _headings(row).keys() or any(map(QueryToken.read, row)) for row in rows if any(row)
    )


def _lists_findings(name: str) -> bool:
    """Whether a sheet is called as ours are. A sheet of a class is often called by a number alone: it is none."""
    return any(
        name == own or (name.startswith(f"{own} ") and name.removeprefix(f"{own} ").isdecimal())
        for own in FINDINGS_SHEETS
    )


def _explained(rows: list[Row], sheet: str, first: int) -> Iterator[Explanation]:
    places: dict[str, int] = {}
    tokens = [next(filter(None, map(QueryToken.read, row)), None) for row in rows]
    by_digest: dict[str, set[str]] = defaultdict(set)
    for known in filter(None, tokens):
        by_digest[known.digest].add(known.query)
    for number, (row, token) in enumerate(zip(rows, tokens, strict=True), first):
        if headings := _places(row):
            places = headings
            continue
        text = _cleaned(_cell(row, _column(row, token, places)))
        if not text:
            continue
        digest, loose = _digests(row, places)
        said = by_digest.get(digest, set())
        query = token.query if token else None
        # What a row says counts more than the token that stands in it.
        if query not in said and len(said) == 1:
            query = next(iter(said))
        yield Explanation(text, sheet, number, query, digest, loose)


def _digests(row: Row, places: dict[str, int]) -> tuple[str, str]:
    """Of what a row says, with its place and without; empty where a column is missing."""
    said = {name: _text(_cell(row, places[name])) for name in _SAID if name in places}
    digest = row_digest(*(said[name] for name in _SAID)) if len(said) == len(_SAID) else ""
    has_rest = {"value_head", "text_head"} <= said.keys() and said["text_head"].strip()
    return digest, row_digest("", said["value_head"], said["text_head"]) if has_rest else ""


def _column(row: Row, token: QueryToken | None, places: dict[str, int]) -> int | None:
    """Where the explanation stands: under its heading, or before the token where that was taken away."""
    if "explanation_head" in places:
        return places["explanation_head"]
    if token is None:
        return None
    return next(place for place, cell in enumerate(row) if QueryToken.read(cell)) - 1


def _places(row: Row) -> dict[str, int]:
    """The columns of a row of headings under one of which explanations stand; none where it is no such row."""
    found = _headings(row)
    return found if "explanation_head" in found else {}


def _headings(row: Row) -> dict[str, int]:
    """The columns of a list of findings that a row names. Where nothing is asked, none is for explanations."""
    found: dict[str, int] = {}
    for name in ("explanation_head", *_SAID):
        words = {_WORDS.say(name, language).casefold() for language in LANGUAGES} | _EARLIER.get(name, set())
        for place, cell in enumerate(row):
            if _text(cell).strip().casefold() in words:
                found.setdefault(name, place)
    return found


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
