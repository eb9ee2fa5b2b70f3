"""The learners of every school, as its roster of September shows them.

In: organisations and a seed. Out: one Arrow table for the whole country in the columns of `learner_roster`,
in the order of the organisations. Nobody in it exists: names are drawn from lists, the IIN of each belongs to
the range nobody can have (see `numbers`), birth date and sex agree with it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.demo.world import estimates, names
from ingest.demo.world.numbers import demo_iins
from ingest.demo.world.organisations import Organisation

SCHOOL_YEAR_START = date(2026, 9, 1)
Objects = npt.NDArray[np.object_]
Booleans = npt.NDArray[np.bool_]
Dates = npt.NDArray[np.datetime64]


@dataclass(frozen=True)
class SchoolClass:
    """One class of a school: `letter` is None where the grade has only one."""

    grade: int
    letter: str | None
    language: str
    learners: int


def classes(organisation: Organisation, seed: int) -> list[SchoolClass]:
    """The classes of one school, grade by grade."""
    rng = np.random.default_rng([seed, 3, organisation.index])
    first, last = organisation.grades
    grades = list(range(first, last + 1))
    weights = np.array([estimates.GRADE_WEIGHTS[grade] for grade in grades])
    weights = weights * rng.uniform(0.85, 1.15, len(grades))
    bounds = np.round(np.cumsum(weights) / weights.sum() * organisation.size).astype(int)
    found: list[SchoolClass] = []
    for grade, learners in zip(grades, np.diff(np.r_[0, bounds]), strict=True):
        found += _grade(organisation, grade, int(learners))
    return found


def _grade(organisation: Organisation, grade: int, learners: int) -> list[SchoolClass]:
    size = estimates.CLASS_SIZE[organisation.site.locality]
    count = -(-learners // size)
    parts = [learners // count + (at < learners % count) for at in range(count)] if count else []
    languages = _class_languages(organisation, grade, count)
    letters = names.LETTERS_RU if set(languages) == {"ru"} else names.LETTERS_KK
    return [
        SchoolClass(grade, _letter(letters, at) if count > 1 else None, languages[at], part)
        for at, part in enumerate(parts)
    ]


def _letter(letters: str, at: int) -> str:
    """А … Н, then АА, АӘ …: the largest schools have more classes of a grade than there are letters."""
    return letters[at] if at < len(letters) else letters[0] + letters[at - len(letters)]


def _class_languages(organisation: Organisation, grade: int, count: int) -> list[str]:
    if organisation.site.language != "mixed":
        return [organisation.site.language] * count
    kazakh = (count + (grade + organisation.index) % 2) // 2
    return ["kk"] * kazakh + ["ru"] * (count - kazakh)


def rosters(organisations: Sequence[Organisation], seed: int) -> pa.Table:
    """Every learner of the country. `_organisation` beside the columns of the form is the school's index."""
    groups = [(organisation, one) for organisation in organisations for one in classes(organisation, seed)]
    sizes = np.array([one.learners for _, one in groups])
    rng = np.random.default_rng([seed, 4])
    columns = _placed(groups, sizes) | _invented(groups, sizes, rng)
    columns |= _left(columns["enrolled_date"], groups, sizes, np.random.default_rng([seed, 6]))
    order = [field for field in ROSTER_FIELDS if field in columns]
    # Without its type a column of words in which nothing is filled in would be one of nothing.
    words = {name: pa.array(columns[name], pa.string()) for name in _WORDS}
    columns |= words
    return pa.table({name: columns[name] for name in ["_organisation", *order]})


ROSTER_FIELDS: tuple[str, ...] = (
    "bin",
    "iin",
    "last_name",
    "first_name",
    "middle_name",
    "birth_date",
    "sex",
    "grade",
    "letter",
    "language",
    "shift",
    "study_form",
    "is_boarder",
    "is_transported",
    "has_free_meals",
    "enrolled_date",
    "citizenship",
    "special_needs",
    "social_status",
    "left_date",
    "leaving_reason",
    "moved_to_bin",
)

_WORDS = ("last_name", "first_name", "middle_name", "study_form", "special_needs", "social_status",
          "leaving_reason", "moved_to_bin")  # fmt: skip

Groups = Sequence[tuple[Organisation, SchoolClass]]
Counts = npt.NDArray[np.int64]


