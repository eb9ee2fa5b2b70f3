"""Files put one behind the other, of which one does not end its last line: where the next begins, a line ends.

In: a text. Out: the same with an end of line before each byte order mark in the midst of a line behind which another
file begins: the header stands there again, or both parts of the line have as many cells as the header.
"""

from __future__ import annotations

from itertools import islice

MARK = "\ufeff"
_SEARCHED = 60
"""Lines at the beginning among which the header is."""
_DELIMITERS = (";", "\t", ",", "|")
_MOST_MARKS = 10_000
"""A text with more of them within its lines is not made of files."""


def with_ends_between(text: str) -> str:
    """The text with those ends. A mark stays where it is: whoever takes it out tells of it."""
    places = _places_in_lines(text)
    if not places or len(places) > _MOST_MARKS:
        return text
    heads = [
        line.lstrip(MARK).partition(MARK)[0].strip(" \r") for line in islice(text.split("\n"), _SEARCHED)
    ]
    end = "\r\n" if "\r\n" in text else "\n"
    pieces, done = [], 0
    for place in places:
        if _begins_a_file(text, place, [head for head in heads if head]):
            pieces += [text[done:place], end]
            done = place
    return "".join([*pieces, text[done:]])


def _places_in_lines(text: str) -> list[int]:
    places, place = [], text.find(MARK, 1)
    while place > 0:
        if text[place - 1] not in f"\n\r{MARK}":
            places.append(place)
        place = text.find(MARK, place + 1)
    return places


def _begins_a_file(text: str, place: int, heads: list[str]) -> bool:
    # To the marks beside it first: a text may be one line.
    before = text[text.rfind(MARK, 0, place) + 1 : place].rpartition("\n")[2].strip(" \r")
    next_mark = text.find(MARK, place + 1)
    after = text[place + 1 : next_mark if next_mark >= 0 else len(text)].partition("\n")[0].strip(" \r")
    if not before or not after:
        return False
    if after in heads:
        return True
    head = heads[0] if heads else ""
    cells = max(map(head.count, _DELIMITERS))
    return cells > 0 and any(
        before.count(sign) == after.count(sign) == head.count(sign) == cells for sign in _DELIMITERS
    )
