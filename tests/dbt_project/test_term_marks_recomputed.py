"""Marks of a term beside what their current marks make: the warehouse reckons as the rule does, and as paper does.

The current marks are those that the rule is tried with (tests/expectations/rules/test_term_marks.py), one school for
each random class, so that every case of the one is a case of the other.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from ingest.schema.forms.codelist import codelist
from tests.dbt_project.installation import Installation, Row
from tests.expectations.rules.test_term_marks import TERMS, Mark, made_up_marks, reckoned

TERM = "2026-2027-T1"
START, END, FIRST, LAST = TERMS[TERM]
SCHOOLS = [f"6509400{number:05d}" for number in range(16, 40)]
Key = tuple[str, int, str]


def _people(marks: dict[str, list[Mark]]) -> dict[tuple[str, str], int]:
    """A key for each learner of each school."""
    named = sorted({(school, mark.iin) for school, own in marks.items() for mark in own})
    return {each: place for place, each in enumerate(named, start=1)}


def _given(school: str, own: list[Mark], people: dict[tuple[str, str], int]) -> Iterator[Row]:
    for mark in own:
        yield {
            "bin": school, "person_key": people[school, mark.iin], "grade": 7, "letter": mark.letter,
            "subject": mark.subject, "date": mark.day, "kind": mark.kind, "points": mark.points,
            "points_max": mark.most,
        }  # fmt: skip


@pytest.fixture(scope="module")
def marks() -> dict[str, list[Mark]]:
    found = {}
    for seed, school in enumerate(SCHOOLS):
        own = list(made_up_marks(random.Random(f"recomputed {seed}"), max(FIRST, START), LAST))
        found[school] = [mark for mark in own if START <= mark.day <= END]
    return found


@pytest.fixture(scope="module")
def results(marks: dict[str, list[Mark]]) -> dict[Key, int]:
    """A mark of the term for whoever has current marks, drawn at random: (school, learner, subject) → mark."""
    draw, people = random.Random(3), _people(marks)
    keys = sorted({(school, people[school, m.iin], m.subject) for school, own in marks.items() for m in own})
    return {key: draw.randint(2, 5) for key in keys}


@pytest.fixture(scope="module")
def country(
    tmp_path_factory: pytest.TempPathFactory, new_installation: type[Installation], marks: Any, results: Any
) -> Installation:
    home = new_installation(tmp_path_factory.mktemp("recomputed"))
    term = {
        "segment": "term",
        "segment_no": 1,
        "start_date": FIRST,
        "end_date": LAST,
        "name_kk": "I",
        "name_ru": "I",
    }
    home.submit(1, "school_calendar", "KZ", "2026-2027", [term], official=True)
    opened = [
        {"bin": school, "event": "opened", "event_date": date(2020, 9, 1), "name_kk": school, "name_ru": school,
         "kind": "general_school"} for school in SCHOOLS
    ]  # fmt: skip
    home.submit(2, "organisation_register", "113200000", "2026-08-25", opened, official=True)
    people, number = _people(marks), 10
    for place, school in enumerate(SCHOOLS):
        rows = list(_given(school, marks[school], people))
        for month in ("2026-09", "2026-10"):
            own = [row for row in rows if f"{row['date']:%Y-%m}" == month]
            # What is approved of the term counts with the marks that are: of every third school they are not.
            home.submit(number, "current_marks", school, month, own, official=place % 3 > 0)
            number += 1
        told = [
            {"bin": school, "person_key": learner, "grade": 7, "letter": "А", "subject": subject,
             "outcome": "marked", "mark": mark}
            for (own_school, learner, subject), mark in results.items() if own_school == school
        ]  # fmt: skip
        home.submit(number, "term_results", school, TERM, told, official=True)
        number += 1
    home.inputs["publication"].append({"number": 1, "data_as_of": datetime(2026, 11, 2), "demo": True})
    home.write()
    home.build()
    return home


def _expected(marks: dict[str, list[Mark]]) -> dict[Key, tuple[float, float]]:
    people = _people(marks)
    return {
        (school, people[school, iin], subject): ends
        for school, own in marks.items()
        for (iin, subject), ends in reckoned(own, {"2026-09", "2026-10"}, FIRST, LAST).items()
    }


def _of_scale(percent: float) -> int | None:
    return next(
        (int(c.code) for c in codelist("mark").codes if percent <= float(c.extra["percent_to"])), None
    )


def test_every_mark_that_can_be_recomputed_is_and_no_other(country: Any, marks: Any, results: Any) -> None:
    rows = country.query(
        "select f.basis, s.node_code, f.person_key, f.subject_code, f.reported_mark, f.recomputed_percent, "
        "f.recomputed_mark, f.is_different, f.is_higher, f.is_lower, f.mark_difference "
        "from fct_term_mark_recomputed as f join dim_submission as s using (submission_key)"
    )
    expected, approved = _expected(marks), {school for place, school in enumerate(SCHOOLS) if place % 3}
    found = {(basis, (school, learner, subject)) for basis, school, learner, subject, *_ in rows}
    assert len(found) == len(rows) > 40
    assert found == {
        (basis, key)
        for key in expected
        for basis in ("operational", "official")
        if basis == "operational" or key[0] in approved
    }
    seen = set()
    for _, school, learner, subject, reported, percent, mark, *differs, difference in rows:
        low, high = expected[school, learner, subject]
        assert reported == results[school, learner, subject]
        assert float(percent) == pytest.approx((low + high) / 2, abs=0.051)
        if abs((low + high) / 2 % 1 - 0.5) > 1e-5:
            assert mark == _of_scale(round((low + high) / 2))
        scale = codelist("mark").by_code[str(reported)].extra
        above, below = float(scale["percent_from"]), float(scale["percent_to"])
        # How far the percentage lies beside the mark's own, on either side; a point is let pass.
        if (
            min(abs(high + 1 - above + 1), abs(high + 1 - above), abs(low - 1 - below), abs(low - 2 - below))
            > 1e-5
        ):
            is_higher, is_lower = high + 1 <= above - 1, low - 1 >= below + 1
            assert differs == [int(is_higher or is_lower), int(is_higher), int(is_lower)]
            seen.add(tuple(differs))
        assert difference == reported - mark
    assert seen == {(0, 0, 0), (1, 1, 0), (1, 0, 1)}


def test_what_is_shown_adds_up_to_what_was_recomputed_within_what_is_rounded(country: Any) -> None:
    exact = country.query(
        "select basis, sum(1), sum(is_different) from fct_term_mark_recomputed group by basis order by basis"
    )
    shown = country.query(
        "select basis, sum(marks_compared), sum(marks_different), sum(marks_higher + marks_lower) "
        "from rpt_term_mark_recomputed where level = 'republic' group by basis order by basis"
    )
    assert [row[0] for row in shown] == [row[0] for row in exact]
    for (_, compared, different), (_, rounded, rounded_different, sides) in zip(exact, shown, strict=True):
        assert sides == rounded_different <= rounded
        assert abs(rounded - compared) <= 5 * len(SCHOOLS) * 2
        assert abs(rounded_different - different) <= 5 * len(SCHOOLS) * 2
    few = country.query(
        "select count(*) from rpt_term_mark_recomputed "
        "where marks_compared between 1 and 4 or marks_different between 1 and 4"
    )
    assert few == [(0,)]
