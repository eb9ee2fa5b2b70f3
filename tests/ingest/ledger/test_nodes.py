from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

KATO = Path(__file__).parents[4] / "shared" / "data" / "kato.csv"


def _apply(district: Any, *rows: tuple[Any, ...]) -> Any:
    from ingest.ledger.nodes import OrganisationEvent, apply_organisation_events

    return apply_organisation_events(district, [OrganisationEvent(*row) for row in rows])


def _node(code: str) -> Any:
    from ingest.ledger.nodes import node

    return node(code)


def test_departments_stand_where_the_classifier_says(country: SimpleNamespace) -> None:
    assert [above.code for above in country.school.chain()] == ["113200000", "110000000", "KZ"]
    assert country.city_district.kind == "district"
    assert country.city_district.parent.code == "710000000"
    from ingest.ledger.records import Node

    assert not Node.objects.filter(code="113220100").exists()


def test_applying_territories_again_follows_new_names_only(country: SimpleNamespace) -> None:
    from ingest.ledger.nodes import Territory, apply_territories

    row = Territory("113200000", "district", "Ақкөл ауданы", "Аккольский район")
    again = apply_territories([row])
    assert (again.created, again.changed) == ([], [])
    assert apply_territories([row._replace(name_ru="район Акколь")]).changed == ["113200000"]
    assert _node("113200000").name_ru == "район Акколь"


@pytest.mark.real_input
@pytest.mark.skipif(not KATO.exists(), reason=f"{KATO.name} is not there")
def test_the_real_classifier_gives_every_department(home: Any) -> None:
    from ingest.ledger.nodes import Territory, apply_territories
    from ingest.ledger.records import Node

    with KATO.open(encoding="utf-8") as lines:
        rows = [
            Territory(row["kato"], row["level"], row["name_kk"], row["name_ru"])
            for row in csv.DictReader(lines)
        ]
    apply_territories(rows)
    # 17 oblasts and 3 cities; 209 districts and towns of oblast significance, 19 city districts.
    assert Counter(Node.objects.values_list("kind", flat=True)) == {
        "republic": 1,
        "oblast": 20,
        "district": 209 + 19,
    }
    assert apply_territories(rows).changed == []


def test_a_register_opens_renames_and_closes(country: SimpleNamespace) -> None:
    bin_ = "650140000033"
    rows = [
        (bin_, "closed", date(2026, 10, 1)),
        (bin_, "opened", date(2026, 9, 1), "Ескі", "Старая", "113220100"),
        (bin_, "renamed", date(2026, 9, 15), "Жаңа", "Новая"),
    ]
    assert _apply(country.district, *rows).created == [bin_]
    school = _node(bin_)
    assert (school.name_kk, school.name_ru, school.territory_code) == ("Жаңа", "Новая", "113220100")
    assert (school.valid_from, school.valid_to) == (date(2026, 9, 1), date(2026, 9, 30))
    assert (school.is_open_on(date(2026, 9, 30)), school.is_open_on(date(2026, 10, 1))) == (True, False)
    again = _apply(country.district, *rows)
    assert (again.created, again.changed) == ([], [])


def test_an_older_name_arriving_later_does_not_come_back(country: SimpleNamespace) -> None:
    _apply(country.district, ("650140000011", "renamed", date(2026, 9, 15), "Жаңа", "Новая"))
    _apply(country.district, ("650140000011", "renamed", date(2026, 9, 10), "Ескі", "Старая"))
    assert _node("650140000011").name_kk == "Жаңа"


def test_a_closed_organisation_may_open_again_and_an_opening_be_corrected(country: SimpleNamespace) -> None:
    bin_ = "650140000011"
    _apply(country.district, (bin_, "closed", date(2026, 9, 10)), (bin_, "opened", date(2026, 11, 1)))
    assert (_node(bin_).valid_from, _node(bin_).valid_to) == (date(2026, 11, 1), None)
    _apply(country.district, (bin_, "opened", date(2026, 10, 20)))
    assert _node(bin_).valid_from == date(2026, 10, 20)


def test_no_department_takes_over_the_organisation_of_another(country: SimpleNamespace) -> None:
    result = _apply(
        country.neighbour,
        ("650140000011", "closed", date(2026, 9, 10)),
        ("650140000099", "renamed", date(2026, 9, 10), "Б", "Б"),
    )
    assert (result.refused, result.unknown) == (["650140000011"], ["650140000099"])
    school = _node("650140000011")
    assert (school.parent, school.valid_to) == (country.district, None)


