"""Mistakes as schools make them, each put into one cell on purpose, with the finding it must cause.

In: the rows of a form and a source of chance. Out: `Edits`: texts that stand in cells instead of their
values, and the cells to which a finding must point. Every mistake is made so that it causes exactly one
finding, whatever row it falls on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pyarrow as pa

from ingest.demo.reports.files import Cell
from ingest.demo.world.term_marks import mark_of, percent_of
from ingest.schema.values.identifier import check_digit


@dataclass(frozen=True)
class Edits:
    """Texts by cell, and finding code by the cell it must point to."""

    cells: Mapping[Cell, str] = field(default_factory=dict)
    faults: Mapping[Cell, str] = field(default_factory=dict)


Defect = Callable[[pa.Table, np.random.Generator], Edits]


def _some_row(rows: pa.Table, rng: np.random.Generator) -> int:
    return int(rng.integers(rows.num_rows))


def _absence(rows: pa.Table, row: int, missed: int | str, valid: int, reason: str) -> dict[Cell, str]:
    return {
        (row, "lessons_missed"): str(missed),
        (row, "lessons_missed_valid"): str(valid),
        (row, "lessons_missed_invalid"): str(missed - valid) if isinstance(missed, int) else "0",
        (row, "is_late"): "0",
        (row, "absence_reason"): reason,
    }


def wrong_check_digit(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """The last digit of an IIN is mistyped."""
    row = _some_row(rows, rng)
    iin = rows["iin"][row].as_py()
    cell = (row, "iin")
    return Edits({cell: f"{iin[:11]}{(int(iin[11]) + 1) % 10}"}, {cell: "iin_check_digit"})


def unknown_reason(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """A reason of absence in one's own words, which no codelist knows."""
    row = _some_row(rows, rng)
    scheduled = rows["lessons_scheduled"][row].as_py()
    text = str(rng.choice(["қой бағуға кетті", "әжесіне барды", "уехал к бабушке", "помогал на сенокосе"]))
    cells = _absence(rows, row, scheduled, 0, text)
    return Edits(cells, {(row, "absence_reason"): "not_in_codelist"})


def missed_above_scheduled(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """More lessons missed than the timetable has."""
    row = _some_row(rows, rng)
    missed = rows["lessons_scheduled"][row].as_py() + 2
    return Edits(_absence(rows, row, missed, 0, "INV"), {(row, "lessons_missed"): "not_above"})


def text_in_number(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """A number written out in words."""
    row = _some_row(rows, rng)
    cells = _absence(rows, row, str(rng.choice(["екі", "два", "бәрі", "все"])), 0, "INV")
    return Edits(cells, {(row, "lessons_missed"): "not_an_integer"})


def not_on_roster(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """A learner the school's roster does not know: the number is sound and belongs to nobody."""
    cell = (_some_row(rows, rng), "iin")
    return Edits({cell: _stranger()}, {cell: "learner_on_roster"})


def _stranger() -> str:
    """A demo IIN that no demo learner has: learners get the low serials of a day."""
    for serial in range(8_999, 8_000, -1):
        stem = f"1405057{serial}"
        if (last := check_digit(stem)) is not None:
            return f"{stem}{last}"
    raise AssertionError("nine in ten stems have a check digit")


def outside_period(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """A day of the week before."""
    row = _some_row(rows, rng)
    day: date = rows["date"][row].as_py()
    cell = (row, "date")
    return Edits({cell: (day - timedelta(days=7)).isoformat()}, {cell: "date_in_period"})


def odd_age(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """A learner much too young for the grade: a question to the school, no error."""
    row = 0
    grade = rows["grade"][row].as_py() + 4
    return Edits({(row, "grade"): str(grade)}, {(row, "birth_date"): "age_fits_grade"})


def in_another_class(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """No mistake of this report: the learner whose grade the roster gets wrong stands in the right class here."""
    return Edits(faults={(0, "grade"): "class_differs_from_roster"})


def revised(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """No mistake: what a later version of a report knows better. Some days turn out to be illness."""
    cells: dict[Cell, str] = {}
    for row in sorted({_some_row(rows, rng) for _ in range(5)}):
        scheduled = rows["lessons_scheduled"][row].as_py()
        cells |= _absence(rows, row, scheduled, scheduled, "ILL")
    return Edits(cells)


def other_term_mark(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """Three learners whose term assessment was typed wrong: their row is sound in itself, and gives another mark than
    the current marks do."""
    cells: dict[Cell, str] = {}
    faults: dict[Cell, str] = {}
    for row in rng.permutation(rows.num_rows).tolist():
        typed = _typed_wrong(rows, row)
        if typed and rows["iin"][row].as_py() not in {rows["iin"][other].as_py() for other, _ in faults}:
            points, percent, mark = typed
            cells |= {
                (row, "term_points"): str(points),
                (row, "total_percent"): str(percent),
                (row, "mark"): str(mark),
            }
            faults[row, "mark"] = "mark_differs_from_current"
        if len(faults) == _TYPED_WRONG:
            break
    return Edits(cells, faults)


_TYPED_WRONG = 3
_OF_TERM = ("formative_percent", "section_points", "section_points_max", "term_points", "term_points_max",
            "total_percent")  # fmt: skip


def _typed_wrong(rows: pa.Table, row: int) -> tuple[int, float, int] | None:
    """Points, percentage and mark where the term assessment is seven points off; None where the mark stays near."""
    own = {name: rows[name][row].as_py() for name in _OF_TERM}
    points = own["term_points"] + (7 if own["term_points"] <= own["term_points_max"] // 2 else -7)
    section = own["section_points"] / own["section_points_max"]
    percent = round(percent_of(own["formative_percent"] / 100, section, points / own["term_points_max"]), 1)
    near = {mark_of(own["total_percent"] + apart) for apart in (-2, 0, 2)}
    mark = mark_of(percent)
    return None if mark in near else (points, percent, mark)


def more_online_than_there_are(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """More computers on the internet than there are computers."""
    cell = (0, "computers_online")
    return Edits({cell: str(rows["computers"][0].as_py() + 3)}, {cell: "not_above"})


def heating_in_own_words(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """A kind of heating no codelist knows."""
    cell = (0, "heating")
    return Edits({cell: str(rng.choice(["газбен", "газ", "тезек жағамыз"]))}, {cell: "not_in_codelist"})


def toilet_without_sewer(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """A warm toilet in a building without a sewer: a question, no error."""
    cell = (0, "has_indoor_toilet")
    return Edits({cell: "true", (0, "sewerage"): "none"}, {cell: "toilet_without_sewer"})


def other_capacity(rows: pa.Table, rng: np.random.Generator) -> Edits:
    """Ten places more than the register has: a question, no error."""
    cell = (0, "design_capacity")
    return Edits({cell: str(rows["design_capacity"][0].as_py() + 10)}, {cell: "differs_from_register"})


DEFECTS: Mapping[str, Defect] = {
    found.__name__: found
    for found in (
        wrong_check_digit,
        unknown_reason,
        missed_above_scheduled,
        text_in_number,
        not_on_roster,
        outside_period,
        odd_age,
        in_another_class,
        other_term_mark,
        more_online_than_there_are,
        heating_in_own_words,
        toilet_without_sewer,
        other_capacity,
        revised,
    )
}
