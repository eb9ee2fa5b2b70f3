"""The reports of one invented school in which all is well: rows as a clerk writes them, every cell a text.

In: a seed. Out: the rows of five forms, and what they are judged against. Persons bear numbers nobody has.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import pyarrow as pa

from expectations.judging.scope import Scope
from expectations.reference import Reference
from ingest.schema.values.identifier import check_digit
from ingest.schema.values.period import Period

Row = dict[str, str]
Rows = list[Row]

PERIODS: Mapping[str, Period] = {
    "learner_roster": Period.parse("month", "2026-09"),
    "attendance": Period.parse("week", "2026-W37"),
    "term_results": Period.parse("term", "2026-2027-T1"),
    "staff_roster": Period.parse("quarter", "2026-Q3"),
    "organisation_passport": Period.parse("school_year", "2026-2027"),
}
CLASSES = ((3, "А"), (4, "Б"), (5, "А"), (6, "Ә"), (8, "Б"))
SUBJECTS: Mapping[int, tuple[str, ...]] = {
    3: ("mathematics", "literary_reading", "world_around_us", "music", "physical_education"),
    4: ("mathematics", "literary_reading", "world_around_us", "music", "physical_education"),
    5: ("mathematics", "russian_language", "history_of_kazakhstan", "informatics", "physical_education"),
    6: ("mathematics", "russian_language", "geography", "informatics", "physical_education"),
    8: ("algebra", "geometry", "physics", "chemistry", "biology"),
}
MONDAY = date(2026, 9, 7)
_SURNAMES = (
    "Ахметов",
    "Сейітов",
    "Оспанов",
    "Жұмабаев",
    "Қасымов",
    "Ибраев",
    "Смағұлов",
    "Нұрланов",
    "Тілеуов",
)
_BOYS = ("Алихан", "Данияр", "Ерасыл", "Мирас", "Санжар", "Темірлан", "Нұрсұлтан", "Бекзат")
_GIRLS = ("Аружан", "Дильназ", "Инжу", "Мадина", "Томирис", "Айзере", "Камила", "Сезім")
_FATHERS = ("Асқар", "Болат", "Серік", "Қайрат", "Марат", "Талғат", "Ержан")


@dataclass(frozen=True)
class Person:
    """Somebody of the school, with a number whose seventh digit is nobody's."""

    iin: str
    born: date
    sex: str
    last: str
    first: str
    middle: str


def _bin(number: int) -> str:
    """The number of the so-many-th school."""
    stems = (f"65094{serial:06}" for serial in range(1, 10_000))
    whole = (f"{stem}{digit}" for stem in stems if (digit := check_digit(stem)) is not None)
    return next(itertools.islice(whole, number, None))


