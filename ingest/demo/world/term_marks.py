"""The last term of the school year before: the current marks of each learner and the mark they make together.

In: the roster of one school in September, a seed. Out: `TermMarks`, from which the tables of the forms `current_marks`
(one a month) and `term_results` are taken, so that the one follows from the other. Learners are those who were in the
school then, a grade lower; grades below the second are not marked. How able they are is estimated.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.demo.world import estimates
from ingest.demo.world.organisations import Organisation
from ingest.demo.world.school_year import school_days
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract
from ingest.schema.values.period import Period

TERM = "2025-2026-T4"
MONTHS = ("2026-04", "2026-05")
FIRST_DAY_OF_YEAR = np.datetime64("2025-09-02", "D")
_FIRST_MARKED = 2
_FORMATIVE, _SECTIONS, _TERM_MOST = 10, (12, 15), 25
# Fewer learners than these with the same marks are none of a rule's business.
_ALIKE = 10
Points = npt.NDArray[np.int64]
# Marked subjects by grade, of which no more are played than a dashboard needs.
_SUBJECTS: tuple[tuple[range, tuple[str, ...]], ...] = (
    (
        range(2, 5),
        ("mathematics", "literary_reading", "kazakh_language", "russian_language", "natural_science"),
    ),
    (
        range(5, 7),
        ("mathematics", "kazakh_language", "russian_language", "history_of_kazakhstan", "informatics"),
    ),
    (range(7, 10), ("algebra", "geometry", "physics", "chemistry", "biology", "history_of_kazakhstan")),
    (range(10, 12), ("algebra_and_analysis", "geometry", "physics", "biology", "history_of_kazakhstan")),
)


def subjects_of(grade: int) -> tuple[str, ...]:
    """The subjects that are marked in a grade."""
    return next(subjects for grades, subjects in _SUBJECTS if grade in grades)


def mark_of(percent: float) -> int:
    """The mark a percentage gives by the scale."""
    whole = min(int(np.floor(percent + 0.5)), 100)
    return next(int(one.code) for one in codelist("mark").codes if whole <= int(one.extra["percent_to"]))


def percent_of(formative: float, section: float, term: float) -> float:
    """The percentage of a term by the weights in force: three shares of 1 → per cent."""
    shares = codelist("assessment_weight").by_code["with_term"].extra
    return sum(int(shares[f"{kind}_share"]) * share for kind, share in
               (("formative", formative), ("section", section), ("term", term)))  # fmt: skip


@dataclass(frozen=True)
class _Class:
    """One class and subject: the learners' places in the roster, and their points."""

    grade: int
    subject: str
    number: int
    places: Points
    formative: Points
    sections: Points
    term: Points

    @property
    def percents(self) -> list[float]:
        """The percentage of each learner, to a tenth as a school writes it."""
        means = self.formative.mean(axis=1) / _FORMATIVE
        sums = self.sections.sum(axis=1) / sum(_SECTIONS)
        return [
            round(percent_of(*parts), 1) for parts in zip(means, sums, self.term / _TERM_MOST, strict=True)
        ]

    @property
    def marks(self) -> tuple[int, ...]:
        """The mark of each learner."""
        return tuple(mark_of(percent) for percent in self.percents)


