"""Regional indicators in the warehouse: what is not there stays absent, what is restated counts once."""

from __future__ import annotations

import csv
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.dbt_project.installation import Installation, Row

AKMOLA, ABAI = "110000000", "100000000"


def _row(kato: str | None, period: str, value: int, area: str = "all", indicator: str = "schools") -> Row:
    level = "oblast" if kato else "republic"
    return {
        "level": level,
        "kato": kato,
        "indicator": indicator,
        "area": area,
        "value_period": period,
        "value": Decimal(value),
    }


@pytest.fixture(scope="module")
def regions(tmp_path_factory: pytest.TempPathFactory, new_installation: type[Installation]) -> Any:
    home = new_installation(tmp_path_factory.mktemp("regions"))
    codes = [
        {"kato": code, "level": "oblast", "type_code": "0", "name_kk": name, "name_ru": name}
        for code, name in ((AKMOLA, "Ақмола"), (ABAI, "Абай"))
    ]
    home.submit(1, "territory_register", "KZ", "2026-07-17", codes, official=True)
    first = [
        _row(AKMOLA, "2021-2022", 569),
        _row(AKMOLA, "2022-2023", 558),
        _row("990000000", "2022-2023", 1),
        _row("980000000", "2022-2023", 2),
    ]
    home.submit(2, "regional_indicators", AKMOLA, "2026-Q3", first, official=True)
    home.submit(3, "regional_indicators", AKMOLA, "2026-Q4", [_row(AKMOLA, "2022-2023", 559)])
    whole = [_row(ABAI, "2022-2023", 318), _row(None, "2022-2023", 877), _row(ABAI, "2022-2023", 88, "urban")]
    whole += [
        _row(ABAI, "2026", 3, indicator="three_shift_schools"),
        _row(ABAI, "2026-Q3", 84, indicator="preschool_coverage"),
        _row(None, "2026-Q3", 90, indicator="preschool_coverage"),
    ]
    home.submit(4, "regional_indicators", ABAI, "2026-Q4", whole, official=True)
    home.inputs["publication"].append({"number": 1, "data_as_of": datetime(2027, 1, 15), "demo": True})
    home.write()
    home.build()
    return home


def _sum(regions: Any, basis: str, period: str) -> Any:
    return regions.query(
        f"select sum(value)::int, count(*) from fct_regional_indicator where is_latest_{basis} "
        f"and level_code = 'oblast' and area_code = 'all' and value_period = '{period}' and territory_key > 0"
    )


def test_a_restated_value_counts_once_on_each_basis(regions: Any) -> None:
    assert _sum(regions, "operational", "2022-2023") == [(559 + 318, 2)]
    assert _sum(regions, "official", "2022-2023") == [(558 + 318, 2)]


def test_a_region_without_a_value_is_absent_and_not_zero(regions: Any) -> None:
    assert _sum(regions, "operational", "2021-2022") == [(569, 1)]


def test_the_republic_and_an_unknown_territory_keep_their_rows(regions: Any) -> None:
    rows = regions.query(
        "select territory_key, level_code, value::int from fct_regional_indicator "
        "where territory_key < 0 and value_period = '2022-2023' order by 1, 3"
    )
    assert rows == [(-2, "republic", 877), (-1, "oblast", 1), (-1, "oblast", 2)]