def _placed(groups: Groups, sizes: Counts) -> dict[str, Any]:
    """The columns that follow from the school and the class."""

    def each(values: Sequence[object], type_: pa.DataType) -> Any:
        return pa.array(np.repeat(np.array(values, dtype=object), sizes), type_)

    return {
        "_organisation": each([school.index for school, _ in groups], pa.int32()),
        "bin": each([school.bin for school, _ in groups], pa.string()),
        "grade": each([one.grade for _, one in groups], pa.int32()),
        "letter": each([one.letter for _, one in groups], pa.string()),
        "language": each([one.language for _, one in groups], pa.string()),
        # The second shift is taught where a school has one: grades 2, 3, 6 and 7, as is usual.
        "shift": each(
            [2 if s.shifts == 2 and one.grade in (2, 3, 6, 7) else 1 for s, one in groups], pa.int32()
        ),
    }


def _invented(groups: Groups, sizes: Counts, rng: np.random.Generator) -> dict[str, Any]:
    """The columns that are drawn for each learner."""
    count = int(sizes.sum())
    grade = np.repeat(np.array([one.grade for _, one in groups]), sizes)
    rural = np.repeat(np.array([school.site.locality == "rural" for school, _ in groups]), sizes)
    boarding = np.repeat(np.array([school.is_boarding for school, _ in groups]), sizes)
    is_male = rng.uniform(size=count) < estimates.MALE_SHARE
    born = _birth_dates(grade, rng)
    by_bus = estimates.TRANSPORTED_SHARE
    transported = np.where(rural, by_bus["rural"], by_bus["urban"])
    drawn: dict[str, Any] = {
        "iin": demo_iins(born, is_male),
        "birth_date": born,
        "sex": np.where(is_male, "m", "f"),
        "study_form": _chosen(estimates.STUDY_FORM_WEIGHTS, count, rng),
        "is_boarder": boarding & (rng.uniform(size=count) < estimates.BOARDER_SHARE),
        "is_transported": rng.uniform(size=count) < transported,
        "has_free_meals": (grade <= 4) | (rng.uniform(size=count) < estimates.FREE_MEALS_SHARE_OLDER),
        "enrolled_date": _enrolled(grade, groups, sizes, rng),
        "citizenship": np.where(rng.uniform(size=count) < estimates.OTHER_CITIZENSHIP_SHARE, "other", "KZ"),
        "special_needs": _seldom(estimates.SPECIAL_NEEDS_SHARE, _SPECIAL_NEEDS, count, rng),
        "social_status": _seldom(estimates.SOCIAL_STATUS_SHARE, _SOCIAL_STATUS, count, rng),
    }
    language = np.repeat(np.array([one.language for _, one in groups], dtype=object), sizes)
    return drawn | invented_names(language, is_male, rng)


# Codes of the codelists; how frequent they are in relation to each other is [E].
_SPECIAL_NEEDS = {
    "speech": 5.0,
    "development_delay": 3.0,
    "vision": 1.0,
    "hearing": 1.0,
    "musculoskeletal": 1.0,
}
_SOCIAL_STATUS = {
    "large_family": 12.0,
    "low_income": 3.0,
    "single_parent": 4.0,
    "disability": 1.5,
    "orphan": 0.5,
}


def _birth_dates(grade: Counts, rng: np.random.Generator) -> Dates:
    """Six on 1 September of grade 1, up to five months more; every grade a year older."""
    start = np.datetime64(SCHOOL_YEAR_START, "D")
    days = (grade + 5) * 365.25 + rng.uniform(15, 365 + 120, len(grade))
    born: Dates = start - days.astype("timedelta64[D]")
    return born


def _enrolled(grade: Counts, groups: Groups, sizes: Counts, rng: np.random.Generator) -> Dates:
    """1 September of the year in which the school's first grade was entered; some came later."""
    first = np.repeat(np.array([school.grades[0] for school, _ in groups]), sizes)
    years_ago = grade - first
    moved = rng.uniform(size=len(grade)) < 0.2
    years_ago = np.where(moved & (years_ago > 0), rng.integers(0, np.maximum(years_ago, 1)), years_ago)
    starts = np.array([np.datetime64(f"{SCHOOL_YEAR_START.year - ago}-09-01", "D") for ago in range(13)])
    enrolled: Dates = starts[years_ago]
    return enrolled


