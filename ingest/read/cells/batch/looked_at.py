"""What the second look at the texts of a column leaves: values, places by code, and nothing kept a text.

In: the different texts of a column, as written and cleaned, and which of them have no value as they are written. Out:
`LookedAt`. Of hundreds of thousands of different texts there are a few bytes each; what a finding says of one of them
is found out again for the few that become findings.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ingest.read.arrow import Chunk, Numbers, pa, pc
from ingest.read.cells.written.odd_cell import Odd
from ingest.read.cells.written.second_look import looked_at_again, said_of
from ingest.schema.forms.contract import FormField

Said = Callable[[str, Sequence[str | None]], Mapping[str, Odd]]
"""The code of a finding, and texts as written → what else is known of those that have such a finding."""
_AT_ONCE = 4_096


def nothing_said(_code: str, _texts: Sequence[str | None]) -> Mapping[str, Odd]:
    """Of a column of which there is nothing to say."""
    return {}


@dataclass(frozen=True)
class LookedAt:
    """`values` of the texts at `valued`; the places of the others by the code of their finding. `seen`: the places of
    all of them, in order."""

    valued: Numbers
    values: Chunk
    wrong: Mapping[str, Numbers]
    seen: Numbers


def look(
    texts: Chunk, places: Numbers, column: FormField, letters: FormField | None, kind: pa.DataType
) -> LookedAt:
    """Look at these texts again, which stand at `places`. `kind`: the type of the column's values."""
    valued, seen = array("q"), array("q")
    wrong: dict[str, array[int]] = {}
    pieces: list[Chunk] = []
    waiting: list[object] = []
    for at, odd in looked_at_again(texts, column, letters):
        seen.append(at)
        if odd.code:
            wrong.setdefault(odd.code, array("q")).append(at)
            continue
        valued.append(at)
        waiting.append(odd.value)
        if len(waiting) == _AT_ONCE:
            pieces.append(pa.array(waiting, kind))
            waiting.clear()
    pieces.append(pa.array(waiting, kind))
    by_code = {code: places[_numbers(own)] for code, own in wrong.items()}
    return LookedAt(places[_numbers(valued)], pa.concat_arrays(pieces), by_code, _numbers(seen))


def said_again(written: Chunk, cleaned: Chunk, column: FormField, letters: FormField | None) -> Said:
    """What is known of texts `written` in a cell, which are these when they are `cleaned`."""

    def said(code: str, texts: Sequence[str | None]) -> Mapping[str, Odd]:
        own = pa.array(dict.fromkeys(filter(None, texts)), pa.string())
        meant = cleaned.take(pc.index_in(own, value_set=written))
        odd = {
            text: said_of(plain, column, letters)
            for text, plain in zip(own.to_pylist(), meant.to_pylist(), strict=True)
            if plain is not None
        }
        return {text: found for text, found in odd.items() if found.code == code}

    return said


def _numbers(found: array[int]) -> Numbers:
    return np.frombuffer(found, dtype=np.int64) if found else np.zeros(0, dtype=np.int64)
