"""Columns in which few different texts stand again and again: each text kept once, its cells pointing at it.

In: a table of text, or a column of one. Out: the table with such columns as dictionaries; the column as plain text.
A report of millions of rows has a handful of dates, classes and codes: kept once each, they are a tenth of the bytes
that are handed from process to process, and whoever gives them types looks at each once.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ingest.read.arrow import Bytes, Chunk, Column, pa, pc
from ingest.read.cells.columns.column_text import shortest

_SAMPLED, _SAMPLES = 2_500, 8
_FEW = 2_000
"""Different texts in all samples together; where there are more, keeping each once saves nothing."""
_MOST = 1 << 16
_THREADS = 2
_BYTE = 1 << 8


def with_repeated_once(table: pa.Table) -> pa.Table:
    """The table, its columns of few different texts as dictionaries whose places are as short as can be."""
    with ThreadPoolExecutor(_THREADS) as pool:
        columns = list(pool.map(_kept_once, table.columns))
    return pa.table(dict(zip(table.column_names, columns, strict=True)))


def is_kept_once(column: Column) -> bool:
    """Whether the texts of a column are kept once each."""
    return bool(pa.types.is_dictionary(column.type))


def each_once(column: Column) -> tuple[Chunk, list[Chunk]]:
    """The different texts of a column, and chunk by chunk the place of each cell's text among them.

    Of a column whose texts are kept once each all chunks share them.
    """
    kept = column if is_kept_once(column) else column.dictionary_encode().unify_dictionaries()
    if not kept.num_chunks:
        return pa.array([], pa.string()), []
    return kept.chunk(0).dictionary, [chunk.indices for chunk in kept.chunks]


def pointing_at(values: Chunk, places: list[Chunk]) -> Column:
    """The column of these values, cell by cell by their places."""
    chunks = [pa.DictionaryArray.from_arrays(chunk, values) for chunk in places]
    return pa.chunked_array(chunks, chunks[0].type if chunks else values.type)


def flat_type(kind: pa.DataType) -> pa.DataType:
    """Of what type a column of this one is with the value in each cell, where values are no texts."""
    is_looked_up = pa.types.is_dictionary(kind) and kind.value_type != pa.string()
    return kind.value_type if is_looked_up else kind


def values_in(chunk: Chunk) -> Chunk:
    """The chunk of a column with the value in each cell, where values are no texts."""
    is_as_it_is = flat_type(chunk.type) == chunk.type
    return chunk if is_as_it_is else chunk.dictionary.take(chunk.indices)


def written_out(column: Column) -> Column:
    """The column as plain text."""
    return column.cast(pa.string()) if is_kept_once(column) else column


def joined(chunks: list[Chunk]) -> Column:
    """One column of the chunks of several tables; plain text unless the texts of all are kept once each."""
    kept = [pa.types.is_dictionary(chunk.type) for chunk in chunks]
    if not all(kept):
        plain = [chunk.cast(pa.string()) if once else chunk for chunk, once in zip(chunks, kept, strict=True)]
        return pa.chunked_array(plain, pa.string())
    alike = pa.dictionary(pa.int32(), pa.string())
    if all(chunk.dictionary.equals(chunks[0].dictionary) for chunk in chunks):
        return pa.chunked_array(chunks, chunks[0].type if chunks else pa.string())
    return pa.chunked_array([chunk.cast(alike) for chunk in chunks], alike).unify_dictionaries()


def _kept_once(column: Column) -> Column:
    if column.type != pa.string() or not _seem_few(column):
        return column
    texts, places = _in_a_table(column) or each_once(column)
    if len(texts) > _MOST:
        return column
    short = pa.uint8() if len(texts) <= _BYTE else pa.uint16()
    return pointing_at(texts, [chunk.cast(short) for chunk in places])


def _in_a_table(column: Column) -> tuple[Chunk, list[Chunk]] | None:
    """As `each_once`, of a column whose texts all are one sign of ASCII, as most numbers of lessons and marks are: such
    are looked up in a table, which takes a third of the time. None for any other."""
    chunks = [chunk for chunk in column.chunks if len(chunk)]
    if shortest(column) != 1 or any(len(_bytes_of(chunk)) != len(chunk) for chunk in chunks):
        return None
    is_there = np.zeros(_BYTE, dtype=bool)
    for chunk in chunks:
        is_there[_bytes_of(chunk)] = True
    found = np.flatnonzero(is_there)
    place = np.zeros(_BYTE, dtype=np.uint8)
    place[found] = np.arange(len(found), dtype=np.uint8)
    return pa.array(map(chr, found), pa.string()), [pa.array(place[_bytes_of(chunk)]) for chunk in chunks]


def _bytes_of(chunk: Chunk) -> Bytes:
    """The bytes of the texts of a chunk, one text after another."""
    ends = np.frombuffer(chunk.buffers()[1], dtype=np.int32)
    begin, end = ends[chunk.offset], ends[chunk.offset + len(chunk)]
    return np.frombuffer(chunk.buffers()[2], dtype=np.uint8)[begin:end]


def _seem_few(column: Column) -> bool:
    """Whether samples from all over the column hold few different texts."""
    step = max(_SAMPLED, -(-len(column) // _SAMPLES))
    samples = [column.slice(begin, _SAMPLED).chunks for begin in range(0, len(column), step)]
    chunks = [chunk for sample in samples for chunk in sample]
    return bool(chunks) and len(pc.unique(pa.chunked_array(chunks, column.type))) <= _FEW
