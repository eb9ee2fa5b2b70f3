"""Whether bytes are no text at all.

In: the first bytes of a file. Out: yes or no. A few control characters among much text are damage, which the reader
takes out and names; all over a file they are a program's own format.
"""

from __future__ import annotations

import re

from ingest.read.text.encodings.unicode_marks import is_wide
from ingest.read.text.encodings.wide_lines import wide_lines

_CONTROLS = bytes(set(range(1, 32)) - set(b"\t\n\r\x0b\x0c\x1a\x1c\x1d\x1e\x1f"))
_FEW, _SHARE = 3, 50
# Room that was made and never filled, as a copy leaves it that was broken off: no program writes texts of it.
_HOLE = re.compile(rb"\0{64,}")


def is_binary(head: bytes) -> bool:
    """Whether control characters are more than a stray few, or zeros are that are not those of a wide text.

    Zeros at the end alone, or one after another between texts, are room a program made and never filled.
    """
    if is_wide(head):
        return False
    if lines := wide_lines(head):
        head = lines.rest
    filled = _HOLE.sub(b"", head.rstrip(b"\0"))
    zeros = filled.count(0)
    counts = sorted((filled.count(control) for control in _CONTROLS), reverse=True)
    # One or two control characters all over a text part its cells and records.
    parting = zeros == 0 and sum(counts) < len(filled) // 2
    controls = sum(counts[2:]) if parting else sum(counts)
    most = max(_FEW, len(filled) // _SHARE)
    return (not filled and not lines) or controls > most or zeros > most
