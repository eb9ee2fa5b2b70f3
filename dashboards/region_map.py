"""The map of the regions that Superset's country map draws: tiles of our own, or an installation's geometry.

In: `assets/map.yaml`, and `map/regions.geojson` of the home where an installation has put official geometry there.
Out: GeoJSON in the place of the file that Superset ships for Kazakhstan, which knows sixteen regions of before 2022.
A region's identifier is its KATO code, its names are in the language of the page. What the geometry of an
installation lacks or does wrong is told, and the tiles are shown instead.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dashboards.authored import DefinitionError, made, mapping, meant, read_mapping
from dashboards.definition import ASSETS, Text, names_of

SHIPPED_MARK = b"KZ-VOS"
"""Stands in Superset's file of Kazakhstan and in no other: the file's name changes with each release."""
_SIDE = 0.94  # of a tile whose neighbours are 1 apart; in degrees near the equator, where a square is drawn square
Point = tuple[float, float]
Ring = list[Point]


@dataclass(frozen=True)
class Tile:
    """Where a region stands among the tiles, what is written on its own and what it is called."""

    column: int
    row: int
    label: Text
    name: Text


class RegionMap:
    """The map as pages get it; `own`: where the geometry of an installation would lie."""

    def __init__(self, own: Path) -> None:
        self._own = own
        self._tiles = tiles()
        self._made: dict[tuple[str, float], bytes] = {}

    def content(self, language: str) -> bytes:
        """GeoJSON in the language; what an installation put there is followed as soon as it changes."""
        changed = self._own.stat().st_mtime if self._own.is_file() else 0.0
        if (language, changed) not in self._made:
            if all(kept != changed for _, kept in self._made):
                self._made.clear()
            self._made[language, changed] = json.dumps(self._drawn(language), ensure_ascii=False).encode()
        return self._made[language, changed]

    def _drawn(self, language: str) -> dict[str, Any]:
        if self._own.is_file():
            try:
                return map_of_geometry(self._own, self._tiles, language)
            except GeometryError as error:
                logging.getLogger(__name__).error("%s Until then the regions are shown as tiles.", error)
        return map_of_tiles(self._tiles, language)


@cache
def is_kazakhstan(file: Path) -> bool:
    """Whether a map that Superset ships is the one of Kazakhstan."""
    return file.is_file() and SHIPPED_MARK in file.read_bytes()


class GeometryError(ValueError):
    """What is wrong with the geometry of an installation, and what to do."""


def tiles(file: Path = ASSETS / "map.yaml") -> dict[str, Tile]:
    """KATO code of a region → its tile. Raises DefinitionError; no two share a place."""
    names = names_of("region", file)
    found = {}
    for code, raw in read_mapping(file).items():
        if code not in names:
            raise DefinitionError(file, code, "is not in the codelist region", meant(code, list(names)))
        found[code] = made(Tile, {**mapping(raw, file, code), "name": names[code]}, file, code)
    places: dict[tuple[int, int], str] = {}
    for code, tile in found.items():
        other = places.setdefault((tile.column, tile.row), code)
        if other != code:
            raise DefinitionError(file, code, f"stands in the place of {other}", "Move one of them.")
    return found


def map_of_tiles(known: Mapping[str, Tile], language: str) -> dict[str, Any]:
    """The regions as squares, in GeoJSON."""
    middle_column = _middle(tile.column for tile in known.values())
    middle_row = _middle(tile.row for tile in known.values())
    features = []
    for code, tile in known.items():
        west, north = tile.column - middle_column - _SIDE / 2, middle_row - tile.row + _SIDE / 2
        east, south = west + _SIDE, north - _SIDE
        ring: Ring = [(west, north), (east, north), (east, south), (west, south), (west, north)]
        features.append(_feature(code, tile, [[ring]], language))
    return {"type": "FeatureCollection", "features": features}


def map_of_geometry(file: Path, known: Mapping[str, Tile], language: str) -> dict[str, Any]:
    """The regions as an installation's file draws them: features with a property `kato`, one for each region.

    Rings are turned the way the drawing library wants them; those without an area, which would end it, are left out.
    Raises GeometryError.
    """
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
        shapes = {
            str(each["properties"]["kato"]): list(_polygons(each["geometry"])) for each in found["features"]
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        remedy = "It must be GeoJSON whose features have a property `kato` and polygons in degrees."
        raise GeometryError(
            f"{file.name} cannot be read as a map ({type(error).__name__}). {remedy}"
        ) from None
    if lacking := sorted(code for code in known if not shapes.get(code)):
        raise GeometryError(
            f"{file.name} has no area for {', '.join(lacking)}. Add these regions by their KATO codes."
        )
    features = [_feature(code, tile, shapes[code], language) for code, tile in known.items()]
    return {"type": "FeatureCollection", "features": features}


def _feature(code: str, tile: Tile, polygons: list[list[Ring]], language: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"ISO": code, "NAME_1": tile.name[language], "LABEL": tile.label[language]},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def _polygons(geometry: Mapping[str, Any]) -> Iterator[list[Ring]]:
    """The polygons of a geometry, the outer ring of each clockwise, its holes the other way round."""
    coordinates = geometry["coordinates"]
    wrapped = {"Polygon": [coordinates], "MultiPolygon": coordinates}
    for polygon in wrapped[geometry["type"]]:
        rings = [[(_degrees(x, 180), _degrees(y, 90)) for x, y, *_ in ring] for ring in polygon]
        if not rings or _area(rings[0]) == 0:
            continue
        kept = [ring for ring in rings if _area(ring) != 0]
        yield [ring if (_area(ring) < 0) == (place == 0) else ring[::-1] for place, ring in enumerate(kept)]


def _degrees(number: Any, most: int) -> float:
    if isinstance(number, bool) or not isinstance(number, (int, float)) or not -most <= number <= most:
        raise ValueError("no degrees")
    return float(number)


def _area(ring: Ring) -> float:
    """Twice the area a ring encloses, below zero where it runs clockwise."""
    if len(ring) < 4:
        return 0.0
    turns = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in turns)


def _middle(numbers: Iterable[int]) -> float:
    found = list(numbers)
    return (min(found) + max(found)) / 2
