"""One cause, one finding."""

from dataclasses import replace
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from expectations.findings.one_cause import Found, once_where_the_column_is_missing, standing
from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, judge
from expectations.suite import rules_for
from ingest.schema.forms.load import contracts
from ingest.schema.texts.finding import Finding
from tests.planted.clean import School, reference
from tests.planted.trial import Report

ROSTER = contracts()["staff_roster"]
RULES = list(enumerate(rules_for(ROSTER)))


def _found(nth: int, row: int = 7, **given_: Any) -> Found:
    rule = RULES[nth][1]
    finding = Finding(rule.code, row=row, column=rule.column, severity_override=rule.severity)
    return replace(Found(rule, nth, 0, 0, finding), **given_)


FINDINGS = st.lists(
    st.builds(_found, st.sampled_from([nth for nth, _ in RULES]), row=st.integers(7, 9)), max_size=8
)


@given(FINDINGS)
def test_no_error_is_left_that_reads_a_cell_another_judged_and_none_goes_without_cause(
    found: list[Found],
) -> None:
    stands = standing(found, ROSTER)

    assert [each for each in found if each in stands] == stands
    errors = [each for each in stands if each.is_error and each.rule.is_about_row]
    for place, each in enumerate(errors):
        assert not any(
            other.spot == each.spot and other.rule.bad_bits & each.rule.bad_bits for other in errors[:place]
        )
    for gone in (each for each in found if each not in stands):
        assert gone.rule.is_about_row
        assert any(
            each.spot == gone.spot and each.rule.bad_bits & gone.rule.bad_bits and each is not gone
            for each in found
        )
    # What is wrong is never hidden altogether: a row with an error keeps one.
    with_errors = {each.spot for each in found if each.is_error and each.rule.is_about_row}
    assert with_errors == {each.spot for each in errors}


@given(FINDINGS)
def test_what_stands_stands(found: list[Found]) -> None:
    stands = standing(found, ROSTER)

    assert standing(stands, ROSTER) == stands


def test_of_three_in_a_chain_those_that_stand_share_nothing() -> None:
    """The one in the middle shares a column with each of the others, which share none: whoever explains two of them by
    one column must not leave a third that a further column explains."""
    alike = {(rule.bad_bits, rule.column, rule.speaks_at, rule.severity): nth for nth, rule in RULES}
    bits = {nth: RULES[nth][1].bad_bits for nth in alike.values()}
    tried = 0
    for middle, read in bits.items():
        beside = [nth for nth, others in bits.items() if nth != middle and others & read]
        for one, other in combinations(beside, 2):
            if not bits[one] & bits[other]:
                stands = standing([_found(nth) for nth in sorted((one, middle, other))], ROSTER)
                assert standing(stands, ROSTER) == stands, (one, middle, other)
                tried += 1
    assert tried > 500


def _by_code(code: str, column: str) -> Found:
    (nth,) = [nth for nth, rule in RULES if (rule.code, rule.column) == (code, column)]
    return _found(nth)


def test_the_shared_cell_explains_both() -> None:
    by_rate, by_status = (
        _by_code("hours_fit_rate", "weekly_hours"),
        _by_code("hours_though_away", "weekly_hours"),
    )
    age, service = (
        _by_code("experience_fits_age", "experience_years"),
        _by_code("graduated_too_young", "graduation_year"),
    )

    assert len(standing([by_rate, by_status], ROSTER)) == 1
    # Both read the birth date, and neither points at it: the first of them speaks.
    assert standing([age, service], ROSTER) == [age]


def test_a_missing_column_is_asked_for_once_in_a_table() -> None:
    found = [_found(0, row=row) for row in (7, 8, 9)]

    assert list(once_where_the_column_is_missing(found, {(0, 0): ("rate",)})) == found[:1]
    assert list(once_where_the_column_is_missing(found, {(0, 0): (found[0].rule.column,)})) == found


@pytest.mark.parametrize("day", range(1, 4))
@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("letter", "Я", "two_classes_in_week"),
        ("grade", "11", "two_classes_in_week"),
        ("grade", "15", "out_of_range"),
        ("date", "31.02.2026", "not_a_date"),
        ("date", "2026-10-09", "date_in_period"),
    ],
)
def test_a_slip_in_class_or_day_of_one_row_is_said_once(
    column: str, value: str, code: str, day: int, tmp_path: Path
) -> None:
    """No day of the class is missing then, and none of the learner's."""
    school = School(5, day)
    rows = [dict(row) for row in school.attendance]
    rows[40 + day][column] = value

    assert [(finding.code, finding.row) for finding in _asked(school, "attendance", rows, tmp_path)] == [
        (code, 42 + day)
    ]