class School:
    """One of several schools; the same seed and number always give the same."""

    def __init__(self, seed: int, number: int) -> None:
        self.bin = _bin(number)
        self.chance = random.Random(f"school {seed} {number}")
        self._taken: set[str] = set()

    def person(self, first_year: int, last_year: int) -> Person:
        """Somebody born in one of these years whose number is nobody else's here."""
        sex = self.chance.choice("mf")
        while True:
            born = date(self.chance.randint(first_year, last_year), 1, 1) + timedelta(
                self.chance.randrange(365)
            )
            stem = f"{born:%y%m%d}{'7' if sex == 'm' else '8'}{self.chance.randrange(10_000):04}"
            digit = check_digit(stem)
            if digit is not None and stem not in self._taken:
                break
        self._taken.add(stem)
        father = self.chance.choice(_FATHERS)
        return Person(
            iin=f"{stem}{digit}",
            born=born,
            sex=sex,
            last=self.chance.choice(_SURNAMES) + ("" if sex == "m" else "а"),
            first=self.chance.choice(_BOYS if sex == "m" else _GIRLS),
            middle=father + ("ұлы" if sex == "m" else "қызы"),
        )

    @cached_property
    def learners(self) -> list[tuple[int, str, Person]]:
        """Grade, letter and person of everybody, class by class."""
        return [
            (grade, letter, self.person(2019 - grade, 2020 - grade) if grade else self.person(2020, 2020))
            for grade, letter in CLASSES
            for _ in range(self.chance.randint(18, 25))
        ]

    @cached_property
    def learner_roster(self) -> Rows:
        language = {of: self.chance.choice(("kk", "ru")) for of in CLASSES}
        shift = {of: self.chance.choice(("1", "2")) for of in CLASSES}
        return [
            {
                "bin": self.bin, "iin": one.iin, "last_name": one.last, "first_name": one.first,
                "middle_name": one.middle, "birth_date": one.born.isoformat(), "sex": one.sex, "grade": str(grade),
                "letter": letter, "language": language[grade, letter], "shift": shift[grade, letter],
                "study_form": "full_time", "is_boarder": "no", "is_transported": self.chance.choice(("no", "yes")),
                "has_free_meals": self.chance.choice(("no", "yes")),
                "enrolled_date": str(date(2026 - grade + 1, 9, self.chance.randint(1, 5)) if grade < 8
                                     else date(2024, 9, self.chance.randint(1, 5))),
                "citizenship": "KZ", "special_needs": "", "social_status": "",
                "left_date": "", "leaving_reason": "", "moved_to_bin": "",
            }
            for grade, letter, one in self.learners
        ]  # fmt: skip

    @cached_property
    def attendance(self) -> Rows:
        rows = []
        lessons = {(of, day): self.chance.randint(4, 6) for of in CLASSES for day in range(5)}
        for grade, letter, one in self.learners:
            for day in range(5):
                scheduled = lessons[(grade, letter), day]
                missed = self.chance.choice((2, scheduled)) if self.chance.random() < 0.06 else 0
                reason = self.chance.choice(("ILL", "FAM")) if missed else ""
                rows.append(
                    {
                        "bin": self.bin, "iin": one.iin, "date": str(MONDAY + timedelta(day)), "grade": str(grade),
                        "letter": letter, "lessons_scheduled": str(scheduled), "lessons_missed": str(missed),
                        "lessons_missed_valid": str(missed), "lessons_missed_invalid": "0", "is_late": "no",
                        "absence_reason": reason,
                    }
                )  # fmt: skip
        return rows

    @cached_property
    def term_results(self) -> Rows:
        rows = []
        for grade, letter, one in self.learners:
            for subject in SUBJECTS[grade]:
                formative, section, term = (self.chance.randint(45, 100) for _ in range(3))
                total = round(0.25 * formative + 0.25 * section + 0.5 * term)
                mark = 5 if total >= 85 else 4 if total >= 65 else 3 if total >= 40 else 2
                rows.append(
                    {
                        "bin": self.bin, "iin": one.iin, "grade": str(grade), "letter": letter, "subject": subject,
                        "outcome": "marked", "formative_percent": str(formative), "section_points": str(section),
                        "section_points_max": "100", "term_points": str(term), "term_points_max": "100",
                        "total_percent": str(total), "mark": str(mark), "year_mark": "", "exam_mark": "",
                        "final_mark": "",
                    }
                )  # fmt: skip
        return rows

    @cached_property
    def staff_roster(self) -> Rows:
        posts = ["director", *["deputy"] * 2, *["teacher"] * 40, *["technical"] * 6]
        return [self._employee(post) for post in posts]

    def _employee(self, post: str) -> Row:
        one = self.person(2000, 2002)
        teaches = post == "teacher"
        hired = date(2024, 8, self.chance.randint(1, 28))
        years = 2026 - hired.year + self.chance.randint(0, 2)
        rate = self.chance.choice(("1", "1.25"))
        hours = self.chance.randint(16, 20) if rate == "1" else self.chance.randint(20, 25)
        primary, basic = (hours, 0) if self.chance.random() < 0.3 else (0, self.chance.randint(10, hours))
        return {
            "bin": self.bin, "iin": one.iin, "last_name": one.last, "first_name": one.first, "middle_name": one.middle,
            "birth_date": one.born.isoformat(), "sex": one.sex, "citizenship": "KZ", "position": post,
            "subject": self.chance.choice(("mathematics", "physics", "informatics")) if teaches else "",
            "language": self.chance.choice(("kk", "ru")) if teaches else "", "employment": "1", "rate": rate,
            "weekly_hours": str(hours) if teaches else "0", "hours_primary": str(primary) if teaches else "",
            "hours_basic": str(basic) if teaches else "",
            # Who teaches in no upper grade leaves it blank or writes a nought.
            "hours_upper": str(hours - primary - basic or self.chance.choice(("", "0"))) if teaches else "",
            "staff_status": "01", "hired_date": str(hired), "hire_order_no": f"{self.chance.randint(1, 90)}-ж",
            "dismissed_date": "", "dismiss_order_no": "", "education": "4" if post == "technical" else "6",
            "institution": "", "graduation_year": str(one.born.year + self.chance.randint(21, 23)), "diploma_no": "",
            "speciality": "", "has_profile_education": "yes", "academic_degree": "",
            "category": "4", "category_date": "", "category_order_no": "",
            "experience_years": str(years), "teaching_years": str(years if teaches else 0), "course_year": "",
            "course_hours": "", "has_record_certificate": "yes", "award": "",
        }  # fmt: skip

    @cached_property
    def organisation_passport(self) -> Rows:
        books, rooms, computers = (
            self.chance.randint(9101, 15900),
            self.chance.randint(21, 39),
            self.chance.randint(31, 88),
        )
        return [
            {
                "bin": self.bin, "kato": "113220100", "legal_form": "35", "is_public_private": "no",
                "licence_no": "KZ00LAA00000000", "licence_date": "2015-08-20", "accreditation_until": "2029-06-30",
                "design_capacity": "600", "shifts": "2", "class_sets": str(rooms - 2), "study_days": "5",
                "lessons_begin": "08:00", "lessons_end": "18:40",
                "building_kind": "standard", "building_condition": "good", "built_year": "1978",
                "repaired_year": "2015", "total_area_m2": str(self.chance.randint(4101, 5999)),
                "classrooms": str(rooms), "subject_rooms": "4", "has_sports_hall": "yes", "has_assembly_hall": "yes",
                "heating": "central", "water_supply": "central", "sewerage": "central", "has_indoor_toilet": "yes",
                "catering": "canteen", "canteen_seats": "120", "has_medical_room": "yes", "library_books": str(books),
                "library_textbooks": str(books - 3017), "computers": str(computers),
                "computers_online": str(computers - 3), "interactive_boards": "10", "internet_kind": "fibre",
                "internet_mbps": "100", "has_barrier_free_access": "yes", "has_video_surveillance": "yes",
                "has_security": "yes", "school_buses": "1", "boarding_places": "0",
                "vacant_rates": "2.5", "vacant_teacher_rates": "1.5", "latitude": "51.995",
                "longitude": "70.947", "site": "https://school12.example.kz",
            }
        ]  # fmt: skip

    def rows(self, form: str) -> Rows:
        """The rows of a form."""
        found: Rows = getattr(self, form)
        return found

    @property
    def listed(self) -> list[dict[str, str]]:
        """The learners as the roster in force has them."""
        return [
            {"bin": self.bin, "iin": one.iin, "period": "2026-09", "grade": str(grade), "letter": letter}
            for grade, letter, one in self.learners
        ]

    def scope(self, form: str) -> Scope:
        """Whose report of which period a file of the form is."""
        return Scope(self.bin, "organisation", PERIODS[form])


def reference(schools: Sequence[School]) -> Reference:
    """What their reports are judged against."""
    calendar = [
        {"segment": "term", "segment_no": "1", "start_date": "2026-09-01", "end_date": "2026-10-25"},
        {"segment": "break", "segment_no": "1", "start_date": "2026-10-26", "end_date": "2026-11-01"},
        {"segment": "term", "segment_no": "2", "start_date": "2026-11-02", "end_date": "2026-12-30"},
    ]
    organisations = [
        {
            "bin": school.bin, "kind": "general_school", "opened_date": "1998-09-01", "closed_date": None,
            "kato": "113220100", "design_capacity": "600", "shifts": "2", "is_boarding": "false",
        }
        for school in schools
    ]  # fmt: skip
    return Reference(
        territory=pa.Table.from_pylist([{"kato": "113220100", "level": "settlement"}]),
        calendar=pa.Table.from_pylist(calendar),
        organisation=pa.Table.from_pylist(organisations),
        learner=pa.Table.from_pylist([line for school in schools for line in school.listed]),
        elsewhere=pa.table({"iin": pa.array([], pa.string())}),
        earlier=pa.table({"node_code": pa.array([], pa.string())}),
        marks=pa.table({"node_code": pa.array([], pa.string())}),
    )