def test_a_merged_organisation_is_closed_from_that_day_and_a_split_changes_nothing(
    country: SimpleNamespace,
) -> None:
    _apply(country.district, ("650140000011", "split", date(2026, 9, 5)))
    assert _node("650140000011").valid_to is None
    _apply(country.district, ("650140000011", "merged", date(2026, 9, 10)))
    assert _node("650140000011").valid_to == date(2026, 9, 9)


def test_an_organisation_that_moves_belongs_to_the_department_of_its_new_place(
    country: SimpleNamespace,
) -> None:
    from ingest.ledger.nodes import OrganisationEvent, apply_reported_events

    bin_ = "650140000011"
    reported = [
        (country.neighbour, OrganisationEvent(bin_, "renamed", date(2026, 10, 1), "Жаңа", "Новая")),
        (country.district, OrganisationEvent(bin_, "moved", date(2026, 9, 10), None, None, "113820100")),
    ]
    first = apply_reported_events(reported)
    school = _node(bin_)
    assert (school.parent, school.territory_code) == (country.neighbour, "113820100")
    assert school.name_ru == "Новая"
    assert (first.changed, first.refused) == ([bin_], [])

    again = apply_reported_events(reported)
    assert (again.changed, _node(bin_).parent) == ([], country.neighbour)


def test_a_move_within_a_district_or_to_an_unknown_place_keeps_the_department(
    country: SimpleNamespace,
) -> None:
    bin_ = "650140000011"
    _apply(country.district, (bin_, "moved", date(2026, 9, 10), None, None, "113220300"))
    assert (_node(bin_).parent, _node(bin_).territory_code) == (country.district, "113220300")
    _apply(country.district, (bin_, "moved", date(2026, 9, 11), None, None, "999999999"))
    assert _node(bin_).parent == country.district


def test_a_city_district_takes_over_an_organisation_that_moves_there(country: SimpleNamespace) -> None:
    _apply(country.district, ("650140000011", "moved", date(2026, 9, 10), None, None, "711110000"))
    assert _node("650140000011").parent == country.city_district


DAY = date(2026, 9, 10)
BEFORE, AFTER = date(2026, 9, 9), date(2026, 9, 11)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "open_on"),
    [
        (DAY, None, {DAY, AFTER}),
        (None, DAY, {BEFORE, DAY}),
        (DAY, DAY, {DAY}),
        (None, None, {BEFORE, DAY, AFTER}),
        (AFTER, BEFORE, set()),
    ],
)
def test_first_and_last_day_are_both_included(
    valid_from: date | None, valid_to: date | None, open_on: set[date], country: SimpleNamespace
) -> None:
    school = country.school
    school.valid_from, school.valid_to = valid_from, valid_to
    assert {day for day in (BEFORE, DAY, AFTER) if school.is_open_on(day)} == open_on


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        (AFTER, (DAY, DAY)),  # its one day
        (DAY, (DAY, BEFORE)),  # closed before it began: open on no day
        (BEFORE, (DAY, None)),  # of an organisation that was there before
    ],
)
def test_closing_about_the_day_of_opening(
    closed: date, expected: tuple[date, date | None], country: SimpleNamespace
) -> None:
    bin_ = "650140000044"
    _apply(country.district, (bin_, "opened", DAY, "М", "Ш", "113220100"))
    _apply(country.district, (bin_, "closed", closed))
    assert (_node(bin_).valid_from, _node(bin_).valid_to) == expected


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (DAY, (DAY, DAY)),  # on its last day: the opening is corrected, the closing stays
        (AFTER, (AFTER, None)),  # on the day of the closing: it opens again
    ],
)
def test_opening_about_the_day_of_closing(
    again: date, expected: tuple[date, date | None], country: SimpleNamespace
) -> None:
    bin_ = "650140000011"
    _apply(country.district, (bin_, "closed", AFTER))
    assert _node(bin_).valid_to == DAY
    _apply(country.district, (bin_, "opened", again))
    assert (_node(bin_).valid_from, _node(bin_).valid_to) == expected


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Ақмола", ["110000000"]),
        ("акмолинская", ["110000000"]),
        ("ауданы Ақкөл", ["113200000"]),
        ("алматы АУДАНЫ", ["711110000"]),
        ("№2 мектеп", ["650140000022"]),
        ("школа №1", ["650140000011"]),
        ("113200001", ["113200000"]),
    ],
)
def test_a_node_is_found_by_words_of_its_name_in_either_language_else_by_its_code(
    text: str, codes: list[str], country: SimpleNamespace
) -> None:
    """All words must stand in one name, numbers among them; digits alone are a code."""
    from ingest.ledger import nodes

    assert [node.code for node in nodes.nearest_nodes(text)] == codes
