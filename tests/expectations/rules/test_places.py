"""Whose territory a place lies in: of every place of the country and every department, by the map's own order."""

from __future__ import annotations

import duckdb

from expectations.rules.organisations.names_and_places import KatoOfSubmitter
from expectations.rules.territories.indicators import TerritoryOfSubmitter
from ingest.demo.world.territory import Territory, territories


def _lies_in(place: Territory, whose: Territory, known: dict[str, Territory]) -> bool:
    if whose.level == "oblast":
        return place.region == whose.kato
    if whose.level == "district":
        return known.get(f"{place.kato[:4]}00000") == whose
    return place == whose  # districts of the great cities have nothing below them


def test_a_department_names_places_of_its_own_territory_alone() -> None:
    """Regions such as 10 and districts such as 1140, whose last digit is a zero, too."""
    everywhere = territories()
    known = {each.kato: each for each in everywhere}
    departments = [each for each in everywhere if each.level != "settlement"]
    rule = KatoOfSubmitter(severity="error", column="kato")
    with duckdb.connect() as con:
        con.execute("CREATE TABLE b (kato VARCHAR)")
        con.executemany("INSERT INTO b VALUES (?)", [(each.kato,) for each in everywhere])
        con.execute("CREATE TABLE s (node_code VARCHAR, node_kind VARCHAR)")
        con.executemany("INSERT INTO s VALUES (?, 'department')", [(each.kato,) for each in departments])
        found = set(
            con.execute(f"SELECT node_code, kato FROM b CROSS JOIN s WHERE NOT ({rule.fault()})").fetchall()
        )
    wanted = {
        (whose.kato, place.kato)
        for whose in departments
        for place in everywhere
        if _lies_in(place, whose, known)
    }
    assert found == wanted
    assert any(code[1] == "0" for code, _ in found) and any(code[3] == "0" for code, _ in found)


def test_a_region_hands_in_values_of_itself_and_its_districts_alone() -> None:
    """Of the republic too, which has no code that could be another's; the ministry hands in any of them."""
    everywhere = [each for each in territories() if each.level in ("oblast", "district")]
    regions = [each for each in everywhere if each.level == "oblast"]
    rule = TerritoryOfSubmitter(severity="error", column="level", other="kato")
    with duckdb.connect() as con:
        con.execute("CREATE TABLE b (level VARCHAR, kato VARCHAR)")
        con.executemany("INSERT INTO b VALUES (?, ?)", [(each.level, each.kato) for each in everywhere])
        con.execute("INSERT INTO b VALUES ('republic', NULL)")
        con.execute("CREATE TABLE s (node_code VARCHAR, node_kind VARCHAR)")
        con.execute("INSERT INTO s VALUES ('KZ', 'republic'), (NULL, NULL)")
        con.executemany("INSERT INTO s VALUES (?, 'oblast')", [(each.kato,) for each in regions])
        found = set(
            con.execute(
                f"SELECT node_code, kato FROM b CROSS JOIN s WHERE ({rule.fault()}) IS NOT TRUE"
            ).fetchall()
        )
    values: list[str | None] = [None, *(each.kato for each in everywhere)]
    anybodys = {(whose, value) for whose in ("KZ", None) for value in values}
    assert found == anybodys | {
        (region.kato, each.kato) for region in regions for each in everywhere if each.region == region.kato
    }
