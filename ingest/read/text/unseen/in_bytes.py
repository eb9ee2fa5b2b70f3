"""Whether bytes of UTF-8 hold a character nobody sees: a look for its bytes, not at each character.

In: the bytes of a file or of a column. Out: yes or no. The cost is that of a few passes over the bytes, however often
the first bytes of such a character begin others (no-break spaces, quotation marks, capitals of cp1251).
"""

from __future__ import annotations

import mmap
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from ingest.schema.values.letters import unseen_characters

_CHUNK = 16 * 1024 * 1024
_LONGEST = 4
"""Bytes of the longest character."""

Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Table:
    """The characters nobody sees beyond ASCII: which bytes begin one, which pairs do, and each as one whole number
    with its length."""

    begins: npt.NDArray[np.bool_]
    pairs: npt.NDArray[np.bool_]
    whole: dict[int, npt.NDArray[np.uint32]]


@lru_cache(maxsize=1)
def _table() -> _Table:
    begins, pairs = np.zeros(256, dtype=bool), np.zeros(1 << 16, dtype=bool)
    whole: dict[int, list[int]] = {}
    for sign in unseen_characters():
        written = sign.encode()
        if len(written) > 1:
            begins[written[0]] = True
            pairs[int.from_bytes(written[:2])] = True
            whole.setdefault(len(written), []).append(int.from_bytes(written))
    return _Table(begins, pairs, {n: np.array(sorted(found), dtype=np.uint32) for n, found in whole.items()})


def holds_unseen(content: bytes | mmap.mmap | Bytes, begin: int = 0) -> bool:
    """Whether any stands behind that place."""
    data = content if isinstance(content, np.ndarray) else np.frombuffer(content, dtype=np.uint8)
    return any(
        _holds(data[start : start + _CHUNK + _LONGEST - 1]) for start in range(begin, len(data), _CHUNK)
    )


def _holds(data: Bytes) -> bool:
    known = _table()
    at = np.flatnonzero(known.begins[data[:-1]])
    if not len(at):
        return False
    number = data[at].astype(np.uint32) << 8 | data[at + 1]
    is_likely = known.pairs[number]
    at, number = at[is_likely], number[is_likely]
    for length in range(2, _LONGEST + 1):
        if length > 2:
            is_inside = at + length <= len(data)
            at, number = at[is_inside], number[is_inside]
            number = number << 8 | data[at + length - 1]
        if length in known.whole and bool(np.isin(number, known.whole[length]).any()):
            return True
    return False
