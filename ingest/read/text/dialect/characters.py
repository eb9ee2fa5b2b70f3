"""Characters that may part, enclose or escape the cells of a text, found by how they stand in it.

In: a sample of the text. Out: candidates, which a trial cut then decides between (`choice`). A delimiter stands
as often in one line as in the next; what always stands beside it belongs to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ingest.read.cells.cell_shape import TYPED, kind

_LETTER_LIKE = re.compile(r"[A-Za-z0-9 \r\n\u0100-\U0010ffff]")
_DECIMAL = re.compile(r"[-+−]?\d+(,\d+)?")
_MOST_ODD = 6
_LONGEST = 4
_SAMPLED = 20
_AGREEING = 0.9
_FEWEST_OF_LIST = 2
_AS_A_TABLE = 0.8
"""Where so many of the lines have the same number of commas, they part the cells of a table."""
_FEWEST_ALIKE = 3
_MADE_ALIKE = 0.6
_MOST_ESCAPES = 3
# They belong to the cell beside the delimiter.
_NEVER_BEFORE, _NEVER_BEHIND = "\"'`.)%", "\"'`.(-+#№$€₸"
_USUAL = ",;\t|"
_NO_QUOTES = frozenset("-+.,:;_/()[]{}<>=#&@\\ \t")
_NO_ESCAPES = frozenset(".,:;!?()[]{}-–—+=<>%№#*&@0123456789 \t\r\n'\"")


def delimiters_in(sample: str, usual: Sequence[str]) -> list[str]:
    """The usual delimiters there are, odd ones that every line has, and each as the longer one it may be part of."""
    found = [sign for sign in usual if sign in sample]
    found += [sign for sign in _steady(sample) if sign not in found]
    for sign in list(found):
        grown = _grown(sample, sign)
        if grown not in found:
            found.append(grown)
    return found


def _steady(sample: str) -> list[str]:
    """Characters that are no letters and stand equally often in most lines."""
    lines = [line for line in sample.splitlines() if line.strip()] if "\n" in sample else [sample]
    signs = {sign for sign in set(sample) if not _LETTER_LIKE.match(sign)}
    steady = []
    for sign in signs:
        if 3 * sample.count(sign) <= 2 * len(lines):
            continue  # too few for most lines
        counts = Counter(line.count(sign) for line in lines)
        count, lines_alike = counts.most_common(1)[0]
        if count and 3 * lines_alike > 2 * len(lines):
            steady.append((lines_alike, sign))
    return [sign for _, sign in sorted(steady, reverse=True)[:_MOST_ODD]]


def _grown(sample: str, sign: str) -> str:
    """The sign with the characters that stand beside it nearly everywhere."""
    is_doubled = sign * 2 in sample
    found = re.findall(f"(?:{re.escape(sign)})+", sample) if is_doubled else ()
    runs = Counter(map(len, found))
    length, count = runs.most_common(1)[0] if runs else (1, 0)
    is_run = 1 < length * len(sign) <= _LONGEST and 2 * count > sum(runs.values())
    grown = sign * length if is_run else sign
    while len(grown) < _LONGEST:
        longer = _with_neighbour(sample, grown)
        if longer == grown:
            break
        grown = longer
    # Blanks before a delimiter fill a column up, unless as many stand behind it.
    return grown if grown.endswith(" ") else grown.lstrip(" ") or grown


@lru_cache(maxsize=1)
def _signs_of(sample: str) -> dict[str, int]:
    """How often each character that is no letter stands in it."""
    return {sign: count for sign, count in Counter(sample).items() if not sign.isalnum()}


def _with_neighbour(sample: str, sign: str) -> str:
    """The sign and the character on its left or right that stands there nearly everywhere."""
    stop = re.escape(sign)
    # Of signs side by side the search below may see but every second one.
    needed = _AGREEING * sample.count(sign) / 2
    signs = [other for other, times in _signs_of(sample).items() if times >= needed]
    for never in (_NEVER_BEFORE, _NEVER_BEHIND):
        is_before = never is _NEVER_BEFORE
        if all(sample.count(other + sign if is_before else sign + other) < needed for other in signs):
            continue
        around = re.findall(rf"(.?){stop}", sample) if is_before else re.findall(rf"{stop}(.?)", sample)
        beside = Counter(around)
        if not beside:
            continue
        found: tuple[str, int] = beside.most_common(1)[0]
        neighbour, count = found
        is_part = (
            neighbour
            and not neighbour.isalnum()
            and neighbour not in never
            # A usual delimiter takes in what belongs to it, and not the other way round.
            and (neighbour not in _USUAL or sign[0] in _USUAL)
            and neighbour * len(sign) != sign
        )
        if is_part and count >= _AGREEING * sum(beside.values()):
            return neighbour + sign if is_before else sign + neighbour
    return sign


def odd_quotes(sample: str, delimiter: str, taken: Sequence[str]) -> Iterator[str]:
    """Characters that stand on both sides of most delimiters, and at the beginning of most lines."""
    often = [
        sign
        for sign, count in _signs_of(sample).items()
        if 2 * count > sample.count(delimiter)
        and not (sign in taken or sign in _NO_QUOTES or sign in delimiter)
    ]
    if not often:
        return
    around = Counter(re.findall(rf"(.){re.escape(delimiter)}(?=\1)", sample))
    if not around:
        return
    sign, count = around.most_common(1)[0]
    if sign not in often:
        return
    lines = sample.splitlines()
    begins = sum(line.startswith(sign) for line in lines)
    if 2 * count > sample.count(delimiter) and 2 * begins > len(lines):
        yield sign


def escapes_of(sample: str, delimiter: str, quote: str) -> Iterator[str]:
    """Characters that stand before a quote or delimiter as if to take its meaning away."""
    if "\\" + quote in sample or (delimiter not in ("\\t", "\\") and "\\" + delimiter in sample):
        yield "\\"
    if quote not in sample:
        return
    before = Counter(re.findall(rf"(\W){re.escape(quote)}", sample))
    odd = [
        sign
        for sign, _ in before.most_common()
        if sign not in _NO_ESCAPES and sign not in delimiter and sign not in (quote, "\\")
    ]
    yield from odd[:_MOST_ESCAPES]


def is_one_column(lines: Sequence[str]) -> bool:
    """Whether nearly every line as a whole is a date, a time or an address: what looks like a delimiter is part
    of it. A number with a comma or a space may be two cells, unless the header is one."""
    whole = [line.strip().strip("\"'") for line in lines if line.strip()]
    # An address holds any sign, so that one line of several cells may look like one of them; its header does not.
    if any(all(sign in line for line in whole[:_SAMPLED]) for sign in _USUAL):
        return False
    kinds = Counter(map(kind, whole[1:] if len(whole) > 1 else whole))
    typed = sum(count for name, count in kinds.items() if name in TYPED)
    if kinds["number"] and any("," in line or " " in line for line in whole):
        return _is_one_of_decimals(whole)
    return typed > _AGREEING * sum(kinds.values()) > 0


def _is_one_of_decimals(lines: Sequence[str]) -> bool:
    """Whether one word stands above numbers with a decimal comma."""
    head, *below = lines
    is_head = kind(head) not in TYPED and not any(sign in head for sign in ", ;")
    return is_head and len(below) > 1 and all(_DECIMAL.fullmatch(line) for line in below)


def is_list_of_prose(lines: Sequence[str]) -> bool:
    """Whether one word stands above cells of prose, which have now more commas, now fewer, or all as many."""
    return _is_of_unequal(lines) or _is_of_alike(lines)


def _is_of_alike(lines: Sequence[str]) -> bool:
    """Whether one word stands above cells that have as many commas each and are made of the same words: «г. Астана,
    ул. Абая, 5». The first of them is made so, too, as the names of columns below a title never are."""
    head, *below = [line.strip() for line in lines if line.strip()] or [""]
    if len(below) < _FEWEST_ALIKE or any(sign in head for sign in _USUAL):
        return False
    for sign in (",", ";"):
        first, *rest = [line.split(sign) for line in below]
        further = [part for line in (first, *rest) for part in line[1:]]
        if len(first) > 1 and all(len(line) == len(first) for line in rest) and _is_prose(further):
            return any(_is_made_of_the_same(own, parts) for own, *parts in zip(first, *rest, strict=True))
    return False


def _is_made_of_the_same(first: str, others: Sequence[str]) -> bool:
    """Whether a part of the first cell is most others, or has a word of most others beside words of its own."""
    others = [other.strip().casefold() for other in others]
    first = first.strip().casefold()
    enough = _MADE_ALIKE * len(others)
    if others.count(first) >= enough:
        return any(map(str.isalpha, first))
    words = [word for word in first.split() if any(map(str.isalpha, word))]
    if len(first.split()) < 2:
        return False
    lines_with = Counter(word for other in others for word in set(other.split()))
    return any(lines_with[word] >= enough for word in words)


def _is_of_unequal(lines: Sequence[str]) -> bool:
    """Whether one word stands above cells of prose, as addresses are: each of their commas is followed by a space, they
    have now more of them, now fewer, and little of what lies between is a value."""
    head, *below = [line.strip() for line in lines if line.strip()] or [""]
    if len(below) < _FEWEST_OF_LIST or any(sign in head for sign in _USUAL):
        return False
    having = {sign: sum(sign in line for line in below) for sign in _USUAL}
    for sign in (",", ";"):
        if having[sign] < max(having.values()):
            continue  # a comma in the name of one column, and another sign in every line
        parts = [line.split(sign) for line in below]
        most = max(Counter(len(line) for line in parts if len(line) > 1).values(), default=0)
        further = [part for line in parts for part in line[1:]]
        if further and most < _AS_A_TABLE * len(below) and _is_prose(further):
            return True
    return False


def _is_prose(parts: Sequence[str]) -> bool:
    """Whether what stands behind commas goes on from before them: behind a space, and mostly no value."""
    is_spaced = all(part.startswith(" ") for part in parts)
    return is_spaced and 2 * sum(kind(part.strip()) in TYPED for part in parts) < len(parts)
