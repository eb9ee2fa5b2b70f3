"""Who works in the schools, and which courses they took: the rows of `staff_roster` and `staff_training`.

In: organisations, a seed. Out: `Staff`. Nobody in it exists, see `learners`. Categories and courses are invented; how
many people a school has and how many of them took a course in a quarter are estimates. All of them are young: the
numbers nobody can have begin with the year 2000.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from ingest.demo.world import estimates
from ingest.demo.world.learners import invented_names
from ingest.demo.world.numbers import demo_iins
from ingest.demo.world.organisations import Organisation

QUARTER = "2026-Q2"
_LAST_DAY, _DAY_BEFORE = date(2026, 6, 30), date(2025, 6, 30)
Row = dict[str, Any]
# Course and kind, hours, days from the first to the last.
_COURSES = (
    ("Критериалды бағалау технологиясы", "advanced", 80, 12),
    ("Инклюзивті білім беру", "advanced", 72, 11),
    ("Цифрлық сауаттылық негіздері", "advanced", 36, 6),
    ("Управление школой", "advanced", 80, 12),
    ("Функциональная грамотность", "seminar", 16, 2),
    ("Педагог-психолог мамандығы бойынша қайта даярлау", "retraining", 320, 45),
)
_PROVIDERS = ("«Өрлеу» БАҰО", "Педагогикалық шеберлік орталығы", "Областной институт развития образования")
_SUBJECTS = (
    "mathematics",
    "kazakh_language",
    "russian_language",
    "physics",
    "informatics",
    "biology",
    "geography",
)


@dataclass(frozen=True)
class Staff:
    """Rows of posts and of courses by the index of a school, courses of departments by the code of the district."""

    posts: Mapping[int, tuple[Row, ...]]
    courses: Mapping[int, tuple[Row, ...]]
    courses_of_departments: Mapping[str, tuple[Row, ...]]

    def posts_before(self, index: int) -> tuple[Row, ...]:
        """The posts of a school a year earlier: of those who had been hired by then, and of the head and the deputy in
        any case."""
        return tuple(
            _a_year_ago(row)
            for row in self.posts[index]
            if row["hired_date"] <= _DAY_BEFORE or row["position"] in ("director", "deputy")
        )


def staff_of(organisations: Sequence[Organisation], seed: int) -> Staff:
    """Everybody employed in June, and the courses completed in the quarter before."""
    rng = np.random.default_rng([seed, 22])
    districts = sorted({school.district for school in organisations})[:: estimates.DEPARTMENTS_WITH_COURSES]
    sizes = [3 + school.size // estimates.LEARNERS_PER_EMPLOYEE for school in organisations]
    people = _people(sum(sizes) + 2 * len(districts), rng)
    posts: dict[int, tuple[Row, ...]] = {}
    courses: dict[int, tuple[Row, ...]] = {}
    serial = 0
    for school, size in zip(organisations, sizes, strict=True):
        own = [people.pop() for _ in range(size)]
        posts[school.index] = tuple(_post(school, person, at, rng) for at, person in enumerate(own))
        taking = [person for person in own if rng.uniform() < estimates.COURSE_SHARE] or own[:1]
        courses[school.index] = tuple(
            _course(person, serial + at, rng) | {"bin": school.bin} for at, person in enumerate(taking)
        )
        serial += len(taking)
    of_departments = {}
    for district in districts:
        of_departments[district] = tuple(_course(people.pop(), serial + at, rng) for at in range(2))
        serial += 2
    return Staff(posts, courses, of_departments)


def _people(count: int, rng: np.random.Generator) -> list[Row]:
    """Persons born in 2000 to 2002."""
    is_male = rng.uniform(size=count) > estimates.WOMEN_AMONG_EDUCATORS
    born = np.datetime64("2002-12-31", "D") - rng.integers(0, 3 * 365, count).astype("timedelta64[D]")
    named = invented_names(np.array(["kk"] * count, dtype=object), is_male, rng)
    iins = demo_iins(born, is_male)
    return [
        {
            "iin": str(iins[at]), "birth_date": born[at].astype(object), "sex": "m" if is_male[at] else "f",
            **{name: values[at] for name, values in named.items()},
        }
        for at in range(count)
    ]  # fmt: skip


def _post(school: Organisation, person: Row, at: int, rng: np.random.Generator) -> Row:
    position = ("director", "deputy")[at] if at < 2 else "technical" if at % 9 == 8 else "teacher"
    teaches = position == "teacher"
    graduated = person["birth_date"].year + 21
    hired = date(int(rng.integers(graduated, 2026)), 8, int(rng.integers(1, 29)))
    worked = max(2026 - hired.year - 1, 0) + int(rng.integers(0, 2))
    category = (
        "4" if position == "technical" else str(rng.choice(["31", "32", "33", "34", "35"], p=_CATEGORIES))
    )
    is_dated = category in ("32", "33", "34", "35")
    return {
        **person, "bin": school.bin, "citizenship": "KZ", "position": position,
        "subject": str(rng.choice(_SUBJECTS)) if teaches else None,
        "language": ("ru" if school.site.language == "ru" else "kk") if teaches else None,
        "employment": "1", "rate": 1.0, "weekly_hours": int(rng.integers(16, 23)) if teaches else 0,
        "staff_status": "01", "hired_date": hired, "hire_order_no": f"{int(rng.integers(1, 90))}-ж",
        "education": "4" if position == "technical" else "6", "graduation_year": graduated,
        "has_profile_education": True, "category": category,
        "category_date": date(2024, 8, 20) if is_dated else None, "category_order_no": "112" if is_dated else None,
        "experience_years": worked, "teaching_years": worked if position != "technical" else 0,
        "has_record_certificate": True,
    }  # fmt: skip


def _a_year_ago(row: Row) -> Row:
    hired = min(row["hired_date"], date(2024, 8, row["hired_date"].day))
    years = {name: max(row[name] - 1, 0) for name in ("experience_years", "teaching_years")}
    return {**row, **years, "hired_date": hired}


_CATEGORIES = (0.25, 0.28, 0.27, 0.17, 0.03)


def _course(person: Row, serial: int, rng: np.random.Generator) -> Row:
    course, kind, hours, days = _COURSES[int(rng.integers(len(_COURSES)))]
    last = _LAST_DAY - timedelta(days=int(rng.integers(1, 80)))
    return {
        "iin": person["iin"], "course": course, "kind": kind, "provider": str(rng.choice(_PROVIDERS)), "hours": hours,
        "start_date": last - timedelta(days=days - 1), "end_date": last, "document_no": f"KZ-{serial:06d}",
        "document_date": last + timedelta(days=int(rng.integers(0, 10))),
    }  # fmt: skip
