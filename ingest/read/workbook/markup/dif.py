"""A table of DIF (Data Interchange Format), which Excel and LibreOffice still write → its rows.

In: the text of the file. Out: rows of text. Behind the heads, each cell is two lines: what it is and its number, and
its text: `0,5` and `V` a number, `1,0` and `"…"` a text, `-1,0` and `BOT` the beginning of a row. A value that is none
(`ERROR`, `NA`, `TRUE`) is said by its word.
"""

from __future__ import annotations

from collections.abc import Iterator

_MOST_COLUMNS = 16_384
_WORDS = {"NA": "#N/A", "ERROR": "#ERROR!", "TRUE": "TRUE", "FALSE": "FALSE"}


def rows_of_dif(text: str) -> list[list[str]]:
    """The rows from the first to the last with content."""
    rows: list[list[str]] = []
    lines = iter(text.splitlines())
    for line in lines:
        if line.strip().upper() == "DATA":
            break
    next(lines, None)
    next(lines, None)
    for kind, number, said in _pairs(lines):
        if kind == "-1":
            if said.strip().upper() == "EOD":
                break
            rows.append([])
        elif rows and len(rows[-1]) < _MOST_COLUMNS:
            rows[-1].append(_cell(kind, number, said))
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    return rows


def _pairs(lines: Iterator[str]) -> Iterator[tuple[str, str, str]]:
    """What a cell is, its number, and its text, which may go on over several lines."""
    for line in lines:
        kind, _, number = line.strip().partition(",")
        said = next(lines, "")
        while said.startswith('"') and said.rstrip().count('"') % 2:
            further = next(lines, None)
            if further is None:
                break
            said += "\n" + further
        yield kind.strip(), number.strip(), said


def _cell(kind: str, number: str, said: str) -> str:
    if kind == "0":
        return _WORDS.get(said.strip().upper(), number)
    said = said.rstrip("\r\n")
    if len(said) > 1 and said.startswith('"') and said.rstrip().endswith('"'):
        return said.rstrip()[1:-1].replace('""', '"')
    return said
