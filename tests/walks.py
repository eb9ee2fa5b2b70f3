"""How far tests walk that try one thing in many variations: `make test` tries those that differ in what they go
through, `make test WALKS=1` all of them.

In: the environment. Out: what a test is to try.
"""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

_T = TypeVar("_T")

ALL = bool(os.environ.get("WALKS"))
"""Whether every variation is tried."""


def some_of(found: Sequence[_T], count: int, seed: object = 503) -> list[_T]:
    """So many of them, drawn by the seed and in their order; all of them where every variation is tried."""
    if ALL or count >= len(found):
        return list(found)
    drawn = random.Random(str(seed)).sample(range(len(found)), count)
    return [found[place] for place in sorted(drawn)]


def examples(usual: int, all_of_them: int) -> int:
    """How many examples a property is tried with."""
    return all_of_them if ALL else usual
