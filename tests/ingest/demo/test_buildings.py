"""What passports of invented schools say is in order, and looks like a country."""

from __future__ import annotations

from collections import Counter

import pytest

from ingest.demo.reports.passports import PASSPORT_STORIES, passport_cast, passport_reports
from ingest.demo.world.buildings import Row
from ingest.demo.world.country import Country
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.load import contract

FORM = contract("organisation_passport")


@pytest.fixture(scope="module", params=[(11, 507), (12, 40)], ids=["full", "scaled down"])
def passports(request: pytest.FixtureRequest) -> list[tuple[Country, Row]]:
    seed, learners = request.param
    country = Country(seed, 300, learners)
    return [(country, country.passport_of(school)) for school in country.organisations]


def test_a_passport_has_columns_of_its_form_and_codes_of_its_codelists(
    passports: list[tuple[Country, Row]],
) -> None:
    names = {field.name for field in FORM.fields}
    required = {field.name for field in FORM.fields if field.constraints.required}
    for _, row in passports:
        assert required <= {name for name, value in row.items() if value is not None}
        assert set(row) <= names
        for field in FORM.fields:
            if name := field.constraints.codelist:
                assert row[field.name] in codelist(name).by_code


def test_regions_of_towns_and_villages_differ(passports: list[tuple[Country, Row]]) -> None:
    country, _ = passports[0]
    urban = {one.bin for one in country.organisations if one.site.locality == "urban"}
    by: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for _, row in passports:
        by[row["bin"] in urban][row["water_supply"]] += 1
    shares = {key: counts["central"] / counts.total() for key, counts in by.items()}
    assert shares[True] > 0.9
    assert 0.4 < shares[False] < 0.75


def test_some_buildings_wait_for_repair_and_most_do_not(passports: list[tuple[Country, Row]]) -> None:
    conditions = Counter(row["building_condition"] for _, row in passports)
    assert conditions["good"] > 0.75 * conditions.total()
    assert conditions["repair"] > conditions["emergency"] > 0


def test_a_school_has_the_same_building_in_every_country_of_the_seed() -> None:
    full, fewer = Country(3, 24, 507), Country(3, 24, 40, weeks=1)
    for one, other in zip(full.organisations, fewer.organisations, strict=True):
        same = {"classrooms", "class_sets"} ^ set(full.passport_of(one))
        ours, theirs = full.passport_of(one), fewer.passport_of(other)
        assert {name: ours[name] for name in same - {"subject_rooms"}} == {
            name: theirs[name] for name in same - {"subject_rooms"}
        }


@pytest.mark.parametrize("size", [20, 24, 80])
def test_every_story_of_a_passport_is_told_and_some_never_come(size: int) -> None:
    country = Country(size=size)
    reports = list(passport_reports(country, ()))
    told = Counter(one.story for one in reports)
    assert set(told) == {"ordinary", *PASSPORT_STORIES}
    assert len({school.index for school in passport_cast(country).values()}) == len(PASSPORT_STORIES)
    assert len({one.node for one in reports}) == size - round(0.05 * size)


def test_a_school_that_is_closed_is_not_late() -> None:
    country = Country(size=80)
    every = range(country.size)
    last = max(one.sent_at for one in passport_reports(country, (), every) if one.wave == "schools")
    late = max(one.sent_at for one in passport_reports(country, ()) if one.wave == "schools")
    assert last.date().isoformat() <= "2026-09-12" < late.date().isoformat()