@dataclass(frozen=True)
class TermMarks:
    """The marks of one school in the last term of the year before. `roster`: the list of the September after it;
    `first_day`: of its year, by which learners had entered the school."""

    roster: pa.Table
    seed: tuple[int, ...]
    first_day: np.datetime64
    mean: float = estimates.MEAN_RESULT

    @property
    def _grade(self) -> Points:
        """Of each learner of the roster the grade of that year."""
        grades: Points = self.roster["grade"].to_numpy() - 1
        return grades

    @property
    def _was_there(self) -> npt.NDArray[np.bool_]:
        """Whether each learner of the roster was in the school by then."""
        entered = self.roster["enrolled_date"].to_numpy().astype("datetime64[D]")
        return np.asarray(entered <= self.first_day)

    @cached_property
    def _classes(self) -> list[_Class]:
        rng = np.random.default_rng(self.seed)
        grade, was_there = self._grade, self._was_there
        letter = np.array(self.roster["letter"].to_pylist(), dtype=object)
        able = np.clip(rng.normal(self.mean, estimates.RESULT_SPREAD, len(grade)), 0.3, 1.0)
        found: list[_Class] = []
        for own in sorted(
            {(int(g), str(w or "")) for g, w in zip(grade, letter, strict=True) if g >= _FIRST_MARKED}
        ):
            places = np.flatnonzero(
                (grade == own[0]) & was_there & ((letter == own[1]) | (letter == (own[1] or None)))
            )
            if len(places):
                found += self._class(own[0], places, able[places], rng)
        return found

    def _class(
        self, grade: int, places: Points, able: npt.NDArray[np.float64], rng: np.random.Generator
    ) -> Iterator[_Class]:
        known: set[tuple[int, ...]] = set()
        for number, subject in enumerate(subjects_of(grade)):
            likes = np.clip(able + rng.normal(0, estimates.RESULT_SPREAD / 2, len(able)), 0.2, 1.0)

            def points(most: int, likes: Any = likes) -> Points:
                drawn = np.clip(likes + rng.normal(0, 0.06, len(likes)), 0, 1)
                rounded: Points = np.rint(drawn * most).astype(np.int64)
                return rounded

            formative = np.stack([points(_FORMATIVE) for _ in range(4)], axis=1)
            sections = np.stack([points(most) for most in _SECTIONS], axis=1)
            made = _Class(grade, subject, number, places, formative, sections, points(_TERM_MOST))
            # Two subjects of a class with the same marks learner by learner would be taken for a copy.
            for place in range(len(places)):
                if len(places) < _ALIKE or made.marks not in known:
                    break
                made.term[place] = 4 if made.term[place] > _TERM_MOST // 2 else 24
            known.add(made.marks)
            yield made

    @property
    def is_marked(self) -> bool:
        """Whether anybody of the school was marked then; that is known before any mark is thought of."""
        return bool(np.any(self._was_there & (self._grade >= _FIRST_MARKED)))

    def current(self, contract: Contract, month: str) -> pa.Table:
        """The current marks of one month in the columns of the form, class by class."""
        at = MONTHS.index(month)
        works = [work for each in self._classes for work in _works(each, at)]
        places = (
            np.concatenate([each.places for each, *_ in works]) if works else np.array([], dtype=np.int64)
        )
        sizes = [len(each.places) for each, *_ in works]

        def repeated(values: list[Any], kind: pa.DataType) -> Any:
            return pa.array(np.repeat(np.array(values, dtype=object), sizes), kind)

        rows = self._learners(places, [each.grade for each, *_ in works], sizes) | {
            "subject": repeated([each.subject for each, *_ in works], pa.string()),
            "date": repeated([day for _, _, day, _, _ in works], pa.date32()),
            "kind": repeated([kind for _, kind, *_ in works], pa.string()),
            "points": pa.array(
                np.concatenate([points for *_, points, _ in works]) if works else [], pa.int64()
            ),
            "points_max": repeated([most for *_, most in works], pa.int64()),
        }
        return pa.table({field.name: rows[field.name] for field in contract.fields})

    def results(self, contract: Contract) -> pa.Table:
        """The results of the term in the columns of the form; the mark of the year is near that of the term."""
        rng = np.random.default_rng([*self.seed, 1])
        each = self._classes
        sizes = [len(one.places) for one in each]
        count = sum(sizes)
        marks = np.array([mark for one in each for mark in one.marks], dtype=np.int64)
        year = np.clip(marks + rng.choice((-1, 0, 0, 0, 0, 0, 1), size=count), 3, 5) if count else marks
        rows: dict[str, Any] = self._learners(
            np.concatenate([one.places for one in each]) if each else np.array([], dtype=np.int64),
            [one.grade for one in each],
            sizes,
        )
        rows |= {
            "subject": pa.array(
                np.repeat(np.array([one.subject for one in each], dtype=object), sizes), pa.string()
            ),
            "outcome": pa.array(["marked"] * count, pa.string()),
            "formative_percent": pa.array(
                [
                    round(float(mean) * 100 / _FORMATIVE, 1)
                    for one in each
                    for mean in one.formative.mean(axis=1)
                ],
                pa.float64(),
            ),
            "section_points": pa.array(
                [int(p) for one in each for p in one.sections.sum(axis=1)], pa.int64()
            ),
            "section_points_max": pa.array([sum(_SECTIONS)] * count, pa.int64()),
            "term_points": pa.array([int(p) for one in each for p in one.term], pa.int64()),
            "term_points_max": pa.array([_TERM_MOST] * count, pa.int64()),
            "total_percent": pa.array([percent for one in each for percent in one.percents], pa.float64()),
            "mark": pa.array(marks, pa.int64()),
            "year_mark": pa.array(year, pa.int64()),
            "exam_mark": pa.nulls(count, pa.int64()),
            "final_mark": pa.array(year, pa.int64()),
        }
        return pa.table({field.name: rows[field.name] for field in contract.fields})

    def _learners(self, places: Points, grades: list[int], sizes: list[int]) -> dict[str, Any]:
        own = {name: self.roster[name].take(places) for name in ("bin", "iin", "letter")}
        return own | {"grade": pa.array(np.repeat(np.array(grades, dtype=np.int64), sizes), pa.int64())}


def term_marks(organisation: Organisation, roster: pa.Table, seed: int) -> TermMarks:
    """The marks of one school; they depend on the seed and the school alone."""
    return TermMarks(roster, (seed, 21, organisation.index), FIRST_DAY_OF_YEAR)


def term_marks_of_year_before(
    organisation: Organisation, roster: pa.Table, seed: int, first_day: np.datetime64
) -> TermMarks:
    """The same of the term a year earlier: `roster` is the list of the September after that one."""
    return TermMarks(roster, (seed, 30, organisation.index), first_day, estimates.MEAN_RESULT_BEFORE)


def _works(own: _Class, month: int) -> Iterator[tuple[_Class, str, date, Points, int]]:
    """What a class wrote or answered in a month of the term: kind, day, points, out of how many."""
    period = Period.parse("month", MONTHS[month])
    days = school_days(period.start, period.end)
    for turn in range(2):
        yield (
            own,
            "formative",
            days[own.number % 3 + 4 * turn],
            own.formative[:, 2 * month + turn],
            _FORMATIVE,
        )
    yield (
        own,
        "section",
        days[3 + own.number % 4 if month else 10 + own.number],
        own.sections[:, month],
        _SECTIONS[month],
    )
    if month == 1:
        # Two a day at most, and none on the last day.
        yield own, "term", days[9 + own.number // 2], own.term, _TERM_MOST