@pytest.mark.parametrize("grade", ["", "15", "жетінші"])
@pytest.mark.parametrize("form", ["attendance", "term_results"])
def test_classes_are_not_missed_where_their_grade_is_wrong(form: str, grade: str, tmp_path: Path) -> None:
    school = School(5, 4)
    one = str(school.learners[0][0])
    rows = [{**row, "grade": grade if row["grade"] == one else row["grade"]} for row in school.rows(form)]
    throughout = [{**row, "grade": grade} for row in rows]
    without = [row for row in school.rows(form) if row["grade"] != one]

    for spoilt in (rows, throughout):
        found = _asked(school, form, spoilt, tmp_path)
        assert {(finding.column, finding.severity) for finding in found} == {("grade", "error")}
    assert "class_not_reported" in {finding.code for finding in _asked(school, form, without, tmp_path)}


def _asked(school: School, form: str, rows: list[dict[str, str]], folder: Path) -> list[Finding]:
    """What our rules say of the rows, notes apart."""
    file = Report(school, form, rows).write(folder / f"{form}.csv")
    given_ = JudgeFile(1, file, file.name, school.scope(form))
    with judge([given_], contracts()[form], reference([school]), demo=True, engine=run_rules) as judged:
        return [finding for finding in judged.verdicts[1].findings if finding.severity != "note"]


def test_a_column_wrong_throughout_a_long_list_silences_what_reads_it(tmp_path: Path) -> None:
    school = School(3, 1)
    rows = [
        {**row, "iin": iin, "grade": "15"}
        for row in school.learner_roster[:1]
        for iin in (f"{number:012}" for number in range(2_400))
    ]
    # Two classes that share a number would hold several values, were the grade not in doubt.
    rows = [{**row, "language": "kk" if place % 3 else "ru"} for place, row in enumerate(rows)]
    file = Report(school, "learner_roster", rows).write(tmp_path / "long.csv")
    given_ = JudgeFile(1, file, file.name, school.scope("learner_roster"))

    with judge([given_], contracts()["learner_roster"], reference([school]), engine=run_rules) as judged:
        found = {finding.code for finding in judged.verdicts[1].findings}

    assert "out_of_range" in found
    assert not found & {"several_values", "class_size", "grade_skipped"}


@pytest.mark.parametrize(
    ("sign", "code"),
    [("щ", "register_sign_unknown"), ("2ж3", "register_sign_unknown"), ("н99", "out_of_range")],
)
@pytest.mark.parametrize("day", [0, 2, 4])
def test_a_sign_nobody_knows_in_a_register_is_no_missing_day(
    sign: str, code: str, day: int, tmp_path: Path
) -> None:
    school = School(5, 1)
    one = school.attendance[0]
    own = [row for row in school.attendance if (row["grade"], row["letter"]) == (one["grade"], one["letter"])]
    days = sorted({row["date"] for row in own})
    learners = sorted({row["iin"] for row in own})
    book = openpyxl.Workbook()
    lines: list[list[object]] = [
        ["Сынып журналы"],
        ["БИН:", one["bin"]],
        ["Класс", f"{one['grade']} «{one['letter']}»"],
        [],
        ["№", "Аты-жөні", "ЖСН", *map(date.fromisoformat, days)],
        [None, "Сабақ саны", None, *[6] * len(days)],
        *([place + 1, f"Үлгіұлы {place}", iin, *[""] * len(days)] for place, iin in enumerate(learners)),
    ]
    lines[8][3 + day] = sign
    for line in lines:
        book.worksheets[0].append(line)
    book.save(tmp_path / "register.xlsx")
    scope = replace(school.scope("attendance"), is_whole=False)
    given_ = JudgeFile(1, tmp_path / "register.xlsx", "register.xlsx", scope)

    with judge(
        [given_], contracts()["attendance"], reference([school]), demo=True, engine=run_rules
    ) as judged:
        found = [each for each in judged.verdicts[1].findings if each.severity != "note"]

    assert [(each.code, each.row) for each in found] == [(code, 9)]


