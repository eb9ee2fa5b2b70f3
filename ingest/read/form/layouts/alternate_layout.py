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
from ingest.read.cells.columns.column_text import SPACE_CHARACTERS, blank
from ingest.read.form.header.header_match import Header, HeaderWords, find_header, folded
from ingest.read.reading import LocatedTable
from ingest.read.tables.multi_row_header import Cells
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.layout import Rearranged, rearranged
from ingest.schema.forms.split import Split
from ingest.schema.texts.finding import Finding

# Rows below a header that say whether a column holds several fields.
_SAMPLED_ROWS = 20
# What the names of columns that are no fields begin with.
_NO_FIELD = "=0123456789"


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
    fields = {field.name for field in contract.fields}
    most = max((_named(header, fields) for header in found), default=0)
    if not most or (own and len(own.columns) >= most):
        return own
    first, *others = [header for header in found if _named(header, fields) == most]
    return replace(first, rivals=tuple(other.layout for other in others if other.layout))


def _named(header: Header, fields: set[str]) -> int:
    """How many fields of the form a header leads to, those of columns side by side counted once."""
    across = header.layout.across if header.layout else None
    is_across = across is not None and any(name.startswith("=") for name in header.columns)
    return len(fields & header.columns.keys()) + 2 * is_across


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
            return _with_stub(_expanded(header, layout), layout, below)
        layout = layout.model_copy(update={"splits": kept})


def _bears_out(split: Split, cells: Sequence[str]) -> bool:
    """Whether cells hold several fields: half of the filled ones follow the pattern and fill two of its parts."""
    filled = [" ".join(cell.split()) for cell in cells if cell.strip()]
    found = pc.extract_regex(pa.array(filled, pa.string()), pattern=split.pattern).to_pylist()
    parted = [parts for parts in found if parts and sum(map(bool, parts.values())) > 1]
    return bool(parted) and 2 * len(parted) >= len(filled)


def _with_stub(header: Header, layout: Rearranged, below: Sequence[Cells]) -> Header:
    """The same header with the field that stands in a first column without a heading."""
    if layout.stub is None or layout.stub in header.columns or _cell(header.cells, 0).strip():
        return header
    filled = [cells for cells in below if _cell(cells, 0).strip()]
    if not filled:
        return header
    return replace(header, columns={layout.stub: 0, **header.columns})


def parted(table: LocatedTable, header: Header) -> tuple[list[LocatedTable], int, list[Finding]]:
    """A table whose columns side by side become rows: a table for each, how many blank cells, a note on them.

    Any other table is the answer itself.
    """
    across = header.layout.across if header.layout else None
    columns = [name for name in table.text.column_names if name.startswith("=")]
    if across is None or not columns:
        return [table], 0, []
    places = {name: column for name, column in table.columns.items() if not name.startswith("=")}
    found: list[LocatedTable] = []
    for name in columns:
        is_there = pc.invert(blank(table.text.column(name)))
        rows = table.text.filter(is_there)
        value = pa.chunked_array([pa.repeat(pa.scalar(name[1:], pa.string()), rows.num_rows)])
        text = rows.drop_columns(columns).append_column(across.field, value)
        text = text.append_column(across.value, rows.column(name))
        here = dict.fromkeys((across.field, across.value), table.columns[name])
        found.append(replace(table, columns={**places, **here}, text=text))
    kept = sum(each.text.num_rows for each in found)
    absent = table.text.num_rows * len(columns) - kept
    params = {"values": kept, "absent": absent, "rows": 0}
    note = Finding("cross_table_read", sheet=table.sheet, row=table.header_row, params=params)
    return found, absent, [note]


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
        duplicates={name: found for name, found in header.duplicates.items() if name[0] not in _NO_FIELD},
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
