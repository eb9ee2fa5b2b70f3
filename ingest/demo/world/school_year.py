"""The school years 2026–27 and 2025–26: terms, breaks and public holidays, and which days are school days.

Source of terms and breaks: orders of the ministry, the later No. 213-НҚ of 29.07.2026, as quoted in the press; of the
public holidays: the law on holidays, unconfirmed where they move. Teaching goes on five days a week in the synthetic
country.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

SCHOOL_YEAR, YEAR_BEFORE = "2026-2027", "2025-2026"


@dataclass(frozen=True)
class Segment:
    """One row of the form `school_calendar`.

    Both dates belong to the segment; no grades means all of them; a holiday has no number.
    """

    segment: str
    segment_no: int | None
    name_kk: str
    name_ru: str
    start_date: date
    end_date: date
    grade_from: int | None = None
    grade_to: int | None = None


def _day(text: str) -> date:
    return date.fromisoformat(text)


_TERMS = (
    (1, "I тоқсан", "I четверть", "2026-09-01", "2026-10-25"),
    (2, "II тоқсан", "II четверть", "2026-11-02", "2026-12-27"),
    (3, "III тоқсан", "III четверть", "2027-01-11", "2027-03-21"),
    (4, "IV тоқсан", "IV четверть", "2027-03-29", "2027-05-25"),
)
_BREAKS = (
    (1, "күзгі каникул", "осенние каникулы", "2026-10-26", "2026-11-01", None),
    (2, "қысқы каникул", "зимние каникулы", "2026-12-28", "2027-01-10", None),
    (
        3,
        "1-сыныптар үшін қосымша каникул",
        "дополнительные каникулы для 1 классов",
        "2027-02-08",
        "2027-02-14",
        1,
    ),
    (4, "көктемгі каникул", "весенние каникулы", "2027-03-22", "2027-03-28", None),
)
_HOLIDAYS = (
    ("Республика күні", "День Республики", "2026-10-25"),
    ("Тәуелсіздік күні", "День Независимости", "2026-12-16"),
    ("Жаңа жыл", "Новый год", "2027-01-01"),
    ("Жаңа жыл", "Новый год", "2027-01-02"),
    ("Православиелік Рождество", "Православное Рождество", "2027-01-07"),
    ("Халықаралық әйелдер күні", "Международный женский день", "2027-03-08"),
    ("Наурыз мейрамы", "Наурыз мейрамы", "2027-03-21"),
    ("Наурыз мейрамы", "Наурыз мейрамы", "2027-03-22"),
    ("Наурыз мейрамы", "Наурыз мейрамы", "2027-03-23"),
    ("Қазақстан халқының бірлігі мерекесі", "Праздник единства народа Казахстана", "2027-05-01"),
    ("Отан қорғаушы күні", "День защитника Отечества", "2027-05-07"),
    ("Жеңіс күні", "День Победы", "2027-05-09"),
)

_TERMS_BEFORE = (
    (1, "I тоқсан", "I четверть", "2025-09-02", "2025-10-26"),
    (2, "II тоқсан", "II четверть", "2025-11-03", "2025-12-28"),
    (3, "III тоқсан", "III четверть", "2026-01-08", "2026-03-18"),
    (4, "IV тоқсан", "IV четверть", "2026-03-30", "2026-05-25"),
)
_BREAKS_BEFORE = (
    (1, "күзгі каникул", "осенние каникулы", "2025-10-27", "2025-11-02", None),
    (2, "қысқы каникул", "зимние каникулы", "2025-12-29", "2026-01-07", None),
    (
        3,
        "1-сыныптар үшін қосымша каникул",
        "дополнительные каникулы для 1 классов",
        "2026-02-09",
        "2026-02-15",
        1,
    ),
    (4, "көктемгі каникул", "весенние каникулы", "2026-03-19", "2026-03-29", None),
)


def _year_earlier(day: str) -> date:
    return _day(f"{int(day[:4]) - 1}{day[4:]}")


SEGMENTS: tuple[Segment, ...] = (
    *(Segment("term", no, kk, ru, _day(first), _day(last)) for no, kk, ru, first, last in _TERMS),
    *(
        Segment("break", no, kk, ru, _day(first), _day(last), grade, grade)
        for no, kk, ru, first, last, grade in _BREAKS
    ),
    *(Segment("holiday", None, kk, ru, _day(day), _day(day)) for kk, ru, day in _HOLIDAYS),
)
SEGMENTS_BEFORE: tuple[Segment, ...] = (
    *(Segment("term", no, kk, ru, _day(first), _day(last)) for no, kk, ru, first, last in _TERMS_BEFORE),
    *(
        Segment("break", no, kk, ru, _day(first), _day(last), grade, grade)
        for no, kk, ru, first, last, grade in _BREAKS_BEFORE
    ),
    *(Segment("holiday", None, kk, ru, _year_earlier(day), _year_earlier(day)) for kk, ru, day in _HOLIDAYS),
)


def is_school_day(day: date, grade: int | None = None) -> bool:
    """Whether lessons are held: Monday to Friday in a term, no holiday, no break of that grade."""
    if day.weekday() >= 5:
        return False
    spanning = [one for one in (*SEGMENTS_BEFORE, *SEGMENTS) if one.start_date <= day <= one.end_date]
    of_grade = [one for one in spanning if one.grade_from is None or grade == one.grade_from]
    return {one.segment for one in of_grade} == {"term"}


def school_days(first: date, last: date) -> tuple[date, ...]:
    """The days from `first` to `last` on which grades other than the first have lessons."""
    days = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
    return tuple(day for day in days if is_school_day(day))
