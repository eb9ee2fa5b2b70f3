"""What clerks get wrong, one kind each: a cell changed, with the codes and columns that name it.

In: a clean report and chance. Out: the report with one fault, and where it is. A kind never touches a row that another
was planted in.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.schema.values.identifier import check_digit
from tests.planted.clean import Row, Rows


@dataclass(frozen=True)
class Kind:
    """`change`: the row → its cells as the clerk leaves them. `codes`: findings that name the cause; `columns`: where.
    `fits`: the rows in which it is an error at all."""

    form: str
    name: str
    change: Callable[[Row, random.Random], Mapping[str, str]]
    codes: frozenset[str]
    columns: frozenset[str]
    fits: Callable[[Row], bool] = lambda row: True


def _shifted(day: str, days: int) -> str:
    return str(date.fromisoformat(day) + timedelta(days))


def _wrong_digit(row: Row, chance: random.Random) -> Mapping[str, str]:
    return {"iin": row["iin"][:-1] + str((int(row["iin"][-1]) + chance.randint(1, 9)) % 10)}


def _stranger(row: Row, chance: random.Random) -> Mapping[str, str]:
    while True:
        stem = row["iin"][:7] + f"{chance.randrange(10_000):04}"
        digit = check_digit(stem)
        if digit is not None and stem != row["iin"][:-1]:
            return {"iin": f"{stem}{digit}"}


def _with(**cells: str) -> Callable[[Row, random.Random], Mapping[str, str]]:
    return lambda row, chance: cells


def _each(column: str, change: Callable[[str], str]) -> Callable[[Row, random.Random], Mapping[str, str]]:
    return lambda row, chance: {column: change(row[column])}


def _kind(form: str, name: str, change: Callable[[Row, random.Random], Mapping[str, str]], codes: str, columns: str,
          fits: Callable[[Row], bool] = lambda row: True) -> Kind:  # fmt: skip
    return Kind(form, name, change, frozenset(codes.split()), frozenset(columns.split()), fits)


def _present(row: Row) -> bool:
    return row["lessons_missed"] == "0"


def _teaches(row: Row) -> bool:
    return row["position"] == "teacher"


_A, _R, _T, _S, _P = "attendance", "learner_roster", "term_results", "staff_roster", "organisation_passport"
KINDS: tuple[Kind, ...] = (
    # --- attendance
    _kind(_A, "a digit of the number wrong", _wrong_digit, "iin_check_digit", "iin"),
    _kind(_A, "a digit of the number lost", _each("iin", lambda old: old[:6] + old[7:]), "iin_length", "iin"),
    _kind(_A, "a learner of another school", _stranger, "learner_on_roster", "iin"),
    _kind(
        _A, "a day of another week", _each("date", lambda old: _shifted(old, 14)), "date_in_period", "date"
    ),
    _kind(_A, "a day that is none", _with(date="2026-09-31"), "not_a_date", "date"),
    _kind(
        _A,
        "a number in words",
        _with(lessons_missed="екеу"),
        "not_an_integer not_a_number",
        "lessons_missed",
        _present,
    ),
    _kind(
        _A,
        "more missed than taught",
        _with(lessons_missed="9", lessons_missed_valid="0", lessons_missed_invalid="9", absence_reason="ILL"),
        "not_above",
        "lessons_missed",
        _present,
    ),
    _kind(
        _A,
        "more valid than missed",
        _with(lessons_missed="1", lessons_missed_valid="3", lessons_missed_invalid="", absence_reason="ILL"),
        "not_above",
        "lessons_missed_valid",
        _present,
    ),
    _kind(
        _A,
        "an unknown reason",
        _with(lessons_missed="2", lessons_missed_valid="2", absence_reason="ZZZ"),
        "not_in_codelist",
        "absence_reason",
        _present,
    ),
    _kind(
        _A,
        "too many lessons for a day",
        _with(lessons_scheduled="16"),
        "out_of_range",
        "lessons_scheduled",
        _present,
    ),
    _kind(
        _A,
        "an absence without reason",
        _with(lessons_missed="2", lessons_missed_invalid="2"),
        "required_when",
        "absence_reason",
        _present,
    ),
    _kind(
        _A,
        "a reason without absence",
        _with(absence_reason="ILL"),
        "reason_without_absence",
        "absence_reason",
        _present,
    ),
    _kind(
        _A,
        "another grade than on the other days",
        _each("grade", lambda old: str(int(old) + 1)),
        "two_classes_in_week",
        "grade",
        _present,
    ),
    _kind(
        _A,
        "another letter than on the other days",
        _with(letter="Г"),
        "two_classes_in_week",
        "letter",
        _present,
    ),
    _kind(
        _A,
        "late though away all day",
        lambda row, _: {
            "lessons_missed": row["lessons_scheduled"],
            "lessons_missed_valid": row["lessons_scheduled"],
            "absence_reason": "ILL",
            "is_late": "yes",
        },
        "late_though_absent",
        "is_late",
        _present,
    ),
    _kind(
        _A,
        "another timetable than the class",
        _with(lessons_scheduled="1"),
        "timetables_differ",
        "lessons_scheduled",
        lambda row: _present(row) and row["lessons_scheduled"] >= "5",
    ),
    _kind(_A, "an empty number", _with(lessons_scheduled=""), "required", "lessons_scheduled", _present),
    _kind(
        _A,
        "parts that do not make the whole",
        _with(lessons_missed="2", lessons_missed_valid="1", lessons_missed_invalid="0", absence_reason="ILL"),
        "sum_of",
        "lessons_missed",
        _present,
    ),
    # --- learner roster
    _kind(
        _R,
        "another birth date than the number",
        _each("birth_date", lambda old: _shifted(old, 40)),
        "iin_matches_birth_date",
        "iin birth_date",
    ),
    _kind(
        _R,
        "the other sex",
        _each("sex", lambda old: "m" if old == "f" else "f"),
        "iin_matches_sex",
        "iin sex",
    ),
    _kind(_R, "another language than the class", _with(language="uz"), "several_values", "language"),
    _kind(_R, "another shift than the class", _with(shift="3"), "several_values", "shift"),
    _kind(
        _R,
        "Latin letters in a surname",
        _each("last_name", lambda old: old[0] + "a" + old[1:]),
        "mixed_alphabets",
        "last_name",
    ),
    _kind(
        _R,
        "a digit in a first name",
        _each("first_name", lambda old: old + "1"),
        "digits_in_name",
        "first_name",
    ),
    _kind(
        _R,
        "an initial for a first name",
        _each("first_name", lambda old: old[0] + "."),
        "name_is_initial",
        "first_name",
    ),
    _kind(_R, "a word that only fills the cell", _with(first_name="тест"), "filler_text", "first_name"),
    _kind(_R, "no first name", _with(first_name=""), "required", "first_name"),
    _kind(
        _R,
        "enrolled before birth",
        _each("enrolled_date", lambda _: "2009-09-01"),
        "early_for_age",
        "enrolled_date",
    ),
    _kind(
        _R, "enrolled in the future", _with(enrolled_date="2027-09-01"), "date_after_period", "enrolled_date"
    ),
    _kind(_R, "an unknown citizenship", _with(citizenship="ҚЗЗ"), "not_in_codelist", "citizenship"),
    _kind(_R, "neither yes nor no", _with(is_boarder="кейде"), "not_a_boolean", "is_boarder"),
    _kind(_R, "a grade that is none", _with(grade="15"), "out_of_range", "grade"),
    _kind(_R, "a letter that is none", _with(letter="?"), "pattern", "letter"),
    _kind(
        _R,
        "left before coming",
        _with(left_date="2013-05-25", leaving_reason="abroad"),
        "start_not_after_end",
        "enrolled_date left_date",
    ),
    _kind(
        _R,
        "a reason of leaving without a day",
        _with(leaving_reason="abroad"),
        "filled_together",
        "left_date",
    ),
    _kind(
        _R,
        "moved to a school that is none",
        _with(left_date="2026-08-20", leaving_reason="transfer", moved_to_bin="650940000809"),
        "found_in",
        "moved_to_bin",
    ),
    _kind(
        _R,
        "moved to the school it left",
        lambda row, _: {"left_date": "2026-08-20", "leaving_reason": "transfer", "moved_to_bin": row["bin"]},
        "must_be",
        "moved_to_bin",
    ),
    # --- term results
    _kind(_T, "a mark off the scale", _with(mark="6"), "out_of_range", "mark"),
    _kind(_T, "no mark", _with(mark=""), "required_when", "mark"),
    _kind(
        _T,
        "another mark than the percentage",
        lambda row, _: {"mark": "3" if row["mark"] == "5" else "5"},
        "mark_fits_percent",
        "mark",
        lambda row: row["mark"] in "345",
    ),
    _kind(
        _T,
        "a percentage that is not the sum",
        lambda row, _: {"total_percent": str(int(row["total_percent"]) // 2)},
        "percent_fits_shares",
        "total_percent",
        lambda row: int(row["total_percent"]) > 30,
    ),
    _kind(_T, "more points than there are", _with(section_points="130"), "not_above", "section_points"),
    _kind(_T, "an unknown subject", _with(subject="алхимия"), "not_in_codelist", "subject"),
    _kind(
        _T,
        "a subject of other grades",
        lambda row, _: {"subject": "chemistry" if row["grade"] < "7" else "mathematics"},
        "subject_fits_grade",
        "subject",
    ),
    _kind(
        _T, "a mark of the year in the first term", _with(year_mark="4"), "mark_before_year_end", "year_mark"
    ),
    _kind(
        _T,
        "passed in a subject with marks",
        _with(outcome="passed", mark=""),
        "outcome_fits_subject",
        "outcome",
    ),
    _kind(
        _T,
        "the class of another year",
        _each("grade", lambda old: str(int(old) + 1)),
        "two_classes_in_week",
        "grade",
    ),
    # --- staff
    _kind(_S, "a rate of ten", _with(rate="10"), "out_of_range", "rate"),
    _kind(
        _S,
        "twice the hours of the rate",
        _with(weekly_hours="55", hours_primary="55", hours_basic="", hours_upper=""),
        "hours_fit_rate",
        "weekly_hours",
        _teaches,
    ),
    _kind(
        _S,
        "dismissed before hired",
        _with(hired_date="2026-09-20", dismissed_date="2026-09-10", dismiss_order_no="7-ж"),
        "start_not_after_end",
        "hired_date dismissed_date",
    ),
    _kind(
        _S,
        "more years of teaching than of work",
        _each("teaching_years", lambda old: str(int(old) + 9)),
        "not_above",
        "teaching_years",
        _teaches,
    ),
    _kind(
        _S,
        "more years of work than of life",
        _with(experience_years="70"),
        "experience_fits_age",
        "experience_years",
    ),
    _kind(
        _S,
        "a diploma of a child",
        lambda row, _: {"graduation_year": str(int(row["birth_date"][:4]) + 9)},
        "graduated_too_young",
        "graduation_year",
    ),
    _kind(
        _S,
        "a teacher with primary education",
        _with(education="1"),
        "education_fits_position",
        "education",
        _teaches,
    ),
    _kind(
        _S,
        "hours of grades that are not all hours",
        _each("hours_basic", lambda old: str(int(old) + 1)),
        "sum_of",
        "weekly_hours",
        _teaches,
    ),
    _kind(_S, "an unknown post", _with(position="ғарышкер"), "not_in_codelist", "position", _teaches),
    _kind(_S, "no subject of a teacher", _with(subject=""), "required_when", "subject", _teaches),
    _kind(
        _S,
        "hours of somebody on leave",
        _with(staff_status="02"),
        "hours_though_away",
        "weekly_hours staff_status",
        _teaches,
    ),
    # --- passport, one row a school
    _kind(
        _P,
        "more computers online than there are",
        _each("computers_online", lambda old: str(int(old) + 40)),
        "not_above",
        "computers_online",
    ),
    _kind(
        _P,
        "more textbooks than books",
        _each("library_textbooks", lambda old: str(int(old) * 3)),
        "not_above",
        "library_textbooks",
    ),
    _kind(_P, "north of the country", _with(latitude="70.947"), "out_of_range", "latitude"),
    _kind(
        _P,
        "built in the future",
        _with(built_year="2044", repaired_year=""),
        "year_after_period",
        "built_year",
    ),
    _kind(
        _P,
        "no internet of a hundred",
        _with(internet_kind="none"),
        "internet_fits_kind",
        "internet_mbps internet_kind",
    ),
    _kind(
        _P,
        "an area with a digit too many",
        _each("total_area_m2", lambda old: old + "7"),
        "area_fits_capacity",
        "total_area_m2",
    ),
    _kind(
        _P, "seats without a canteen", _with(catering="none"), "seats_fit_catering", "canteen_seats catering"
    ),
    _kind(
        _P,
        "lessons that end before they begin",
        _with(lessons_begin="14:00", lessons_end="13:15"),
        "must_be",
        "lessons_end lessons_begin",
    ),
    _kind(_P, "lessons that begin at night", _with(lessons_begin="06:30"), "must_be", "lessons_begin"),
    _kind(_P, "a time that is none", _with(lessons_end="18:75"), "time_impossible", "lessons_end"),
    _kind(
        _P,
        "another place than the register",
        _with(kato="113220300"),
        "kato_in_register differs_from_register",
        "kato",
    ),
)


def planted(rows: Rows, kind: Kind, taken: set[int], chance: random.Random) -> int:
    """Plant the fault into one of the rows and say in which (from 0). Stays away from those `taken`."""
    free = [place for place, row in enumerate(rows) if place not in taken and kind.fits(row)]
    place = chance.choice(free)
    rows[place] = {**rows[place], **kind.change(rows[place], chance)}
    taken.add(place)
    return place