def test_the_report_sums_what_oblasts_state_and_shows_who_states_nothing(regions: Any) -> None:
    rows = regions.query(
        "select basis, level, oblast_code, area_code, value_period, value::int, is_summed, oblasts_reported, "
        "oblasts_due from rpt_regional_indicator "
        "where indicator_code = 'schools' and value_period in ('2021-2022', '2022-2023')"
    )
    later, earlier = "2022-2023", "2021-2022"
    both = [
        # What a republic states itself is not summed.
        ("republic", "all", "all", later, 877, 0, 2, 2),
        ("oblast", ABAI, "all", later, 318, 0, None, None),
        ("oblast", ABAI, "urban", later, 88, 0, None, None),
        ("oblast", AKMOLA, "urban", later, None, 0, None, None),
        ("republic", "all", "urban", later, 88, 1, 1, 2),
        ("oblast", AKMOLA, "all", earlier, 569, 0, None, None),
        ("oblast", ABAI, "all", earlier, None, 0, None, None),
        ("republic", "all", "all", earlier, 569, 1, 1, 2),
        ("oblast", "unknown", "all", later, 1, 0, None, None),
        ("oblast", "unknown", "all", later, 2, 0, None, None),
    ]
    expected = {(basis, *row) for basis in ("operational", "official") for row in both}
    expected |= {
        ("operational", "oblast", AKMOLA, "all", later, 559, 0, None, None),
        ("official", "oblast", AKMOLA, "all", later, 558, 0, None, None),
    }
    assert len(rows) == len(expected) and set(rows) == expected


def test_a_value_stands_beside_the_republic(regions: Any) -> None:
    rows = regions.query(
        "select indicator_code, level, value_period, period_label_ru, value::int, republic_value::int, "
        "part_of_republic::int, whole_of_republic::int, target_value::int, gap_value::int "
        "from rpt_regional_indicator where basis = 'official' and area_code = 'all' "
        "and (oblast_code = '100000000' or level = 'republic') and value_period >= '2022-2023'"
    )
    year, quarter = "2022–2023 учебный год", "3-й квартал 2026 года"
    assert set(rows) == {
        ("schools", "oblast", "2022-2023", year, 318, 877, 318, 877, None, None),
        ("schools", "republic", "2022-2023", year, 877, 877, 877, 877, None, None),
        ("three_shift_schools", "oblast", "2026", "2026 год", 3, 3, 3, 3, None, None),
        ("three_shift_schools", "republic", "2026", "2026 год", 3, 3, 3, 3, None, None),
        # A percentage is no part of another one.
        ("preschool_coverage", "oblast", "2026-Q3", quarter, 84, 90, None, None, None, None),
        ("preschool_coverage", "republic", "2026-Q3", quarter, 90, 90, None, None, None, None),
    }


def test_every_indicator_says_how_it_is_counted_in_every_year(regions: Any) -> None:
    """One formula a year, in both languages: two would double a figure."""
    spoken = regions.query("select indicator_code from dim_indicator where indicator_key >= 0")
    seeds = Path(__file__).resolve().parents[2] / "dbt_project" / "seeds"
    formulas = _read(seeds / "indicator_formula.csv")
    assert {row["indicator"] for row in formulas} == {code for (code,) in spoken}
    assert all(len(row[f"formula_{language}"]) > 15 for row in formulas for language in ("kk", "ru"))
    years = [
        (row["indicator"], year)
        for row in formulas
        for year in range(int(row["year_from"]), min(int(row["year_to"]), 2100) + 1)
    ]
    assert len(set(years)) == len(years)
    silent = "select distinct indicator_code from rpt_regional_indicator where formula_kk is null"
    assert not regions.query(silent)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_report_that_breaks_a_rule_is_named(installation: Any) -> None:
    rows = [_row(AKMOLA, "2026", 5), _row(AKMOLA, "2026", 6), _row(AKMOLA, "2025", 1) | {"value": None}]
    installation.submit(5, "regional_indicators", AKMOLA, "2026-Q3", rows)
    installation.inputs["publication"].append(
        {"number": 1, "data_as_of": datetime(2027, 1, 15), "demo": True}
    )
    installation.write()
    result = installation.tested("regional_indicator_twice", "regional_indicator_no_value")
    assert result.returncode == 0, result.stdout
    assert installation.query("select * from held_back.regional_indicator_twice") == [(5, 2)]
    assert installation.query("select * from held_back.regional_indicator_no_value") == [(5, 1)]
