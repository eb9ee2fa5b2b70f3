"""The map: regions, the districts that answer for schools, and the towns in them.

In: `territories.csv`, written out from the official classifier НК РК 11-2025. Out: `Territory` objects.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

TERRITORIES = Path(__file__).with_name("territories.csv")
STATE_OF = "2026-07-17"
"""The day whose state of the classifier the file shows."""

_REPUBLICAN_CITIES = ("71", "75", "79")


@dataclass(frozen=True)
class Territory:
    """One object of the classifier, in the columns of the form `territory_register`."""

    kato: str
    kato_version: str
    level: str
    type_code: str
    name_ru: str
    name_kk: str

    @property
    def region(self) -> str:
        """The code of the region the object lies in."""
        return f"{self.kato[:2]}0000000"

    @property
    def is_city(self) -> bool:
        """A city of oblast significance, a district of a republican city, or a town."""
        return self.name_kk.endswith("қаласы") or (self.level == "sub_district")


@lru_cache(maxsize=1)
def territories() -> tuple[Territory, ...]:
    """Every object of the file in the order of its codes."""
    with TERRITORIES.open(encoding="utf-8", newline="") as lines:
        return tuple(Territory(**row) for row in csv.DictReader(lines))


def regions() -> tuple[Territory, ...]:
    """The 20 regions: 17 oblasts and 3 cities of republican significance."""
    return tuple(found for found in territories() if found.level == "oblast")


def reporting_districts(region: str) -> tuple[Territory, ...]:
    """The units whose departments answer for schools; in the three great cities these are city districts."""
    level = "sub_district" if region[:2] in _REPUBLICAN_CITIES else "district"
    return tuple(found for found in territories() if found.level == level and found.region == region)


def towns(district: str) -> tuple[Territory, ...]:
    """The towns of district significance in a district."""
    return tuple(
        found
        for found in territories()
        if found.level == "settlement" and found.kato.startswith(district[:4]) and district[2:4] != "00"
    )
