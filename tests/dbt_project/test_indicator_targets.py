"""Targets of regional indicators: a place's own before its oblast's before the republic's, the last word of each year.

What stands beside every value is told again by a few lines of Python, over targets drawn at random: none, several of a
year, of the whole where it is no target of a part.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.dbt_project.installation import Installation, Row

OBLASTS = ("110000000", "100000000")
DISTRICTS = ("113200000", "113400000", "101200000")
YEARS = range(2023, 2028)
ADDITIVE = {"schools": True, "three_shift_schools": True, "preschool_coverage": False}
# Number of the submission, who hands it in, as of which day, whether it is approved.
FILES = [
    (10, "KZ", "2026-01-10", True),
    (11, "KZ", "2026-05-10", False),
    (12, "110000000", "2026-03-01", True),
    (13, "110000000", "2026-02-01", True),
    (14, "100000000", "2026-01-10", False),
]


def _level(kato: str | None) -> str:
    return "republic" if kato is None else "oblast" if kato in OBLASTS else "district"


def _targets(node: str, draw: random.Random) -> Iterator[Row]:
    """Some targets as one file may set them: the years of one place and indicator do not overlap."""
    if node == "KZ":
        places = [None, *OBLASTS, *DISTRICTS]
    else:
        places = [each for each in (*OBLASTS, *DISTRICTS) if each[:2] == node[:2]]
    for kato in places:
        for indicator in ADDITIVE:
            first = 2022
            while draw.random() < 0.6 and first < 2028:
                first += draw.randrange(3)
                last = first + draw.randrange(3)
                yield {
                    "level": _level(kato), "kato": kato, "indicator": indicator, "year_from": first,
                    "year_to": None if last == first and draw.random() < 0.5 else last,
                    "target": Decimal(draw.choice([0, 0, 5, 40, 98])),
                    "document_kk": f"құжат {first}", "document_ru": f"документ {first}",
                }  # fmt: skip
                first = last + 1


def _values() -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for kato in (*OBLASTS, *DISTRICTS):
        node = f"{kato[:2]}0000000"
        for place, indicator in enumerate(ADDITIVE):
            for year in YEARS:
                period = (f"{year}", f"{year}-{year + 1}", f"{year}-Q3")[place]
                found.setdefault(node, []).append(
                    {"level": _level(kato), "kato": kato, "indicator": indicator, "area": "all",
                     "value_period": period, "value": Decimal(year - 2000 + int(kato[3:5]))}
                )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def handed_in() -> dict[int, list[Row]]:
    draw = random.Random(7)
    return {number: list(_targets(node, draw)) for number, node, _, _ in FILES}


@pytest.fixture(scope="module")
def country(
    tmp_path_factory: pytest.TempPathFactory, new_installation: type[Installation], handed_in: Any
) -> Installation:
    home = new_installation(tmp_path_factory.mktemp("targets"))
    codes = [
        {"kato": code, "level": _level(code), "type_code": "0", "name_kk": code, "name_ru": code}
        for code in (*OBLASTS, *DISTRICTS)
    ]
    home.submit(1, "territory_register", "KZ", "2026-07-17", codes, official=True)
    for number, (node, rows) in enumerate(_values().items(), start=2):
        home.submit(number, "regional_indicators", node, "2026-Q3", rows, official=True)
    for number, node, day, official in FILES:
        home.submit(number, "indicator_targets", node, day, handed_in[number], official=official)
    home.inputs["publication"].append({"number": 1, "data_as_of": datetime(2027, 1, 15), "demo": True})
    home.write()
    home.build()
    return home


def _expected(
    handed_in: dict[int, list[Row]], basis: str, kato: str | None, indicator: str, year: int
) -> Any:
    above = [kato, f"{kato[:2]}0000000" if kato in DISTRICTS else None, None]
    for setter in dict.fromkeys(above):
        of_year = [
            (date.fromisoformat(day), number, row["target"], row["document_ru"])
            for number, _, day, official in FILES
            for row in handed_in[number]
            if (official or basis == "operational")
            and (row["kato"], row["indicator"]) == (setter, indicator)
            and row["year_from"] <= year <= (row["year_to"] or row["year_from"])
            and (setter == kato or not ADDITIVE[indicator] or row["target"] == 0)
        ]
        if of_year:
            _, number, target, document = max(of_year)
            return target, document, _level(setter), number
    return None, "Цель не установлена", None, None


def test_each_value_stands_beside_the_target_that_is_in_force(country: Any, handed_in: Any) -> None:
    rows = country.query(
        "select basis, territory_code, indicator_code, value_year, target_value, target_document_ru, target_level, "
        "target_submission_key "
        "from rpt_regional_indicator where structure <> 'as_is'"
    )
    assert {(row[0], row[1], row[2], row[3]) for row in rows} >= {
        (basis, kato, indicator, year)
        for basis in ("operational", "official")
        for kato in (*OBLASTS, *DISTRICTS)
        for indicator in ADDITIVE
        for year in YEARS
    }
    for basis, kato, indicator, year, *target in rows:
        assert tuple(target) == _expected(handed_in, basis, kato, indicator, year), (
            basis,
            kato,
            indicator,
            year,
        )
    said = {(row[6], row[4] == 0) for row in rows}
    # Otherwise the test above has seen nothing.
    assert {
        (None, False),
        ("republic", True),
        ("republic", False),
        ("oblast", False),
        ("district", False),
    } <= said


def test_the_gap_is_the_value_less_the_target_where_there_are_both(country: Any) -> None:
    rows = country.query(
        "select value, target_value, gap_value, has_gap, has_target from rpt_regional_indicator"
    )
    assert {row[4] for row in rows} == {0, 1}
    for value, target, gap, has_gap, has_target in rows:
        both = value is not None and target is not None
        assert (has_gap, has_target) == (int(both), int(target is not None))
        assert gap == (value - target if both else None)


def test_where_nobody_sets_a_target_it_is_said_in_words(regions_alone: Any) -> None:
    rows = regions_alone.query(
        "select distinct target_value, gap_value, has_target, target_of_kk, target_of_ru, target_document_kk, "
        "target_document_ru from rpt_regional_indicator"
    )
    kk, ru = "Нысана белгіленбеген", "Цель не установлена"
    assert rows == [(None, None, 0, kk, ru, kk, ru)]


@pytest.fixture
def regions_alone(tmp_path: Any, new_installation: type[Installation]) -> Installation:
    home = new_installation(tmp_path)
    codes = [{"kato": OBLASTS[0], "level": "oblast", "type_code": "0", "name_kk": "а", "name_ru": "а"}]
    home.submit(1, "territory_register", "KZ", "2026-07-17", codes, official=True)
    home.submit(2, "regional_indicators", OBLASTS[0], "2026-Q3", _values()[OBLASTS[0]][:5], official=True)
    home.inputs["publication"].append({"number": 1, "data_as_of": datetime(2027, 1, 15), "demo": True})
    home.write()
    home.build()
    return home