@pytest.mark.parametrize("day", [0, 2, 4])
@pytest.mark.parametrize(
    ("lessons", "sign", "code"),
    [(6, "щ", "register_sign_unknown"), (None, "н", "register_day_without_lessons"),
     ("шесть", "", "register_lessons_unclear")],
)  # fmt: skip
@pytest.mark.parametrize("is_alone", [False, True])
def test_a_day_of_which_no_sign_can_be_read_is_no_missing_day(
    lessons: object, sign: str, code: str, day: int, is_alone: bool, tmp_path: Path
) -> None:
    school = School(5, 3)
    book = openpyxl.Workbook()
    classes = sorted({(row["grade"], row["letter"]) for row in school.attendance})[: 1 if is_alone else None]
    assert is_alone or len(classes) > 1
    for nth, (grade, letter) in enumerate(classes):
        own = [row for row in school.attendance if (row["grade"], row["letter"]) == (grade, letter)]
        days, learners = sorted({row["date"] for row in own}), sorted({row["iin"] for row in own})
        counts: list[object] = [6] * len(days)
        signs = [""] * len(days)
        if not nth:
            counts[day], signs[day] = lessons, sign
        sheet = book.worksheets[0] if not nth else book.create_sheet()
        for line in (
            ["БИН:", own[0]["bin"]],
            ["Класс", f"{grade} «{letter}»"],
            ["№", "Аты-жөні", "ЖСН", *map(date.fromisoformat, days)],
            [None, "Сабақ саны", None, *counts],
            *([place + 1, f"Үлгіұлы {place}", iin, *signs] for place, iin in enumerate(learners)),
        ):
            sheet.append(line)
    book.save(tmp_path / "register.xlsx")
    given_ = JudgeFile(1, tmp_path / "register.xlsx", "register.xlsx", school.scope("attendance"))

    with judge(
        [given_], contracts()["attendance"], reference([school]), demo=True, engine=run_rules
    ) as judged:
        found = {each.code for each in judged.verdicts[1].findings if each.severity != "note"}

    assert code in found
    assert not found & {"class_day_missing", "week_incomplete"}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        # Single learners of one class or of several, and a class of which everybody is there.
        ([7], [("several_values", 9)]),
        ([7, 9, 12], [("several_values", 9), ("several_values", 11), ("several_values", 14)]),
        ([3, 40], [("several_values", 5), ("several_values", 42)]),
        (None, [("shift_above_register", 2)]),
    ],
)
def test_a_shift_that_neither_the_class_nor_the_register_has_is_said_once(
    changed: list[int] | None, said: list[tuple[str, int]], tmp_path: Path
) -> None:
    school = School(5, 2)
    rows = [dict(row, shift="1") for row in school.learner_roster]
    of_first = [place for place, row in enumerate(rows) if row["grade"] == rows[0]["grade"]
                and row["letter"] == rows[0]["letter"]]  # fmt: skip
    for place in of_first if changed is None else changed:
        rows[place]["shift"] = "3"
    known = reference([school])
    assert isinstance(known.organisation, pa.Table)
    shifts = pa.array([1] * known.organisation.num_rows, pa.int32())
    names = [name for name in known.organisation.column_names if name != "shifts"]
    known = replace(known, organisation=known.organisation.select(names).append_column("shifts", shifts))
    file = Report(school, "learner_roster", rows).write(tmp_path / "roster.csv")
    given_ = JudgeFile(1, file, file.name, school.scope("learner_roster"))

    with judge([given_], contracts()["learner_roster"], known, demo=True, engine=run_rules) as judged:
        found = [each for each in judged.verdicts[1].findings if each.severity != "note"]

    assert [(each.code, each.row) for each in found] == said


@pytest.mark.parametrize("form", ["attendance", "term_results"])
@pytest.mark.parametrize("is_of_same_class", [True, False])
def test_a_row_under_anothers_number_is_not_missed_besides(
    form: str, is_of_same_class: bool, tmp_path: Path
) -> None:
    school = School(6, 1)
    rows = [dict(row) for row in school.rows(form)]
    place = next(
        place for place, row in enumerate(rows) if place > 40 and row["iin"] == rows[place - 1]["iin"]
    )
    own = (rows[place]["grade"], rows[place]["letter"])
    other = next(
        row["iin"]
        for row in reversed(rows)
        if ((row["grade"], row["letter"]) == own) is is_of_same_class and row["iin"] != rows[place]["iin"]
    )
    rows[place]["iin"] = other

    found = {each.code for each in _asked(school, form, rows, tmp_path)}

    assert len(found) == 1 and found <= {"not_unique", "two_classes_in_week", "class_differs_from_roster"}


def test_a_class_left_out_in_one_row_is_the_class_that_is_asked_about(tmp_path: Path) -> None:
    school = School(5, 1)
    rows = [dict(row) for row in school.attendance]
    rows[30]["letter"] = ""

    assert [(each.code, each.row, each.column) for each in _asked(school, "attendance", rows, tmp_path)] == [
        ("two_classes_in_week", 32, "letter")
    ]
