"""One line whose quotes are out of place → the most sensible cells.

In: the line, its delimiter and quote, the number of cells the other rows have and which columns they quote.
Out: the cells of the cheapest cut. Cost counts quotes that are not where the grammar has them, and cells too
many or too few, which costs most: other rows know how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_LONE_QUOTE = 1.0
"""A quote inside a quoted cell that is neither doubled nor closes it."""
_UNPAIRED = 2.0
"""A cell that opens and never closes, or closes and never opened."""
_QUOTE_INSIDE = 0.6
"""A quote within a cell that is not quoted."""
_SPANNED = 0.3
"""A delimiter inside a cell whose quotes are unpaired."""
_WIDTH = 3.0
_MOST_WORK = 200_000
_MOST_CELLS = 400


@dataclass(frozen=True)
class _Cell:
    end: int
    cost: float
    text: str


def cheapest_cut(line: str, delimiter: str, quote: str, width: int, usual: frozenset[int]) -> list[str]:
    """The cells. A line too long to be searched is cut at every delimiter."""
    stops = _places(line, delimiter)
    if len(stops) > _MOST_CELLS or len(stops) ** 2 * width > _MOST_WORK * 10:
        return line.split(delimiter)
    starts = [0, *(stop + len(delimiter) for stop in stops)]
    ends = [*stops, len(line)]
    place_of = {start: number for number, start in enumerate(starts)}
    # (start number, cells so far) → cost, and where it came from
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None, str]] = {(0, 0): (0.0, None, "")}
    last: dict[int, tuple[float, tuple[int, int], str]] = {}
    for number, start in enumerate(starts):
        for count in range(number + 1):
            state = best.get((number, count))
            if state is None:
                continue
            for cell in _cells(line, start, ends, number, quote, usual=count in usual):
                cost = state[0] + cell.cost
                if cell.end == len(line):
                    if count + 1 not in last or cost < last[count + 1][0]:
                        last[count + 1] = (cost, (number, count), cell.text)
                    continue
                after = (place_of[cell.end + len(delimiter)], count + 1)
                if after not in best or cost < best[after][0]:
                    best[after] = (cost, (number, count), cell.text)
    return _traced(best, last, width)


def _traced(
    best: dict[tuple[int, int], tuple[float, tuple[int, int] | None, str]],
    last: dict[int, tuple[float, tuple[int, int], str]],
    width: int,
) -> list[str]:
    count = min(last, key=lambda cells: last[cells][0] + _WIDTH * abs(cells - width))
    _, state, text = last[count]
    cells = [text]
    step: tuple[int, int] | None = state
    while step is not None:
        _, before, text = best[step]
        if before is not None:
            cells.append(text)
        step = before
    return cells[::-1]


def _places(line: str, delimiter: str) -> list[int]:
    found = []
    place = line.find(delimiter)
    while place >= 0:
        found.append(place)
        place = line.find(delimiter, place + len(delimiter))
    return found


def _cells(
    line: str, start: int, ends: list[int], number: int, quote: str, *, usual: bool
) -> Iterator[_Cell]:
    """Every cell that may begin here. `usual`: the other rows have this column in quotes."""
    first = line[start : ends[number]]
    opens = first.lstrip().startswith(quote)
    if not opens and not (usual and first.rstrip().endswith(quote)):
        yield _Cell(ends[number], _QUOTE_INSIDE * first.count(quote), first)
    for further, end in enumerate(ends[number:]):
        raw = line[start:end]
        text = raw.strip()
        closes = text.endswith(quote)
        spanned = _SPANNED * further
        if opens and closes and len(text) > 1:
            inner = text[1:-1]
            lone = inner.replace(quote * 2, "").count(quote)
            # `"48""` closes with its second quote: the first is part of the cell.
            yield _Cell(end, _LONE_QUOTE * lone, inner.replace(quote * 2, quote))
        elif opens:
            inside = _QUOTE_INSIDE * text[1:].count(quote)
            yield _Cell(end, _UNPAIRED + spanned + inside, text[1:] if usual else raw)
        elif closes and further == 0 and usual:
            yield _Cell(end, _UNPAIRED / 2, text[:-1])
        elif closes and further:
            yield _Cell(end, _UNPAIRED + spanned + _QUOTE_INSIDE * text[:-1].count(quote), text[:-1])
