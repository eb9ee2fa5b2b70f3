"""What looking through an installation finds: one damaged thing each, with what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Found:
    """`store`: raw, ledger, vault, lake, reference, findings, builds, published, editions, home. `place`: path below
    the home.

    `damage` and `mend` are names of words (`damage_…`, `mend_…`); `facts` fill the latter. A stranger is a file that
    nobody stored there: it is told, and is no damage, since nobody reads it.
    """

    store: str
    place: str
    damage: str
    mend: str
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def is_stranger(self) -> bool:
        return self.damage == "stranger"
