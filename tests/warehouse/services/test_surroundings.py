"""What a report is held against besides the registers: the one before it, and the lists of others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingest.digests import write_digest
from ingest.schema.forms.load import contract
from ingest.schema.texts.finding import Finding
from ingest.schema.values.period import Period
from tests.warehouse.country import (
    DISTRICT,
    SCHOOLS,
    WEEKS,
    Country,
    attendance,
    csv_of,
    iin_for,
    learners_of,
    roster,
)
from warehouse.services.submitters.check import check_file
from warehouse.services.submitters.prefill import prefill


def _checked(
    country: Country, folder: Path, form: str, rows: list[dict[str, Any]], period: str
) -> list[Finding]:
    file = folder / f"{form}.csv"
    file.write_bytes(csv_of(rows))
    return list(check_file(country.home, file, contract(form), SCHOOLS[0], period).findings)


def _codes(findings: list[Finding]) -> list[str]:
    return sorted({finding.code for finding in findings})


def test_the_week_before_once_more_is_noticed(rostered: Country, tmp_path: Path) -> None:
    country = rostered
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


def test_a_grade_is_held_against_the_schools_own_list_before(rostered: Country, tmp_path: Path) -> None:
    country = rostered
    rows = roster(SCHOOLS[0])
    rows[0]["grade"], rows[1]["grade"] = 4, 6

    found = _checked(country, tmp_path, "learner_roster", rows, "2026-10")

    assert [(each.code, each.row) for each in found if each.column == "grade"] == [
        ("grade_went_back", 2),
        ("grade_ahead", 3),
    ]
    # In the month of the list itself there is nothing before it.
    assert "grade_ahead" not in _codes(_checked(country, tmp_path, "learner_roster", rows, "2026-09"))


def test_a_verdict_names_the_report_it_was_compared_with(rostered: Country) -> None:
    from ingest.ledger.records import Submission

    country = rostered
    first = country.submit("attendance", SCHOOLS[0], WEEKS[0], attendance(SCHOOLS[0], WEEKS[0]))
    country.submit("attendance", SCHOOLS[1], WEEKS[0], attendance(SCHOOLS[1], WEEKS[0]))
    country.judge()
    second = country.submit("attendance", SCHOOLS[0], WEEKS[1], attendance(SCHOOLS[0], WEEKS[1]))
    country.judge()

    verdicts = {each: Submission.objects.get(pk=each).verdict for each in (first, second)}

    assert verdicts[first].reference.get("attendance") is None
    assert verdicts[second].reference["attendance"] == [first]


@pytest.mark.parametrize(
    ("enrolled", "is_asked"), [("2026-08-28", True), ("2026-09-01", True), ("2026-09-02", False)]
)
def test_a_learner_of_anothers_earlier_list_is_asked_about_unless_enrolled_later(
    country: Country, tmp_path: Path, enrolled: str, is_asked: bool
) -> None:
    country.submit("learner_roster", SCHOOLS[1], "2026-09", roster(SCHOOLS[1]))
    country.judge()
    moved = {**roster(SCHOOLS[1])[0], "bin": SCHOOLS[0], "enrolled_date": enrolled}
    rows = [*roster(SCHOOLS[0]), moved]

    for month in ("2026-10", "2027-01"):
        found = _checked(country, tmp_path, "learner_roster", rows, month)
        asked = [each for each in found if each.code == "learner_elsewhere_before"]
        assert [each.row for each in asked] == ([len(rows) + 1] if is_asked else [])
        # The month is said; whose list it is, is not the submitter's to know.
        assert all(
            "09.2026" in text and SCHOOLS[1] not in text for each in asked for text in each.message.values()
        )
    # Further back than the long break nothing is looked for, and in its own month it is another question.
    for month in ("2027-02", "2026-09"):
        assert "learner_elsewhere_before" not in _codes(
            _checked(country, tmp_path, "learner_roster", rows, month)
        )


@pytest.mark.parametrize(
    ("days", "grade", "code"),
    [
        (None, 5, None),
        (5, 5, "saturday_in_five_day_week"),
        (6, 5, None),
        (6, 1, "saturday_in_five_day_week"),
    ],
)
def test_the_passport_says_how_many_days_the_week_has(
    country: Country, tmp_path: Path, days: int | None, grade: int, code: str | None
) -> None:
    example = {field.name: field.example for field in contract("organisation_passport").fields}
    passport = example | {"kato": "113820100", "bin": SCHOOLS[0], "study_days": days}
    country.submit(
        "learner_roster", SCHOOLS[0], "2026-09", [row | {"grade": grade} for row in roster(SCHOOLS[0])]
    )
    if days:
        country.submit("organisation_passport", SCHOOLS[0], "2026-2027", [passport])
    country.judge()
    week = [row | {"grade": grade} for row in attendance(SCHOOLS[0], WEEKS[0])]
    rows = [*week, *({**row, "date": "2026-09-12"} for row in week[::5])]

    found = _checked(country, tmp_path, "attendance", rows, WEEKS[0])

    asked = [(each.code, each.row, each.severity) for each in found if "saturday" in each.code]
    assert asked == ([(code, len(week) + 2, "query")] if code else [])


def test_attendance_begins_with_enrolment(country: Country, tmp_path: Path) -> None:
    listed = roster(SCHOOLS[0])
    listed[2]["enrolled_date"] = "2026-09-10"
    country.submit("learner_roster", SCHOOLS[0], "2026-09", listed)
    country.judge()

    found = _checked(country, tmp_path, "attendance", attendance(SCHOOLS[0], WEEKS[0]), WEEKS[0])
    later = _checked(country, tmp_path, "attendance", attendance(SCHOOLS[0], WEEKS[1]), WEEKS[1])

    asked = [each for each in found if each.code == "attendance_before_enrolment"]
    assert [(each.row, each.column, each.subject[0]) for each in asked] == [(12, "date", listed[2]["iin"])]
    assert "07.09.2026, 08.09.2026, 09.09.2026" in asked[0].message["ru"]
    assert "attendance_before_enrolment" not in _codes(later)


def _with_leavers(school: str, days: dict[int, str], to: str) -> list[dict[str, Any]]:
    """The list of a school on which some, by their place, left on a day."""
    nobody = {"left_date": "", "leaving_reason": "", "moved_to_bin": ""}
    left = {"leaving_reason": "transfer", "moved_to_bin": to}
    return [
        {**row, **nobody, **({"left_date": days[place], **left} if place in days else {})}
        for place, row in enumerate(roster(school))
    ]


def test_attendance_ends_with_leaving(country: Country, tmp_path: Path) -> None:
    listed = _with_leavers(SCHOOLS[0], {2: "2026-09-09"}, SCHOOLS[1])
    country.submit("learner_roster", SCHOOLS[0], "2026-09", listed)
    country.judge()
    week, next_week = (attendance(SCHOOLS[0], WEEKS[number]) for number in (0, 1))
    gone = listed[2]["iin"]

    found = _checked(country, tmp_path, "attendance", week, WEEKS[0])
    later = _checked(country, tmp_path, "attendance", next_week, WEEKS[1])
    without = [row for row in next_week if row["iin"] != gone]

    asked = [each for each in found if each.code == "attendance_after_leaving"]
    assert [(each.column, each.subject[0]) for each in asked] == [("date", gone)]
    assert asked[0].row == 2 + next(
        place for place, row in enumerate(week) if row["iin"] == gone and str(row["date"]) == "2026-09-10"
    )
    assert "09.09.2026" in asked[0].message["ru"] and "10.09.2026, 11.09.2026." in asked[0].message["ru"]
    assert _codes(found) == _codes(later) == ["attendance_after_leaving"]
    assert _checked(country, tmp_path, "attendance", without, WEEKS[1]) == []
    # Nor is the row prefilled that nobody can have.
    prefilled = prefill(country.home, contract("attendance"), SCHOOLS[0], Period.parse("week", WEEKS[1])).rows
    assert {row["iin"] for row in prefilled} == {row["iin"] for row in without}


def test_who_left_is_nobodys_to_ask_about_on_another_list(country: Country, tmp_path: Path) -> None:
    """A transfer: the list there says who left, the list here has the learner from then on."""
    left = _with_leavers(SCHOOLS[1], {0: "2026-08-28"}, SCHOOLS[0])
    country.submit("learner_roster", SCHOOLS[1], "2026-09", left)
    country.judge()
    rows = [*roster(SCHOOLS[0]), {**roster(SCHOOLS[1])[0], "bin": SCHOOLS[0]}]

    for month in ("2026-09", "2026-10"):
        found = _codes(_checked(country, tmp_path, "learner_roster", rows, month))
        assert not {"learner_elsewhere", "learner_elsewhere_before"} & set(found)


def test_who_had_left_before_the_last_list_is_not_listed_again(country: Country, tmp_path: Path) -> None:
    country.rosters()
    country.judge()
    rows = _with_leavers(SCHOOLS[0], {0: "2026-08-31", 1: "2026-09-01"}, SCHOOLS[1])

    found = _checked(country, tmp_path, "learner_roster", rows, "2026-10")

    assert [each.row for each in found if each.code == "left_before_last_list"] == [2]


def test_lists_that_landed_without_a_day_of_enrolment_are_compared_as_before(
    rostered: Country, tmp_path: Path
) -> None:
    country = rostered
    for file in country.home.reference.rglob("*.parquet"):
        kept = pq.read_table(file, partitioning=None).drop_columns(["enrolled_date", "left_date"])
        file.chmod(0o600)
        pq.write_table(kept, file)
        write_digest(file)

    found = _checked(country, tmp_path, "attendance", attendance(SCHOOLS[0], WEEKS[0]), WEEKS[0])

    assert _codes(found) == []


def test_a_day_after_the_receipt_is_refused_whenever_it_is_judged(rostered: Country) -> None:
    """The country hands everything in on 29 September; the clock of the judge says another day."""
    from expectations.findings.findings_file import read_findings

    country = rostered
    rows = [row for row in attendance(SCHOOLS[0], "2026-W40") if str(row["date"]) <= "2026-09-30"]
    number = country.submit("attendance", SCHOOLS[0], "2026-W40", rows)
    whole = country.submit("attendance", SCHOOLS[1], "2026-W40", [row for row in attendance(SCHOOLS[1], "2026-W40")
                                                                   if str(row["date"]) <= "2026-09-29"])  # fmt: skip
    country.judge()

    found = read_findings(country.home.findings, number)["findings"]
    assert {each["code"] for each in found} == {"date_after_receipt"}
    assert len(found) == 6 and "29.09.2026" in found[0]["message"]["ru"]
    assert not [
        each
        for each in read_findings(country.home.findings, whole)["findings"]
        if each["severity"] == "error"
    ]


def _course(iin: str, **cells: Any) -> dict[str, Any]:
    row = {field.name: field.example for field in contract("staff_training").fields}
    return {**row, "bin": SCHOOLS[0], "iin": iin, "document_no": f"KZ-{iin[-4:]}", **cells}


def _listed(iin: str) -> dict[str, Any]:
    row = {field.name: field.example for field in contract("staff_roster").fields}
    return {**row, "bin": SCHOOLS[0], "iin": iin, "birth_date": f"20{iin[:2]}-{iin[2:4]}-{iin[4:6]}"}


def test_who_takes_a_course_is_on_the_organisations_own_list_of_staff(
    country: Country, tmp_path: Path
) -> None:
    from ingest.ledger.records import Submission

    listed, other = iin_for(date(2000, 3, 10), 1), iin_for(date(2000, 3, 10), 2)
    rows = [_course(listed), _course(other, course="Инклюзивті білім беру")]
    country.submit("staff_roster", SCHOOLS[0], "2026-Q3", [_listed(listed)])
    country.judge()
    handed_in = country.submit("staff_training", SCHOOLS[0], "2026-Q3", rows)
    country.judge()
    verdict = Submission.objects.get(pk=handed_in).verdict
    assert len(verdict.reference["staff_roster"]) == 1

    own = _checked_of(country, tmp_path, SCHOOLS[0], rows)
    other_school = _checked_of(country, tmp_path, SCHOOLS[1], [{**row, "bin": SCHOOLS[1]} for row in rows])
    of_department = _checked_of(country, tmp_path, DISTRICT, [{**row, "bin": ""} for row in rows])
    named = _checked_of(country, tmp_path, DISTRICT, rows)

    asked = [each for each in own if each.code == "employee_on_staff_roster"]
    assert [(each.value, each.severity) for each in asked] == [(other, "query")]
    # Nothing is known of that school's staff: it is said once, and nobody is asked about.
    assert [(each.code, each.severity) for each in other_school] == [("reference_missing", "note")]
    # Departments hand in no list: none of theirs is waited for.
    assert of_department == []
    assert _codes(named) == ["organisation_reports_itself"]


def _checked_of(
    country: Country,
    folder: Path,
    node: str,
    rows: list[dict[str, Any]],
    form: str = "staff_training",
    period: str = "2026-Q3",
) -> list[Finding]:
    file = folder / "of_node.csv"
    file.write_bytes(csv_of(rows))
    return list(check_file(country.home, file, contract(form), node, period).findings)


def _current(school: str, month: str, works: Sequence[tuple[int, str, int, int]]) -> list[dict[str, Any]]:
    return [
        {
            "bin": school, "iin": person.iin, "grade": 5, "letter": "А", "subject": "mathematics",
            "date": f"{month}-{day:02}", "kind": kind, "points": points, "points_max": most,
        }
        for person in learners_of(school)
        for day, kind, points, most in works
    ]  # fmt: skip


def _result(school: str, learner: int, term_points: int, percent: str, mark: int) -> dict[str, Any]:
    return {
        "bin": school, "iin": learners_of(school)[learner].iin, "grade": 5, "letter": "А", "subject": "mathematics",
        "outcome": "marked", "formative_percent": "70", "section_points": 20, "section_points_max": 25,
        "term_points": term_points, "term_points_max": 25, "total_percent": percent, "mark": mark, "year_mark": "",
        "exam_mark": "", "final_mark": "",
    }  # fmt: skip


def test_a_mark_of_the_term_is_held_against_the_current_marks_of_all_its_months(
    country: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ingest.ledger.records import Submission

    monkeypatch.setattr("tests.warehouse.country.NOW", datetime(2026, 11, 5, 10, tzinfo=UTC))
    september = [(7, "formative", 6, 10), (14, "section", 8, 10)]
    october = [(5, "formative", 8, 10), (12, "section", 12, 15), (19, "term", 20, 25)]
    numbers = []
    for school in SCHOOLS:
        country.submit("learner_roster", school, "2026-09", roster(school))
        numbers.append(
            country.submit("current_marks", school, "2026-09", _current(school, "2026-09", september))
        )
    numbers.append(
        country.submit("current_marks", SCHOOLS[0], "2026-10", _current(SCHOOLS[0], "2026-10", october))
    )
    country.judge()
    # 70 of formative, 80 of the others: 77.5 per cent, a mark of 4.
    rows = {school: [_result(school, each, 20, "77.5", 4) for each in range(5)] for school in SCHOOLS}
    rows[SCHOOLS[0]].append(_result(SCHOOLS[0], 5, 24, "85.5", 5))
    rows[SCHOOLS[1]].append(_result(SCHOOLS[1], 5, 24, "85.5", 5))
    results = [country.submit("term_results", school, "2026-2027-T1", rows[school]) for school in SCHOOLS]
    country.judge()

    verdicts = [Submission.objects.get(pk=number).verdict for number in results]
    assert [verdict.reference["current_marks"] for verdict in verdicts] == [
        [numbers[0], numbers[2]],
        [numbers[1]],
    ]
    asked = {
        school: _checked_of(country, tmp_path, school, rows[school], "term_results", "2026-2027-T1")
        for school in SCHOOLS
    }
    (found,) = asked[SCHOOLS[0]]
    assert (found.code, found.severity, found.row, found.value) == (
        "mark_differs_from_current",
        "query",
        7,
        "5",
    )
    assert "77.5" in found.message["en"] or "77,5" in found.message["en"]
    # Of the other school October is not there yet: a reference that is missing is nobody's fault.
    assert asked[SCHOOLS[1]] == []
