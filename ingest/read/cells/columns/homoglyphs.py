"""Texts of look-alike letters in the alphabet their column is meant in.

In: a column of short texts, such as the letters of classes. Out: the column in which a text of Latin letters that all
look like Cyrillic ones is written in those, and the rows this happened to. A text with any other Latin letter in it
was typed in Latin on purpose and stays.
"""

from __future__ import annotations

import numpy as np

from ingest.read.arrow import Column, Numbers, pa, pc, taken
from ingest.read.cells.columns.column_text import holds_latin
from ingest.schema.values.letters import LATIN_LOOK_ALIKES, as_seen_in_cyrillic

_LETTERS = rf"[{LATIN_LOOK_ALIKES}\p{{Cyrillic}}]*"
_LOOKS_CYRILLIC = rf"^[^\p{{L}}]*{_LETTERS}[{LATIN_LOOK_ALIKES}]{_LETTERS}[^\p{{L}}]*$"


def in_one_alphabet(texts: Column) -> tuple[Column, Numbers]:
    """The column in Cyrillic, and the rows whose cells were in Latin look-alikes."""
    if not holds_latin(texts):
        return texts, np.zeros(0, dtype=np.int64)
    mask = pc.fill_null(pc.match_substring_regex(texts, _LOOKS_CYRILLIC), False).to_numpy()
    rows = np.flatnonzero(mask)
    if not len(rows):
        return texts, rows
    # Few different texts stand in many rows.
    written = taken(texts, rows).combine_chunks().dictionary_encode()
    cyrillic = pa.array(map(as_seen_in_cyrillic, written.dictionary.to_pylist()), pa.string())
    return pc.replace_with_mask(texts, pa.array(mask), cyrillic.take(written.indices)), rows
