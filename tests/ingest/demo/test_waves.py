"""A written country: what lies in the drop folder, and what the plan says of it."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from ingest.demo.play.waves import write_country, write_registers
from ingest.demo.reports.histories import Histories, demo_now
from ingest.demo.reports.plan import WAVES, Plan, PlannedFinding
from ingest.demo.reports.spring import schools_with_marks
from ingest.demo.reports.stories import STORIES
from ingest.demo.world.country import Country
from ingest.demo.world.school_year import is_school_day
from ingest.demo.world.term_marks import MONTHS, mark_of
from ingest.home import Home
from ingest.schema.forms.load import contract
from ingest.schema.values.period import Period

# On lists and reports of attendance, and on passports.
DEFECTS = Counter(
    (
        "iin_check_digit",
        "not_in_codelist",
        "not_above",
        "learner_on_roster",
        "date_in_period",
        "not_an_integer",
        *("not_above", "not_in_codelist"),
    )
)
ASKED = {"toilet_without_sewer", "differs_from_register"}


def digests(home: Home) -> dict[str, str]:
    files = [path for path in home.drop.rglob("*") if path.is_file()]
    return {str(f.relative_to(home.drop)): hashlib.sha256(f.read_bytes()).hexdigest() for f in files}


def test_the_same_seed_writes_the_same_bytes_and_another_seed_others(
    written: tuple[Home, Plan], tmp_path: Path, small: dict[str, int]
) -> None:
    home, plan = written
    again, other = Home(tmp_path / "again"), Home(tmp_path / "other")
    assert write_country(again, **small) == plan
    assert digests(again) == digests(home)
    write_registers(other, Country(seed=504, size=24, learners_per_organisation=40))
    register = next(path for path in digests(other) if "organisation_register" in path)
    assert digests(other)[register] != digests(home).get(register)


def test_every_file_is_planned_and_every_planned_file_is_there(written: tuple[Home, Plan]) -> None:
    home, plan = written
    assert set(digests(home)) == {one.path for one in plan.submissions}
    assert Plan.load(home) == plan
    staged = home.root / "demo" / "staged"
    assert not [path for path in staged.rglob("*") if path.is_file()]


def test_files_carry_the_moment_of_their_receipt(written: tuple[Home, Plan]) -> None:
    home, plan = written
    for one in plan.submissions:
        assert (home.drop / one.path).stat().st_mtime == one.received_at.timestamp()
        assert one.received_at < demo_now(plan.weeks)


def test_the_home_is_a_demo_home_whose_clock_stands_still(written: tuple[Home, Plan]) -> None:
    home, _ = written
    settings = Home(home.root).settings
    assert settings.demo
    assert settings.now == demo_now(4)
    assert settings.now.isoformat() == "2026-09-29T10:00:00+05:00"


def test_registers_of_all_levels_come_from_those_who_keep_them(written: tuple[Home, Plan]) -> None:
    _, plan = written
    forms = {(one.wave, one.form, len(one.node)) for one in plan.submissions}
    assert forms >= {
        ("republic", "territory_register", 2),
        ("republic", "school_calendar", 2),
        ("districts", "organisation_register", 9),
        ("schools", "learner_roster", 12),
        ("schools", "attendance", 12),
        ("corrections", "learner_roster", 12),
        ("corrections", "attendance", 12),
    }


def test_weeks_run_from_the_one_in_which_school_begins(written: tuple[Home, Plan]) -> None:
    _, plan = written
    weeks = {one.period for one in plan.submissions if one.form == "attendance"}
    assert weeks == {f"{year}-W{number}" for year in (2025, 2026) for number in range(36, 40)}


def test_every_story_is_told_of_a_school_of_its_own(country: Country) -> None:
    cast = Histories(country).cast
    assert set(cast) == set(STORIES)
    assert len({school.index for school in cast.values()}) == len(STORIES)


def test_every_outcome_and_decision_occurs(written: tuple[Home, Plan]) -> None:
    _, plan = written
    assert set(plan.outcomes()) == {"accepted", "rejected", "unreadable", "nil_return", "duplicate"}
    assert {one.decision for one in plan.submissions} == {"approved", "returned", "waiting", "none"}
    assert {one.part for one in plan.submissions} == {"whole", "junior", "senior"}
    assert all(plan.of_wave(wave) for wave in WAVES)


def test_more_than_five_kinds_of_mistakes_are_planted_each_exactly_once_in_its_form(
    written: tuple[Home, Plan],
) -> None:
    _, plan = written
    rejected = [one for one in plan.submissions if one.outcome == "rejected"]
    assert Counter(finding.code for one in rejected for finding in one.findings) == DEFECTS
    assert all(len(one.findings) == 1 for one in rejected)


def test_a_planned_finding_points_at_the_cell_that_holds_its_value(written: tuple[Home, Plan]) -> None:
    home, plan = written
    checked = 0
    for one in plan.submissions:
        for finding in one.findings:
            if finding.cell is not None:
                assert value_at(home.drop / one.path, finding) == finding.value
                checked += 1
    codes = [finding.code for one in plan.submissions for finding in one.findings]
    # The wrong grade is asked about on the roster, and in every week in which the learner's class is the right one.
    asked = codes.count("class_differs_from_roster")
    assert asked > 1
    # So are the marks of a term that do not follow from the current ones.
    assert codes.count("mark_differs_from_current") == 3
    assert all(codes.count(code) == 1 for code in ASKED)
    assert checked == DEFECTS.total() + 1 + asked + 3 + len(ASKED)


def value_at(path: Path, finding: PlannedFinding) -> str:
    if path.suffix == ".xlsx":
        page = openpyxl.load_workbook(path)[finding.sheet or ""]
        value = page[finding.cell or ""].value
        return value.date().isoformat() if hasattr(value, "date") else str(value)
    assert finding.row
    line = path.read_text(encoding="utf-8-sig").splitlines()[finding.row - 1]
    cells = line.split(";" if line.count(";") > line.count(",") else ",")
    assert finding.cell
    return cells[column_index_from_string(coordinate_from_string(finding.cell)[0]) - 1]


def test_a_duplicate_is_the_same_bytes_for_the_same_scope(written: tuple[Home, Plan]) -> None:
    home, plan = written
    (copy,) = [one for one in plan.submissions if one.outcome == "duplicate"]
    (original,) = [
        one
        for one in plan.submissions
        if (one.node, one.form, one.period) == (copy.node, copy.form, copy.period) and one is not copy
    ]
    found = digests(home)
    assert found[copy.path] == found[original.path]
    assert original.received_at < copy.received_at


def test_parts_of_a_week_are_together_the_week(country: Country, written: tuple[Home, Plan]) -> None:
    _, plan = written
    parts = [one for one in plan.submissions if one.part != "whole"]
    small = Country(503, 24, 40)
    school = next(one for one in small.organisations if one.bin == parts[0].node)
    week = Period.parse("week", parts[0].period)
    assert sum(one.rows for one in parts) == small.attendance_of(school).week(small.days_of(week)).num_rows


def test_some_reports_are_late_and_some_never_come(country: Country) -> None:
    histories = Histories(country)
    reports = [one for one in histories.reports("schools") if one.form == "attendance"]
    for number, week in enumerate(country.periods):
        sent = {one.node for one in reports if one.period == week.text}
        assert len(sent) < 80 or number == 0
        assert len(sent) > 65
    due = {week.text: contract("attendance").due.date_of(week) for week in country.periods}
    late = [one for one in reports if one.sent_at.date() > due[one.period]]
    assert 5 <= len(late) <= 50


@pytest.mark.parametrize("weeks", [1, 2])
def test_a_shorter_story_is_a_story_too(tmp_path: Path, weeks: int) -> None:
    home = Home(tmp_path)
    plan = write_country(home, organisations=20, weeks=weeks, learners_per_organisation=20)
    assert {one.period for one in plan.submissions if one.form == "attendance"} in (
        {f"2026-W{36 + number}" for number in range(weeks)},
        {f"{year}-W{36 + number}" for year in (2025, 2026) for number in range(weeks)},
    )
    assert all(one.received_at < demo_now(weeks) for one in plan.submissions)


def test_every_form_of_schools_is_played_and_nobody_is_asked_for_those_of_the_spring(
    written: tuple[Home, Plan],
) -> None:
    home, plan = written
    nodes: dict[str, set[str]] = {}
    for one in plan.submissions:
        nodes.setdefault(one.form, set()).add(one.node)
    every = {one.node for one in plan.submissions if one.form == "learner_roster"}
    assert len(nodes["staff_roster"]) == len(nodes["term_results"]) == 24 >= len(every)
    assert {len(node) for node in nodes["staff_training"]} == {9, 12}
    assert 1 <= len(nodes["current_marks"]) <= 3
    assert nodes["current_marks"] <= nodes["term_results"]
    assert set(home.settings.collected or ()) == {"learner_roster", "attendance", "organisation_passport"}


def test_marks_of_the_term_follow_from_the_current_ones(country: Country) -> None:
    for school in schools_with_marks(country)[:2]:
        marks = country.term_marks_of(school)
        sums: dict[tuple[str, str, str], list[int]] = {}
        shares: dict[tuple[str, str], list[float]] = {}
        for month in MONTHS:
            for row in marks.current(contract("current_marks"), month).to_pylist():
                assert is_school_day(row["date"], row["grade"])
                own = sums.setdefault((row["iin"], row["subject"], row["kind"]), [0, 0])
                own[0], own[1] = own[0] + row["points"], own[1] + row["points_max"]
                if row["kind"] == "formative":
                    shares.setdefault((row["iin"], row["subject"]), []).append(
                        row["points"] / row["points_max"]
                    )
        results = marks.results(contract("term_results")).to_pylist()
        assert len(results) == len(shares) > 100
        for row in results:
            of = (row["iin"], row["subject"])
            assert sums[(*of, "section")] == [row["section_points"], row["section_points_max"]]
            assert sums[(*of, "term")] == [row["term_points"], row["term_points_max"]]
            assert row["formative_percent"] == pytest.approx(
                100 * sum(shares[of]) / len(shares[of]), abs=0.06
            )
            assert row["mark"] == mark_of(row["total_percent"])
        assert {row["mark"] for row in results} == {2, 3, 4, 5}
