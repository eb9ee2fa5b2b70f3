"""Schools: their names, owners and buildings, and the events that registers tell of them.

In: sites. Out: `Organisation` objects and rows of the form `organisation_register`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import numpy as np

from ingest.demo.world import estimates, names
from ingest.demo.world.numbers import demo_bins
from ingest.demo.world.placement import Site, sites

Item = TypeVar("Item")

_COMMUNAL, _PRIVATE = "13", "15"
_LOCAL_EXECUTIVE, _OTHER_AFFILIATION = "2", "99"


@dataclass(frozen=True)
class Organisation:
    """One school. `index` is its place in the country; names are the full ones of the register."""

    index: int
    site: Site
    bin: str
    kind: str
    number: int
    name_kk: str
    name_ru: str
    is_private: bool
    address_kk: str
    address_ru: str
    opened_date: date
    head_name: str
    shifts: int
    design_capacity: int

    @property
    def size(self) -> int:
        return self.site.size

    @property
    def district(self) -> str:
        return self.site.district.kato

    @property
    def is_small(self) -> bool:
        return self.site.usual_size < estimates.SMALL_SCHOOL

    @property
    def is_boarding(self) -> bool:
        return self.kind == "boarding_school"

    @property
    def grades(self) -> tuple[int, int]:
        """The first and the last grade taught."""
        return estimates.GRADES_OF_KIND[self.kind]

    def opened(self) -> dict[str, Any]:
        """The row of the register that tells of the opening."""
        return {
            "bin": self.bin,
            "event": "opened",
            "event_date": self.opened_date,
            "name_kk": self.name_kk,
            "name_ru": self.name_ru,
            "kind": self.kind,
            "ownership": _PRIVATE if self.is_private else _COMMUNAL,
            "affiliation": _OTHER_AFFILIATION if self.is_private else _LOCAL_EXECUTIVE,
            "locality": self.site.locality,
            "kato": self.site.place.kato,
            "address_kk": self.address_kk,
            "address_ru": self.address_ru,
            "languages": self.site.language,
            "design_capacity": self.design_capacity,
            "shifts": self.shifts,
            "is_small": self.is_small,
            "is_boarding": self.is_boarding,
            "opened_date": self.opened_date,
            "head_name": self.head_name,
            # A subscriber number beginning with 00 is given to nobody; .example is no domain.
            "phone": "+7 (7{:03d}) 00-{:02d}-{:02d}".format(
                100 + self.index // 10_000, *divmod(self.index % 10_000, 100)
            ),
            "email": f"mektep{self.index + 1}@bilim.example",
        }

    def renamed(self, on: date) -> dict[str, Any]:
        """The row of the register that gives the school the name of another person."""
        name_kk, name_ru = _school_names(
            self.kind, self.number, names.NAMESAKES[(self.index + 7) % len(names.NAMESAKES)], self.is_private
        )
        event = {"bin": self.bin, "event": "renamed", "event_date": on}
        return {**dict.fromkeys(self.opened()), **event, "name_kk": name_kk, "name_ru": name_ru}

    def closed(self, on: date) -> dict[str, Any]:
        """The row of the register that tells of the closing."""
        return {**dict.fromkeys(self.opened()), "bin": self.bin, "event": "closed", "event_date": on}


def organisations(count: int, learners_per_organisation: int, seed: int) -> tuple[Organisation, ...]:
    """Every school of the country in the order of their regions."""
    bins = demo_bins(count)
    taken: dict[tuple[str, str], int] = {}
    found: list[Organisation] = []
    for index, site in enumerate(sites(count, learners_per_organisation, seed)):
        rng = np.random.default_rng([seed, 2, index])
        series = (site.region, site.locality)
        taken[series] = taken.get(series, int(rng.integers(0, 9))) + int(rng.integers(1, 5))
        found.append(_organisation(index, site, bins[index], taken[series], rng))
    return tuple(found)


def _organisation(index: int, site: Site, bin_: str, number: int, rng: np.random.Generator) -> Organisation:
    kind = _kind(site, rng)
    is_private = site.locality == "urban" and rng.uniform() < estimates.PRIVATE_SHARE_URBAN
    if site.locality == "rural" and rng.uniform() < 0.6:
        name_kk, name_ru = _village_names(kind, _any(names.VILLAGES, rng))
    else:
        namesake = _any(names.NAMESAKES, rng)
        name_kk, name_ru = _school_names(kind, number, namesake, is_private)
    street_kk, street_ru = _any(names.STREETS, rng)
    house = int(rng.integers(1, 120))
    capacity = _capacity(site.usual_size, rng)
    return Organisation(
        index=index,
        site=site,
        bin=bin_,
        kind=kind,
        number=number,
        name_kk=name_kk,
        name_ru=name_ru,
        is_private=is_private,
        address_kk=f"{site.place.name_kk}, {street_kk}, {house}",
        address_ru=f"{site.place.name_ru}, {street_ru}, {house}",
        opened_date=date(int(rng.integers(1955, 2021)), 9, 1),
        head_name=_head_name(rng),
        shifts=1 if site.usual_size <= capacity else 2,
        design_capacity=capacity,
    )


def _capacity(size: int, rng: np.random.Generator) -> int:
    return max(20, round(size * float(rng.uniform(0.6, 1.3)) / 10) * 10)


def _kind(site: Site, rng: np.random.Generator) -> str:
    if site.locality == "rural" and site.usual_size < estimates.PRIMARY_BELOW:
        return "primary_school"
    if site.locality == "rural" and site.usual_size < estimates.BASIC_BELOW:
        return "basic_school"
    weights = estimates.KIND_WEIGHTS[site.locality]
    return str(rng.choice(list(weights), p=list(weights.values())))


def _school_names(kind: str, number: int, namesake: tuple[str, str], is_private: bool) -> tuple[str, str]:
    """Full names in Kazakh and Russian with the legal form, as a register writes them."""
    kind_kk, kind_ru, _ = names.KINDS[kind]
    form_kk, form_ru = ("ЖШС", "ТОО") if is_private else ("КММ", "КГУ")
    person_kk, person_ru = namesake
    return (
        f"«{person_kk} атындағы № {number} {kind_kk}» {form_kk}",
        f"{form_ru} «{kind_ru} № {number} имени {person_ru}»",
    )


def _village_names(kind: str, village: tuple[str, str]) -> tuple[str, str]:
    _, kind_ru, kind_kk = names.KINDS[kind]
    adjective = village[1]
    return f"«{village[0]} {kind_kk}» КММ", f"КГУ «{adjective} {kind_ru[0].lower()}{kind_ru[1:]}»"


def _head_name(rng: np.random.Generator) -> str:
    words = names.persons()["kazakh"]
    surname, father = _any(words["surnames"], rng), _any(words["fathers"], rng)
    if rng.uniform() < estimates.WOMEN_AMONG_EDUCATORS:
        return f"{names.feminine(surname)} {_any(words['female'], rng)} {father}қызы"
    return f"{surname} {_any(words['male'], rng)} {father}ұлы"


def _any(items: Sequence[Item], rng: np.random.Generator) -> Item:
    return items[int(rng.integers(len(items)))]
