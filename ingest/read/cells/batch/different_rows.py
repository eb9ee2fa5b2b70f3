"""The rows of a large batch that differ in its columns of few different values, each of them once.

In: the typed columns of a batch, those of few different values as dictionaries. Out: a small table with file, table,
these columns, how many rows are alike in them (`_rows`) and the first of those (`_row`); None where it would not be
small. Millions of rows of attendance differ in a few thousand ways but for whom they are about: a question to a row
that does not ask who it is about need not be put to each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from ingest.read.arrow import Chunk, Column, pa, pc

TABLE = "different_row"
_LARGE = 100_000
"""Rows: of fewer every question is answered at once anyway."""
_MOST_WAYS, _WAYS_A_ROW = 1 << 24, 8
"""Combinations of values that may be told apart, in all and for each row; columns beyond are left out."""
_SMALL_SHARE = 20


def different_rows(columns: Mapping[str, Column], heights: Sequence[int]) -> pa.Table | None:
    """The table. `heights`: how many rows each table has, in the order of the batch.

    `columns`: with `_file`, `_table`, `_row`, and `_bad` where a cell is; of what is bad in columns left out it says
    nothing that could be relied on.
    """
    height = sum(heights)
    if height < _LARGE:
        return None
    chosen, ways = _chosen(columns, len(heights), min(_MOST_WAYS, _WAYS_A_ROW * height))
    if not chosen:
        return None
    code = np.repeat(np.arange(len(heights), dtype=np.int32), heights)
    for name, count in chosen.items():
        code *= np.int32(count)
        _add_places(code, columns[name], count - 1)
    rows = np.bincount(code, minlength=ways)
    kinds = np.flatnonzero(rows)
    if len(kinds) * _SMALL_SHARE > height:
        return None
    first = np.zeros(ways, dtype=np.int32)
    first[code[::-1]] = np.arange(height - 1, -1, -1, dtype=np.int32)
    at = pa.array(first[kinds])
    told = [name for name in columns if name in chosen or name.startswith("_")]
    found = {name: _values_at(columns[name], at) for name in told}
    return pa.table({**found, "_rows": pa.array(rows[kinds])})


def _chosen(columns: Mapping[str, Column], ways: int, most: int) -> tuple[dict[str, int], int]:
    """The columns told apart, each with the number of its values and one more for none; and all combinations, `most`
    at the most. `ways`: the tables there are."""
    sizes = {
        name: len(column.chunk(0).dictionary) + 1
        for name, column in columns.items()
        if pa.types.is_dictionary(column.type) and column.num_chunks
    }
    chosen: dict[str, int] = {}
    for name, size in sorted(sizes.items(), key=lambda entry: entry[1]):
        if ways * size > most:
            break
        chosen[name], ways = size, ways * size
    return chosen, ways


def _add_places(code: npt.NDArray[np.int32], column: Column, for_none: int) -> None:
    """Add to each number where the cell's value is in the dictionary. Chunk by chunk, nothing as long as the column is
    made anew."""
    begin = 0
    for chunk in column.chunks:
        places = chunk.indices
        if places.null_count:
            places = pc.fill_null(places.cast(pa.int32()), for_none)
        code[begin : begin + len(chunk)] += places.to_numpy(zero_copy_only=False)
        begin += len(chunk)


def _values_at(column: Column | Chunk, at: Chunk) -> Chunk:
    taken = column.take(at)
    if isinstance(taken, pa.ChunkedArray):
        taken = taken.combine_chunks()
    return taken.dictionary_decode() if pa.types.is_dictionary(taken.type) else taken
