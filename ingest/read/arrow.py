"""Arrow as this room speaks of it.

In: nothing. Out: pyarrow and its compute functions without the types of their stubs, which know single values
where whole columns are meant, and names for the things passed around; and the cells of a column at some places.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.compute
import pyarrow.csv

pa: Any = pyarrow
pc: Any = pyarrow.compute

Column: TypeAlias = Any
"""A `pyarrow.ChunkedArray`: of strings, unless said otherwise."""
Chunk: TypeAlias = Any
"""A `pyarrow.Array`: of strings, unless said otherwise."""
Numbers: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]
Bytes: TypeAlias = npt.NDArray[np.uint8]


def taken(column: Column, places: Numbers) -> Column:
    """The cells at these places, in their order.

    Of a column in several chunks Arrow would first make one of all its texts, be it for a single cell.
    """
    if column.num_chunks < 2 or not pa.types.is_string(column.type):
        return column.take(pa.array(places, pa.int64()))
    order = np.argsort(places, kind="stable")
    ascending = np.asarray(places)[order]
    ends = np.cumsum([len(chunk) for chunk in column.chunks])
    owners = np.searchsorted(ends, ascending, side="right")
    pieces = [
        column.chunk(owner).take(
            pa.array(ascending[owners == owner] - (ends[owner] - len(column.chunk(owner))))
        )
        for owner in np.unique(owners).tolist()
    ]
    found = pa.chunked_array(pieces, column.type)
    if len(order) < 2 or (np.diff(order) > 0).all():
        return found
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return pa.chunked_array([found.combine_chunks().take(pa.array(back))])