def _left(enrolled: Dates, groups: Groups, sizes: Counts, rng: np.random.Generator) -> dict[str, Any]:
    """Who left in the summer before the list: the last day, why, and which school those who transferred went to."""
    count = len(enrolled)
    was_there = enrolled < np.datetime64(SCHOOL_YEAR_START, "D")
    has_left = was_there & (rng.uniform(size=count) < estimates.LEFT_SHARE)
    last_day = np.datetime64(SCHOOL_YEAR_START, "D") - rng.integers(1, _SUMMER, count).astype(
        "timedelta64[D]"
    )
    reason = _chosen(estimates.LEAVING_WEIGHTS, count, rng)
    bins = list(dict.fromkeys(school.bin for school, _ in groups))
    next_one = dict(zip(bins, [*bins[1:], bins[0]], strict=True))
    moved_to = np.repeat(np.array([next_one[school.bin] for school, _ in groups], dtype=object), sizes)
    if len(bins) == 1:  # nowhere to go to in a country of one school
        reason[reason == "transfer"] = "other"
    moved_to[~has_left | (reason != "transfer")] = None
    reason[~has_left] = None
    return {
        "left_date": pa.array(last_day, pa.date32(), mask=~has_left),
        "leaving_reason": reason,
        "moved_to_bin": moved_to,
    }


# Days between the last lesson of a school year and the first of the next.
_SUMMER = 97


def _chosen(weights: Mapping[str, float], count: int, rng: np.random.Generator) -> Objects:
    at = rng.choice(len(weights), size=count, p=np.array(list(weights.values())) / sum(weights.values()))
    chosen: Objects = np.array(list(weights), dtype=object)[at]
    return chosen


def _seldom(share: float, weights: Mapping[str, float], count: int, rng: np.random.Generator) -> Objects:
    """One of the codes for that share of learners, nothing for the others."""
    chosen = _chosen(weights, count, rng)
    chosen[rng.uniform(size=count) >= share] = None
    return chosen


def invented_names(language: Objects, is_male: Booleans, rng: np.random.Generator) -> dict[str, Objects]:
    """Surname, first name and patronymic; the language of the class says how likely which kind of name is."""
    count = len(language)
    shares = np.array([estimates.KAZAKH_NAMES[one] for one in ("kk", "ru", "uz", "ug", "tj")])
    kind = np.select([language == one for one in ("kk", "ru", "uz", "ug", "tj")], range(5), 0)
    kazakh = rng.uniform(size=count) < shares[kind]
    turkic = ~kazakh & ((kind >= 2) | (rng.uniform(size=count) < 0.12))
    people = np.where(kazakh, 0, np.where(turkic, 1, 2))
    found = {name: np.empty(count, dtype=object) for name in ("last_name", "first_name", "middle_name")}
    for number, lists in enumerate(_FAMILIES):
        for male in (True, False):
            at = np.flatnonzero((people == number) & (is_male == male))
            for name, words in zip(found, lists.of(male), strict=True):
                found[name][at] = words[rng.integers(len(words), size=len(at))]
    # Not everybody has a patronymic.
    found["middle_name"][rng.uniform(size=count) < np.where(people == 2, 0.03, 0.14)] = None
    return found


@dataclass(frozen=True)
class _Names:
    """Lists of surnames, first names and patronymics for each sex."""

    male: tuple[Objects, Objects, Objects]
    female: tuple[Objects, Objects, Objects]

    def of(self, male: bool) -> tuple[Objects, Objects, Objects]:
        return self.male if male else self.female


def _words(words: Sequence[str]) -> Objects:
    return np.array(words, dtype=object)


def _family(kind: str, son: str = "", daughter: str = "") -> _Names:
    """The lists of one kind of family; where no patronymics are listed they come of the fathers' names."""
    lists = names.persons()[kind]
    fathers = lists.get("fathers", [])
    surnames, unchanged = lists["surnames"], lists.get("unchanged", [])
    sons = lists.get("patronymics_male") or [f"{father}{son}" for father in fathers]
    daughters = lists.get("patronymics_female") or [f"{father}{daughter}" for father in fathers]
    feminine = [names.feminine(surname) for surname in surnames]
    return _Names(
        (_words([*surnames, *unchanged]), _words(lists["male"]), _words(sons)),
        (_words([*feminine, *unchanged]), _words(lists["female"]), _words(daughters)),
    )


_FAMILIES = (_family("kazakh", "ұлы", "қызы"), _family("turkic", " угли", " кизи"), _family("russian"))
