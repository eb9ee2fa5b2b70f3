"""What a database file of DuckDB says of its own blocks: a digest of it that costs no walk through its bytes.

In: a file of the storage format that DuckDB writes. Out: one digest over its headers and the checksum that stands
before each block; whether every block is what its checksum says. DuckDB compares a block with its checksum whenever it
reads it, so whoever finds the checksums as they were noted and then reads by DuckDB reads what was written, or is
refused.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_MAGIC = b"DUCK"
_MAGIC_AT = 8
_HEADER = 4096
_HEADERS = 3 * _HEADER
"""One of the file and two of the database, written in turn."""
_ITERATION_AT, _BLOCK_SIZE_AT = 8, 40
"""Where in a header of the database they stand."""
_WORD = 8
_FIRST, _FACTOR = 5381, 0xBF58476D1CE4E5B9
"""DuckDB's own: every word of a block multiplied, all of them laid over each other."""
_AT_ONCE = 1 << 20
"""Bytes looked at together: what stays in a processor's own memory. A block is a fourth of that."""
_LOOKED_AT_FIRST = 16


def stated(file: Path) -> tuple[int, str] | None:
    """The size of a file and the SHA-256 over its headers and what it states of each block; None for what is no
    database of whole blocks."""
    with file.open("rb") as content:
        laid_out = _layout(content)
        if laid_out is None:
            return None
        size, block = laid_out
        digest = hashlib.sha256(os.pread(content.fileno(), _HEADERS, 0))
        for start in range(_HEADERS, size, block):
            digest.update(os.pread(content.fileno(), _WORD, start))
        return size, digest.hexdigest()


def blocks_hold(file: Path, most: int | None = None) -> bool:
    """Whether every block is what is stated of it, or as many as are looked at. False for what is no such file."""
    with file.open("rb") as content:
        laid_out = _layout(content)
        return laid_out is not None and all(
            _hold(blocks, laid_out[1]) for blocks in _blocks(content, *laid_out, most)
        )


def states_its_blocks(file: Path) -> bool:
    """Whether a file is of that format, its first blocks looked at: another DuckDB may have another."""
    return blocks_hold(file, _LOOKED_AT_FIRST)


def _layout(content: BinaryIO) -> tuple[int, int] | None:
    """The size of the file and of a block."""
    size, headers = os.fstat(content.fileno()).st_size, content.read(_HEADERS)
    if len(headers) < _HEADERS or headers[_MAGIC_AT : _MAGIC_AT + len(_MAGIC)] != _MAGIC:
        return None
    newest = max(_HEADER, 2 * _HEADER, key=lambda at: _number(headers, at + _ITERATION_AT))
    block = _number(headers, newest + _BLOCK_SIZE_AT)
    if not _HEADER <= block <= _AT_ONCE or block % _WORD or (size - _HEADERS) % block:
        return None
    return size, block


def _number(headers: bytes, at: int) -> int:
    return int.from_bytes(headers[at : at + _WORD], "little")


def _blocks(content: BinaryIO, size: int, block: int, most: int | None) -> Iterator[bytes]:
    """The blocks, some at a time."""
    left = (size - _HEADERS) // block
    left = left if most is None else min(left, most)
    content.seek(_HEADERS)
    while left > 0:
        some = min(left, max(_AT_ONCE // block, 1))
        yield content.read(some * block)
        left -= some


def _hold(blocks: bytes, block: int) -> bool:
    """Whether each of the blocks is what it states. Where none was written yet the file has a hole: zeros."""
    import numpy as np  # of all that have digests, databases alone are looked at with it

    words = np.frombuffer(blocks, dtype="<u8").reshape(-1, block // _WORD)
    found = np.bitwise_xor.reduce(words[:, 1:] * np.uint64(_FACTOR), axis=1) ^ np.uint64(_FIRST)
    hold = found == words[:, 0]
    return bool(hold.all() or (hold | ~words.any(axis=1)).all())
