"""Identifiers without what a spreadsheet or a typist wrapped around their digits.

In: a column of identifiers as written. Out: the column in which white space, dashes, quotes and apostrophes, the
`=` of `="…"` and the `.0` of a number are gone, where exactly the digits of one identifier remain, and the rows this
happened to. Nothing is filled in and no digit is taken away: another number of digits is left as it was written.
"""

from __future__ import annotations

import numpy as np

from ingest.read.arrow import Column, Numbers, pa, pc, taken
from ingest.read.cells.columns.column_text import SPACE_CHARACTERS, SPACES, UNSEEN
from ingest.schema.forms.contract import FieldFormat
from ingest.schema.values.identifier import WRAPPING, digits_in
from ingest.schema.values.letters import plain_digits

_NOTHING: Numbers = np.zeros(0, dtype=np.int64)


def bare_identifiers(texts: Column, kind: FieldFormat) -> tuple[Column, Numbers]:
    """The column, and the rows of it whose cells now hold another text than that of the cell, its ends trimmed."""
    if kind == "default":
        return texts, _NOTHING
    wrapped = np.flatnonzero(pc.fill_null(pc.match_substring_regex(texts, "[^0-9]"), False).to_numpy())
    if not len(wrapped):
        return texts, _NOTHING
    written = taken(texts, wrapped).combine_chunks()
    bare = pc.replace_substring_regex(written, f"{UNSEEN}|{SPACES}|{WRAPPING}", "")
    is_whole = pc.match_substring_regex(bare, rf"^\p{{Nd}}{{{digits_in(kind)}}}$").to_numpy(
        zero_copy_only=False
    )
    if not is_whole.any():
        return texts, _NOTHING
    values = pa.array(
        [plain_digits(text) for text in bare.filter(pa.array(is_whole)).to_pylist()], pa.string()
    )
    places = wrapped[is_whole]
    mask = np.zeros(len(texts), dtype=bool)
    mask[places] = True
    trimmed = pc.utf8_trim(written.filter(pa.array(is_whole)), characters=SPACE_CHARACTERS)
    changed = pc.not_equal(trimmed, values).to_numpy(zero_copy_only=False)
    return pc.replace_with_mask(texts, pa.array(mask), values), places[changed]
