"""Whether a large text may hold a character nobody sees: a look at its code units by a table, not at its characters.

In: a text. Out: False where a closer look would find nothing. Apart from `characters`, whose small texts need no numpy.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from ingest.schema.values.letters import breaking_characters, unseen_characters

_PIECE = 1 << 22


@lru_cache(maxsize=1)
def _telltale() -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which code units of UTF-16 are those of unseen characters, or of characters that take two."""
    table = np.zeros(1 << 16, dtype=bool)
    table[[ord(sign) for sign in unseen_characters() + breaking_characters() if ord(sign) < 1 << 16]] = True
    table[0xD800:0xE000] = True
    return table


def may_hold_unseen(text: str) -> bool:
    """Whether a closer look is worth while: characters one by one would take a hundred times as long."""
    for begin in range(0, len(text), _PIECE):
        piece = text[begin : begin + _PIECE].encode("utf-16-le", "surrogatepass")
        if _telltale()[np.frombuffer(piece, dtype="<u2")].any():
            return True
    return False
