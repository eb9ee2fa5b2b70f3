"""Whether bytes of UTF-8 hold a character nobody sees: a look for its bytes, not at each character.

In: the bytes of a file or of a column. Out: yes or no, at the cost of a few searches where there are none.
"""

from __future__ import annotations

import mmap
from functools import lru_cache

from ingest.schema.letters import unseen_characters


@lru_cache(maxsize=1)
def _in_utf8() -> dict[bytes, list[bytes]]:
    """The characters nobody sees beyond ASCII, by their first bytes: most texts hold none of those."""
    found: dict[bytes, list[bytes]] = {}
    for sign in unseen_characters():
        written = sign.encode()
        if len(written) > 1:
            found.setdefault(written[:-1], []).append(written)
    return found


def holds_unseen(content: bytes | mmap.mmap, begin: int = 0) -> bool:
    """Whether any stands behind that place."""
    return any(
        content.find(mark, begin) >= 0
        for lead, marks in _in_utf8().items()
        if content.find(lead, begin) >= 0
        for mark in marks
    )
