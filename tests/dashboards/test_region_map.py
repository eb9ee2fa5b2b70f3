"""The map of the regions: tiles of our own, an installation's geometry where it can be used."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.authored import DefinitionError
from dashboards.definition import names_of
from dashboards.region_map import GeometryError, RegionMap, map_of_geometry, map_of_tiles, tiles

TILES = tiles()
Ring = list[tuple[float, float]]
SQUARE: Ring = [(60.0, 40.0), (60.0, 41.0), (61.0, 41.0), (61.0, 40.0), (60.0, 40.0)]
HOLE: Ring = [(60.4, 40.4), (60.6, 40.4), (60.6, 40.6), (60.4, 40.4)]


def turned(ring: Any) -> float:
    """Below zero for a ring that runs clockwise, as the drawing library wants an outer one."""
    return (
        sum((x1 - x0) * (y1 + y0) for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True)) * -1
    )


def geometry(file: Path, of: Any = None, **changed: Any) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"kato": code},
            "geometry": changed.get(code, of or polygon([SQUARE])),
        }
        for code in TILES
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file


def written(drawn: dict[str, Any]) -> bytes:
    return json.dumps(drawn, ensure_ascii=False).encode()


def polygon(rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": rings}


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_tiles_are_squares_apart_with_names_in_the_language(language: str) -> None:
    drawn = map_of_tiles(TILES, language)["features"]
    rings = [each["geometry"]["coordinates"][0][0] for each in drawn]
    for ring in rings:
        (west, north), (east, south) = ring[0], ring[2]
        assert 0 < east - west == pytest.approx(north - south)
        assert turned(ring) < 0 and ring[0] == ring[-1]
    corners = [ring[0] for ring in rings]
    assert all(
        max(abs(x - other_x), abs(y - other_y)) >= 1 - 1e-9
        for place, (x, y) in enumerate(corners)
        for other_x, other_y in corners[place + 1 :]
    )
    assert {each["properties"]["NAME_1"] for each in drawn} == {
        tile.name[language] for tile in TILES.values()
    }


def test_every_region_of_the_codelist_has_a_tile_and_no_other() -> None:
    assert set(TILES) == set(names_of("region", Path("map.yaml"))) - {"KZ"}


def test_a_tile_of_no_region_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "map.yaml"
    file.write_text('"10000000": {column: 1, row: 1, label: {kk: а, ru: б}}', encoding="utf-8")
    with pytest.raises(DefinitionError, match="not in the codelist"):
        tiles(file)


def test_two_tiles_in_one_place_are_refused(tmp_path: Path) -> None:
    tile = "{column: 1, row: 1, label: {kk: а, ru: б}}"
    file = tmp_path / "map.yaml"
    file.write_text(f'"100000000": {tile}\n"710000000": {tile}\n', encoding="utf-8")
    with pytest.raises(DefinitionError, match="stands in the place of 100000000"):
        tiles(file)


@given(
    st.permutations([SQUARE, HOLE]),
    st.booleans(),
    st.booleans(),
    st.sampled_from([[], [[(1.0, 1.0)] * 5], [[(1, 1), (2, 2), (1, 1)]]]),
)
def test_rings_are_turned_and_those_without_area_left_out(
    tmp_path_factory: pytest.TempPathFactory, rings: Any, outer: bool, inner: bool, flat: Any
) -> None:
    given_rings = [rings[0][::-1] if outer else rings[0], *flat, rings[1][::-1] if inner else rings[1]]
    shape = {"type": "MultiPolygon", "coordinates": [[given_rings], [[]]][:1] if outer else [given_rings]}
    shape["coordinates"] = [given_rings, *([flat] if flat else [])]
    file = geometry(tmp_path_factory.mktemp("map") / "regions.geojson", shape)
    for each in map_of_geometry(file, TILES, "ru")["features"]:
        ((first, *others),) = each["geometry"]["coordinates"]
        assert turned(first) < 0 and len(others) == 1 and turned(others[0]) > 0
        assert each["properties"]["NAME_1"] == TILES[each["properties"]["ISO"]].name["ru"]


@pytest.mark.parametrize(
    "wrong",
    ["", "[]", "{}", "null", '{"features": 1}', '{"features": [1]}', '{"features": [{"properties": null}]}',
     '{"features": [{"properties": {"kato": "1"}, "geometry": {"type": "Point", "coordinates": [1, 1]}}]}',
     '{"features": [{"properties": {"kato": "1"}, "geometry": null}]}', "[" * 100_000, "\x00"],
)  # fmt: skip
def test_a_file_that_is_no_map_leaves_the_tiles(tmp_path: Path, wrong: str, caplog: Any) -> None:
    file = tmp_path / "regions.geojson"
    file.write_text(wrong, encoding="utf-8")
    with pytest.raises(GeometryError, match=r"regions\.geojson"):
        map_of_geometry(file, TILES, "kk")
    assert RegionMap(file).content("kk") == written(map_of_tiles(TILES, "kk"))
    assert "regions.geojson" in caplog.text


def test_a_region_without_an_area_is_named(tmp_path: Path) -> None:
    file = geometry(
        tmp_path / "regions.geojson", **{"620000000": polygon([[(1, 1), (2, 2), (3, 3), (1, 1)]])}
    )
    with pytest.raises(GeometryError, match="no area for 620000000"):
        map_of_geometry(file, TILES, "kk")


@pytest.mark.parametrize("place", [(181, 40), (60, 91), (True, 1), ("60", 40), (float("inf"), 40)])
def test_places_that_are_no_degrees_are_refused(tmp_path: Path, place: Any) -> None:
    file = geometry(tmp_path / "regions.geojson", polygon([[place, *SQUARE[1:]]]))
    with pytest.raises(GeometryError):
        map_of_geometry(file, TILES, "kk")


def test_geometry_is_shown_once_it_is_there_and_gone_when_it_is_taken_away(tmp_path: Path) -> None:
    file = tmp_path / "regions.geojson"
    shown = RegionMap(file)
    before = shown.content("kk")
    geometry(file)
    os.utime(file, (1, 1))
    assert shown.content("kk") == written(map_of_geometry(file, TILES, "kk"))
    assert shown.content("ru") != shown.content("kk")
    file.unlink()
    assert shown.content("kk") == before
