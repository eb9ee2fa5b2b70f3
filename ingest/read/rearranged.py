"""Tables of other software → columns of the contract, by a layout beside it.

In: the first rows of a sheet, or a column as it stands below a header. Out: the header by the layout that makes
most of it, or the texts of one field. What a cell holds that the layout does not foresee goes on as it is, to be
judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from ingest.read.arrow import Column, pa, pc
from ingest.read.header import Header, HeaderWords, find_header, folded
from ingest.read.levels import Cells
from ingest.read.texts import SPACE_CHARACTERS
from ingest.schema.contract import Contract
from ingest.schema.layout import Rearranged, Split, rearranged

# Rows below a header that say whether a column holds several fields.
_SAMPLED_ROWS = 20


def find_any_header(rows: Iterable[Cells], contract: Contract) -> Header | None:
    """The header by the contract's own words; by a layout where that names more of the form's columns."""
    layouts = rearranged(contract)
    if not layouts:
        return find_header(rows, contract)
    seen = list(rows)
    own = find_header(seen, contract)
    if own and len(own.columns) == len(contract.fields):
        return own
    found = [header for layout in layouts if (header := _by_layout(seen, contract, layout))]
    most = max((len(header.columns) for header in found), default=0)
    if not most or (own and len(own.columns) >= most):
        return own
    first, *others = [header for header in found if len(header.columns) == most]
    return replace(first, rivals=tuple(other.layout for other in others if other.layout))


def _by_layout(rows: Sequence[Cells], contract: Contract, layout: Rearranged) -> Header | None:
    """The header as the layout reads it; of its splits only those that the cells below bear out."""
    while True:
        header = find_header(rows, contract, HeaderWords(contract, layout))
        if header is None:
            return None
        below = rows[header.index + 1 : header.index + 1 + _SAMPLED_ROWS]
        kept = tuple(
            split
            for place, split in enumerate(layout.splits)
            if str(place) in header.columns
            and _bears_out(split, [_cell(cells, header.columns[str(place)]) for cells in below])
        )
        if kept == layout.splits:
            return _expanded(header, layout)
        layout = layout.model_copy(update={"splits": kept})


def _bears_out(split: Split, cells: Sequence[str]) -> bool:
    """Whether cells hold several fields: half of the filled ones follow the pattern and fill two of its parts."""
    filled = [cell for cell in cells if cell.strip()]
    parted = [cell for cell in filled if sum(map(bool, (split.parts(cell) or {}).values())) > 1]
    return bool(parted) and 2 * len(parted) >= len(filled)


def _cell(cells: Cells, column: int) -> str:
    return (cells[column] if column < len(cells) else None) or ""


def _expanded(header: Header, layout: Rearranged) -> Header:
    """The same header with the fields of each split at its column."""
    columns: dict[str, int] = {}
    for name, column in header.columns.items():
        fields = layout.splits[int(name)].fields if name.isdecimal() else (name,)
        columns |= {field: column for field in fields if field not in header.columns}
        if not name.isdecimal():
            columns[name] = column
    ignored = {folded(word) for word in layout.ignored}
    return replace(
        header,
        columns=columns,
        duplicates={name: found for name, found in header.duplicates.items() if not name.isdecimal()},
        unknown={column: text for column, text in header.unknown.items() if folded(text) not in ignored},
        layout=layout,
    )


def split_of(layout: Rearranged, field: str) -> Split | None:
    """The column of several fields that holds this one, None where it has one of its own."""
    return next((split for split in layout.splits if field in split.fields), None)


def texts_of(layout: Rearranged, field: str, cells: Column) -> Column:
    """The texts of a field, from the cells of the column that holds it."""
    split = split_of(layout, field)
    return _in_words(layout, field, _part(split, field, cells) if split else cells)


def constants_of(layout: Rearranged, height: int) -> dict[str, Column]:
    """The columns that no cell holds: the same text in every row."""
    return {
        field: pa.chunked_array([pa.repeat(pa.scalar(text, pa.string()), height)])
        for field, text in layout.constants.items()
    }


def _part(split: Split, field: str, cells: Column) -> Column:
    plain = pc.replace_substring(pc.utf8_trim(cells, characters=SPACE_CHARACTERS), "\N{NO-BREAK SPACE}", " ")
    found = pc.extract_regex(plain, pattern=split.pattern)
    part = pc.struct_field(found, field)
    # A group that took no part in the match is an empty text, which is a blank cell.
    return pc.if_else(pc.is_valid(found), part, cells) if field == split.fields[0] else part


def _in_words(layout: Rearranged, field: str, cells: Column) -> Column:
    """The contract's words for those of the other software."""
    words = {folded(word): meant for word, meant in layout.words.get(field, {}).items()}
    if not words:
        return cells
    encoded: Any = cells.dictionary_encode().unify_dictionaries()
    chunks = [
        pa.DictionaryArray.from_arrays(
            chunk.indices,
            pa.array([words.get(folded(text), text) for text in chunk.dictionary.to_pylist()], pa.string()),
        ).cast(pa.string())
        for chunk in encoded.chunks
    ]
    return pa.chunked_array(chunks, pa.string())
