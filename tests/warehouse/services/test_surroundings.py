"""What a report is held against besides the registers: the one before it, and the lists of others."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from ingest.schema.finding import Finding
from ingest.schema.load import contract
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance, csv_of, learners_of, roster
from warehouse.services.check import check_file


def _checked(
    country: Country, folder: Path, form: str, rows: list[dict[str, Any]], period: str
) -> list[Finding]:
    file = folder / f"{form}.csv"
    file.write_bytes(csv_of(rows))
    return list(check_file(country.home, file, contract(form), SCHOOLS[0], period).findings)


def _codes(findings: list[Finding]) -> list[str]:
    return sorted({finding.code for finding in findings})


def test_the_week_before_once_more_is_noticed(country: Country, tmp_path: Path) -> None:
    country.rosters()
    country.judge()
    first = attendance(SCHOOLS[0], WEEKS[0], missed=6)
    for row in first:
        row["lessons_missed"] = row["lessons_missed_valid"] = 6 if row["iin"] < first[15]["iin"] else 0
        row["absence_reason"] = "ILL" if row["lessons_missed"] else ""
    assert sum(row["lessons_missed"] > 0 for row in first) == 15
    country.submit("attendance", SCHOOLS[0], WEEKS[0], first)
    country.judge()

    again = [{**row, "date": row["date"] + timedelta(days=7)} for row in first]
    other = [{**row} for row in again]
    other[0] |= {"absence_reason": "FAM"}

    assert "week_copied" in _codes(_checked(country, tmp_path, "attendance", again, WEEKS[1]))
    assert "week_copied" not in _codes(_checked(country, tmp_path, "attendance", other, WEEKS[1]))
    # A correction is not the week before: it is held against what came before both.
    assert "week_copied" not in _codes(_checked(country, tmp_path, "attendance", first, WEEKS[0]))


def test_a_learner_on_the_list_of_another_school_is_asked_about_and_the_school_not_named(
    country: Country, tmp_path: Path
) -> None:
    country.submit("learner_roster", SCHOOLS[1], "2026-09", roster(SCHOOLS[1]))
    country.judge()
    taken = learners_of(SCHOOLS[1])[0]
    rows = [*roster(SCHOOLS[0]), {**roster(SCHOOLS[1])[0], "bin": SCHOOLS[0]}]

    findings = _checked(country, tmp_path, "learner_roster", rows, "2026-09")
    (found,) = [finding for finding in findings if finding.code == "learner_elsewhere"]
    next_month = _checked(country, tmp_path, "learner_roster", rows, "2026-10")

    assert (found.code, found.value, found.severity) == ("learner_elsewhere", taken.iin, "query")
    assert all(SCHOOLS[1] not in text for text in found.message.values())
    assert "learner_elsewhere" not in _codes(next_month)


def test_a_grade_is_held_against_the_schools_own_list_before(country: Country, tmp_path: Path) -> None:
    country.rosters()
    country.judge()
    rows = roster(SCHOOLS[0])
    rows[0]["grade"], rows[1]["grade"] = 4, 6

    found = _checked(country, tmp_path, "learner_roster", rows, "2026-10")

    assert [(each.code, each.row) for each in found if each.column == "grade"] == [
        ("grade_went_back", 2),
        ("grade_ahead", 3),
    ]
    # In the month of the list itself there is nothing before it.
    assert "grade_ahead" not in _codes(_checked(country, tmp_path, "learner_roster", rows, "2026-09"))


def test_a_verdict_names_the_report_it_was_compared_with(country: Country) -> None:
    from ingest.ledger.records import Submission

    country.rosters()
    country.judge()
    first = country.submit("attendance", SCHOOLS[0], WEEKS[0], attendance(SCHOOLS[0], WEEKS[0]))
    country.submit("attendance", SCHOOLS[1], WEEKS[0], attendance(SCHOOLS[1], WEEKS[0]))
    country.judge()
    second = country.submit("attendance", SCHOOLS[0], WEEKS[1], attendance(SCHOOLS[0], WEEKS[1]))
    country.judge()

    verdicts = {each: Submission.objects.get(pk=each).verdict for each in (first, second)}

    assert verdicts[first].reference.get("attendance") is None
    assert verdicts[second].reference["attendance"] == [first]
