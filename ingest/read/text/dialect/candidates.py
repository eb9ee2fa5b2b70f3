"""The dialects that a text may be written in: its delimiters, with the ways to quote and to escape beside each.

In: a sample of the text. Out: delimiters, and the dialects of one; which of them fits is another question (`fit`).
"""

from __future__ import annotations

from collections.abc import Iterator

from ingest.read.text.dialect.characters import delimiters_in, escapes_of, odd_quotes
from ingest.read.text.dialect.fit import DELIMITERS, QUOTES
from ingest.read.text.rows.lenient_reader import ALIGNED, Dialect

USUAL = (",", ";", "\t", "|")


def delimiters_of(sample: str) -> list[str]:
    """What may part the cells of a sample."""
    found = delimiters_in(sample, tuple(DELIMITERS))
    if "  " in sample:
        found.append(ALIGNED)
    if not any(delimiter in sample for delimiter in USUAL) and sample.lstrip()[:1] in QUOTES:
        found.append(",")
    return found


def dialects_of(sample: str, delimiter: str) -> Iterator[Dialect]:
    """The ways to quote and escape with this delimiter."""
    if delimiter == ALIGNED:
        yield Dialect(ALIGNED, quote="")
        return
    if delimiter not in sample:
        yield Dialect(delimiter, sample.lstrip()[:1])
        return
    quotes = [
        quote
        for quote in QUOTES
        if _opens(sample, delimiter, quote) and (quote == '"' or _closes(sample, delimiter, quote))
    ]
    quotes += odd_quotes(sample, delimiter, taken=QUOTES)
    for quote in quotes or ['"']:
        yield Dialect(delimiter, quote)
        for escape in escapes_of(sample, delimiter, quote):
            yield Dialect(delimiter, quote, escape)


def _closes(sample: str, delimiter: str, quote: str) -> bool:
    """Whether a cell ends with the quote anywhere: a spreadsheet's apostrophe before a number ends none."""
    return sample.rstrip().endswith(quote) or any(quote + end in sample for end in (delimiter, "\r", "\n"))


def _opens(sample: str, delimiter: str, quote: str) -> bool:
    """Whether a cell begins with the quote anywhere, after spaces too."""
    stop = delimiter.rstrip(" ")
    spaces = len(delimiter) - len(stop)
    place = sample.find(quote)
    while place >= 0:
        begin = place
        while begin and sample[begin - 1] == " ":
            begin -= 1
        if not begin or sample[begin - 1] == "\n":
            return True
        if place - begin >= spaces and sample.endswith(stop, 0, begin):
            return True
        place = sample.find(quote, place + 1)
    return False
