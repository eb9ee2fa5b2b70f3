"""Where schools stand and how large they are.

In: how many organisations, how many learners each on average, a seed. Out: one `Site` for each: its region,
district and place, urban or rural, its size and its language. Drawn in layers rather than freely, so that
even eighty schools look like the country they stand for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from statistics import NormalDist
from typing import TypeVar

import numpy as np

from ingest.demo.world import estimates
from ingest.demo.world.territory import Territory, reporting_districts, towns

T = TypeVar("T")

SMALLEST = 12


@dataclass(frozen=True)
class Site:
    """One school before it has a name. `usual_size` is its size at full scale, `size` its learners here."""

    region: str
    district: Territory
    place: Territory
    locality: estimates.Locality
    language: str
    usual_size: int
    size: int


def seats(organisations: int) -> dict[str, int]:
    """How many organisations each region has: one at least, the rest by the highest average (Sainte-Laguë).

    Raises ValueError for fewer organisations than regions.
    """
    regions = estimates.REGIONS
    if organisations < len(regions):
        raise ValueError(f"a country has at least {len(regions)} organisations, one in each region")
    given = {region.kato: 1 for region in regions}
    for _ in range(organisations - len(regions)):
        most = max(regions, key=lambda region: region.schools / (2 * given[region.kato] + 1))
        given[most.kato] += 1
    return given


def sites(organisations: int, learners_per_organisation: int, seed: int) -> list[Site]:
    """Every school of the country, region by region."""
    found: list[Site] = []
    for number, region in enumerate(estimates.REGIONS):
        rng = np.random.default_rng([seed, 1, number])
        found += _sites_of(region, seats(organisations)[region.kato], rng)
    scale = organisations * learners_per_organisation / sum(site.usual_size for site in found)
    return [replace(site, size=max(SMALLEST, round(site.usual_size * scale))) for site in found]


def _sites_of(region: estimates.Region, count: int, rng: np.random.Generator) -> list[Site]:
    rural = min(round(count * region.rural), count - 1)
    languages = _languages(region, count, rng)
    found: list[Site] = []
    numbers: dict[estimates.Locality, int] = {"urban": count - rural, "rural": rural}
    for locality, number in numbers.items():
        sizes = _sizes(locality, number, rng)
        for district, size in zip(_districts(region, locality, number, rng), sizes, strict=True):
            found.append(
                Site(
                    region.kato,
                    district,
                    _place(district, locality, rng),
                    locality,
                    languages[len(found)],
                    size,
                    0,
                )
            )
    mean = sum(site.usual_size for site in found) / count
    factor = region.learners * 1000 / region.schools / mean
    return [replace(site, usual_size=_bounded(site.usual_size * factor)) for site in found]


def _bounded(size: float) -> int:
    return min(max(round(size), SMALLEST), estimates.LARGEST_SCHOOL)


def _sizes(locality: estimates.Locality, count: int, rng: np.random.Generator) -> list[int]:
    """Log-normal sizes, one from each of `count` equal layers of the distribution."""
    layers = (np.arange(count) + rng.uniform(0.15, 0.85, count)) / max(count, 1)
    median, spread = estimates.SIZE_MEDIAN[locality], estimates.SIZE_SPREAD[locality]
    normal = NormalDist()
    return [
        round(median * float(np.exp(spread * normal.inv_cdf(layer)))) for layer in rng.permutation(layers)
    ]


def _drawn(items: Sequence[T], weights: Sequence[float], count: int, rng: np.random.Generator) -> list[T]:
    """`count` items by systematic sampling: shares as near to the weights as whole numbers allow."""
    bounds = list(accumulate(weights))
    points = (np.arange(count) + rng.uniform()) / max(count, 1) * bounds[-1]
    return [items[min(int(np.searchsorted(bounds, point, side="right")), len(items) - 1)] for point in points]


def _districts(
    region: estimates.Region, locality: estimates.Locality, count: int, rng: np.random.Generator
) -> list[Territory]:
    """Districts for that many schools; the centre of a region holds most of its urban ones."""
    candidates = reporting_districts(region.kato)
    weights = [_weight(district, locality) for district in candidates]
    order = rng.permutation(len(candidates))
    return _drawn([candidates[at] for at in order], [weights[at] for at in order], count, rng)


def _weight(district: Territory, locality: estimates.Locality) -> float:
    if district.level == "sub_district":
        return 1.0 if locality == "urban" else 0.0
    if not district.is_city:
        return 1.0 if locality == "rural" else 0.3 * len(towns(district.kato))
    is_centre = district.kato[2:] == "1000000"
    return (6.0 if is_centre else 1.5) if locality == "urban" else 0.0


def _place(district: Territory, locality: estimates.Locality, rng: np.random.Generator) -> Territory:
    in_district = towns(district.kato) if locality == "urban" and not district.is_city else ()
    return in_district[int(rng.integers(len(in_district)))] if in_district else district


def _languages(region: estimates.Region, count: int, rng: np.random.Generator) -> list[str]:
    """The language of each school; a mixed one teaches half its classes in Kazakh and half in Russian."""
    russian = max(0.0, 1.0 - region.kazakh - sum(region.other.values()))
    both = 0.9 * min(region.kazakh, russian)
    shares = {"kk": region.kazakh - both / 2, "ru": russian - both / 2, "mixed": both, **region.other}
    names = list(shares)
    drawn = _drawn(names, [shares[name] for name in names], count, rng)
    return [drawn[at] for at in rng.permutation(count)]
