"""All of an installation looked through, one store after another.

In: a home, what its ledger says (None where the ledger cannot be read), and whether every byte is to be read. Out: what
is damaged. What seems damaged is looked at once more after a moment: somebody may have been writing it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

from ingest.home import Home, InstallationError
from ingest.progress import Step, Tell, tell_nobody
from warehouse.services.verify import databases, derived, editions, received, seals
from warehouse.services.verify.found import Found
from warehouse.services.verify.known import Known

_A_MOMENT = 0.5
STORES = (
    "home",
    "ledger",
    "vault",
    "raw",
    "findings",
    "lake",
    "reference",
    "builds",
    "published",
    "editions",
)
_Look: TypeAlias = Callable[[], Iterator[Found | None]]


class DamageFoundError(InstallationError):
    """Looking through the installation found damage. Carries what was `found`."""

    def __init__(self, found: list[Found]) -> None:
        named = ", ".join(f"{each.place} ({each.damage})" for each in found[:5])
        super().__init__(f"{len(found)} damaged: {named}")
        self.of("damage_found", count=len(found), named=named)
        self.found = found


@dataclass(frozen=True)
class Looked:
    """What came of it. `files`: how many things were looked at; `unknown`: the ledger could not be read, so that
    nobody knows what should be in the stores."""

    found: tuple[Found, ...]
    files: int
    unknown: bool = False

    @property
    def damaged(self) -> list[Found]:
        """Without the strangers."""
        return [each for each in self.found if not each.is_stranger]


def look_through(
    home: Home,
    known: Known | None,
    *,
    every_byte: bool,
    stores: Collection[str] = STORES,
    tell: Tell = tell_nobody,
) -> Looked:
    """Look through every store, or through these. Raises nothing for what it finds."""
    found: list[Found] = []
    files = 0
    looks = _looks(home, known, every_byte)
    totals = _totals(known)
    for store in stores:
        total = totals.get(store, 1)
        seen = _seen(looks.get(store, ()), partial(_tell, tell, store, total))
        files += len(seen)
        damaged = [each for each in seen if each]
        if any(not each.is_stranger for each in damaged):
            time.sleep(_A_MOMENT)
            again = set(_seen(looks[store], lambda done: None))
            damaged = [each for each in damaged if each in again]
        found += damaged
    return Looked(tuple(found), files, known is None)


def _looks(home: Home, known: Known | None, every_byte: bool) -> dict[str, tuple[_Look, ...]]:
    looks: dict[str, tuple[_Look, ...]] = {
        "home": (partial(databases.note_damage, home),),
        "ledger": (
            partial(databases.ledger_damage, home, every_byte),
            partial(seals.seal_damage, home, every_byte),
        ),
        "vault": (partial(databases.vault_damage, home, known, every_byte),),
    }
    if known is None:
        return looks
    return looks | {
        "raw": (partial(received.raw_damage, home, known, every_byte), partial(received.raw_strangers, home)),
        "findings": (
            partial(received.findings_damage, home, known, every_byte),
            partial(received.findings_strangers, home),
        ),
        "lake": (
            partial(derived.lake_damage, home, known, every_byte),
            partial(derived.lake_strangers, home),
        ),
        "reference": (partial(derived.reference_damage, home, known, every_byte),),
        "builds": (partial(derived.build_damage, home, known, every_byte),),
        "published": (partial(derived.publication_damage, home, known, every_byte),),
        "editions": (partial(editions.edition_damage, home, known, every_byte),),
    }


def _totals(known: Known | None) -> dict[str, int]:
    if known is None:
        return {}
    return {
        "raw": len(known.raw),
        "findings": len(known.verdicts),
        "lake": len(known.landed),
        "editions": len(known.editions),
    }


def _seen(looks: tuple[_Look, ...], tell: Callable[[int], None]) -> list[Found | None]:
    seen: list[Found | None] = []
    for look in looks:
        for each in look():
            seen.append(each)
            tell(len(seen))
    return seen


def _tell(tell: Tell, store: str, total: int, done: int) -> None:
    tell(Step("verifying", done, max(total, done), store))
