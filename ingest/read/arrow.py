"""Arrow as this room speaks of it.

In: nothing. Out: pyarrow and its compute functions without the types of their stubs, which know single values
where whole columns are meant, and names for the things passed around.
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
