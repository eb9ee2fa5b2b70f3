"""Lines of another encoding in a text of a one-byte encoding: parts of two files put together.

In: the bytes and the encoding most of them are in. Out: the text with every line read in the encoding that makes
words of it, and which lines those are. Only pairs of letters that stand in no word lead to a line being looked at,
so that a text without such lines costs one look at its bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ingest.read.text.encodings.letter_pairs import pair_scores, worth

_PIECE = 1 << 22
_SELDOM = -2.0
"""A pair of neighbours so unlikely stands in few words: a seventh of chance."""
_BETTER = 8.0
"""How much more another reading of a line must be worth."""
_MOST_LINES = 200_000
# Which encodings a line may be in besides; each is told from the others by its letters.
_OTHERS = ("cp1251", "kz1048", "koi8-r", "cp866")


@dataclass(frozen=True)
class ForeignLines:
    """`places`: 1-based lines, `encoding`: what they are in; `text`: everything; `rest`: the bytes without them."""

    text: str
    rest: bytes
    places: tuple[int, ...]
    encoding: str


def foreign_lines(content: bytes, encoding: str) -> ForeignLines | None:
    """The lines of another encoding and the text with them; None where there are none."""
    begins = list(_suspects(content, encoding))
    found: list[tuple[int, int, str]] = []
    for begin, end in begins[:_MOST_LINES]:
        line = b" " + content[begin:end] + b" "
        own = worth(line, encoding)
        best, other = max((worth(line, name), name) for name in _OTHERS if name != encoding)
        is_other = best > own + _BETTER and line.decode(other, "replace") != line.decode(encoding, "replace")
        if is_other and best > 0 > own:
            found.append((begin, end, other))
    if not found:
        return None
    # One other encoding is named; lines of a third are read in their own all the same.
    most = Counter(name for _, _, name in found).most_common(1)[0][0]
    pieces, done, places, counted = [], 0, [], 0
    for begin, end, name in found:
        before = content[done:begin]
        counted += before.count(b"\n")
        places.append(counted + 1)
        pieces += [before.decode(encoding, "replace"), content[begin:end].decode(name, "replace")]
        done = end
    pieces.append(content[done:].decode(encoding, "replace"))
    ends = [0, *(end for _, end, _ in found)]
    starts = [*(begin for begin, _, _ in found), len(content)]
    rest = b"".join(content[end:start] for end, start in zip(ends, starts, strict=True))
    return ForeignLines("".join(pieces), rest, tuple(places), most)


def _suspects(content: bytes, encoding: str) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends that has pairs of letters as no word has them."""
    scores = pair_scores(encoding)
    data = np.frombuffer(content, dtype=np.uint8)
    done = 0
    for begin in range(0, len(data), _PIECE):
        piece = data[begin : begin + _PIECE + 1]
        is_beyond = piece >= 0x80
        pairs = np.flatnonzero(is_beyond[:-1] & is_beyond[1:])
        odd = pairs[scores[piece[pairs], piece[pairs + 1]] < _SELDOM] + begin
        for place in odd.tolist():
            if place < done:
                continue
            start = content.rfind(b"\n", 0, place) + 1
            end = content.find(b"\n", place)
            done = len(content) if end < 0 else end
            yield start, done
