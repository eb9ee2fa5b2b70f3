"""Organisations that move, merge and split: nothing of what was reported for them is lost or doubled."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from tests.dbt_project.installation import Installation, Row

MERGED, SUCCESSOR, DIVIDED, LEFT, RIGHT, MOVED, PARTED, ONE, OTHER, NOWHERE = (
    f"65094000{number:04d}" for number in range(16, 116, 10)
)
DEPARTMENT = "113200000"
OLD_PLACE, NEW_PLACE = "110000000", "100000000"
ON, LATER = date(2026, 10, 1), date(2026, 10, 15)
LEARNERS = {MERGED: 5, SUCCESSOR: 7, DIVIDED: 8, MOVED: 3, PARTED: 6}


def _event(bin_: str, event: str, day: date, other: str | None = None, **more: Any) -> Row:
    return {"bin": bin_, "event": event, "event_date": day, "other_bin": other, **more}


def _opened(bin_: str, day: date) -> Row:
    named = {"name_kk": f"Мектеп {bin_}", "name_ru": f"Школа {bin_}", "kind": "general_school"}
    return _event(bin_, "opened", day, kato=OLD_PLACE, **named)


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory, new_installation: type[Installation]) -> Any:
    home = new_installation(tmp_path_factory.mktemp("lineage"))
    codes = [
        {"kato": code, "level": "oblast", "type_code": "0", "name_kk": code, "name_ru": code}
        for code in (OLD_PLACE, NEW_PLACE)
    ]
    codes.append({**codes[0], "kato": DEPARTMENT, "level": "district", "type_code": "4"})
    home.submit(1, "territory_register", "KZ", "2026-07-17", codes, official=True)
    first = [_opened(bin_, date(2020, 9, 1)) for bin_ in LEARNERS]
    first.append(_opened(NOWHERE, date(2020, 9, 1)) | {"kato": "999999999"})
    home.submit(2, "organisation_register", "113200000", "2026-08-25", first)
    changes = [
        _event(MERGED, "merged", ON, SUCCESSOR),
        *(_opened(bin_, ON) for bin_ in (LEFT, RIGHT)),
        *(_event(bin_, "split", ON, DIVIDED) for bin_ in (LEFT, RIGHT)),
        _event(DIVIDED, "closed", ON),
        _event(MOVED, "moved", ON, kato=NEW_PLACE),
        # Divided into two, one of which joins the other a fortnight later: what was parted comes together again.
        *(_opened(bin_, ON) for bin_ in (ONE, OTHER)),
        *(_event(bin_, "split", ON, PARTED) for bin_ in (ONE, OTHER)),
        _event(PARTED, "closed", ON),
        _event(ONE, "merged", LATER, OTHER),
    ]
    home.submit(3, "organisation_register", "113200000", "2026-10-01", changes)
    for number, (bin_, learners) in enumerate(LEARNERS.items(), start=10):
        roster = [{"bin": bin_, "person_key": 100 * number + place} for place in range(learners)]
        home.submit(number, "learner_roster", bin_, "2026-09", roster)
    after = [{"bin": MOVED, "person_key": 9000}]
    home.submit(20, "learner_roster", MOVED, "2026-11", after)
    stray = [{"bin": "650940009999", "person_key": 9001}]
    home.submit(21, "learner_roster", "650940009999", "2026-09", stray)
    for bin_ in (MOVED, NOWHERE):
        home.inputs["node"].append(
            {
                "node_code": bin_,
                "kind": "organisation",
                "territory_code": DEPARTMENT,
                "name_kk": "М",
                "name_ru": "Ш",
            }
        )
    for week in ("2026-W39", "2026-W40", "2026-W41"):  # W40 begins on 28 September, before the move
        home.oblige(MOVED, week, "missing", None, None)
    home.oblige(NOWHERE, "2026-W40", "missing", None, None)
    home.inputs["publication"].append({"number": 1, "data_as_of": datetime(2026, 11, 2), "demo": True})
    home.write()
    home.build()
    return home


def test_as_is_every_organisation_holds_what_it_took_over(merged: Any) -> None:
    rows = merged.query(
        "select descendant_code, sum(weight) from fct_enrolment join dim_organisation using (organisation_key) "
        "join brg_organisation_lineage using (organisation_code) "
        "where enrolment_date = '2026-09-01' group by 1 order by 1"
    )
    assert rows == [(SUCCESSOR, 12), (LEFT, 4), (RIGHT, 4), (MOVED, 3), (OTHER, 6), ("unknown", 1)]


def test_as_is_and_as_was_add_up_to_the_same(merged: Any) -> None:
    as_was = merged.query("select count(*) from fct_enrolment")
    as_is = merged.query(
        "select sum(weight)::bigint from fct_enrolment join dim_organisation using (organisation_key) "
        "join brg_organisation_lineage using (organisation_code)"
    )
    assert as_was == as_is == [(sum(LEARNERS.values()) + 2,)]


def test_an_organisation_that_moved_is_counted_where_it_lay(merged: Any) -> None:
    rows = merged.query(
        "select enrolment_date, dim_territory.territory_code from fct_enrolment "
        "join dim_territory using (territory_key) join dim_organisation using (organisation_key) "
        f"where organisation_code = '{MOVED}' group by all order by 1"
    )
    assert rows == [(date(2026, 9, 1), OLD_PLACE), (date(2026, 11, 1), NEW_PLACE)]


def test_who_merged_or_was_divided_has_ended(merged: Any) -> None:
    rows = merged.query(
        "select organisation_code, closed_date from dim_organisation_current where not is_open order by 1"
    )
    assert rows == [(MERGED, ON), (DIVIDED, ON), (PARTED, ON), (ONE, LATER)]


def test_a_report_is_owed_where_the_organisation_lay_when_its_period_began(merged: Any) -> None:
    """And where nobody knows the place of an organisation, in the district of its department."""
    rows = merged.query(
        "select node_code, period, territory_code from fct_obligation join dim_node using (node_key) "
        "join dim_period using (period_key) "
        "join dim_territory on fct_obligation.territory_key = dim_territory.territory_key order by 1, 2"
    )
    assert rows == [
        (MOVED, "2026-W39", OLD_PLACE),
        (MOVED, "2026-W40", OLD_PLACE),
        (MOVED, "2026-W41", NEW_PLACE),
        (NOWHERE, "2026-W40", DEPARTMENT),
    ]
