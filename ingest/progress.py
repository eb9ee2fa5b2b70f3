"""How far long work has come: told by whoever does it, shown or not by whoever asked for it.

In: a function that takes a `Step`, handed down to the work. Out: calls of it. The work never prints, and never asks
whether anybody looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "reading", "applying_rules", "judging", "replaying", "building", "publishing", "verifying", "explaining",
    "summarising",
]  # fmt: skip


@dataclass(frozen=True)
class Step:
    """`done` of `total` pieces of a kind of work are done.

    `what`: what is at work now, a form or a table of the model. `within`: how far that one is, itself a kind of work.
    """

    kind: Kind
    done: int
    total: int
    what: str = ""
    within: Step | None = None


Tell = Callable[[Step], None]


def tell_nobody(step: Step) -> None:
    """For work that nobody watches."""
