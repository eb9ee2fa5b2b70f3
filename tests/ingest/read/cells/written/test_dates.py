"""Dates in every form that people give them: read where one day fits, otherwise said with what was meant."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time, timedelta

import duckdb
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ingest.read.cells.batch.typing_sql import value_expression
from ingest.read.cells.written.dates import odd_date
from ingest.read.cells.written.odd_cell import Odd
from ingest.schema.forms.contract import FormField
from ingest.schema.forms.load import contract as contract_of

DAY = date(2026, 9, 1)
MONTHS = {
    "kk": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "kk keyboard": "кантар акпан наурыз сауир мамыр маусым шилде тамыз кыркуйек казан караша желтоксан",
    "kk Latin": "qañtar aqpan nauryz säuır mamyr mausym şılde tamyz qyrküiek qazan qaraşa jeltoqsan",
    "kk short": "Қаң. Ақп. Нау. Сәу. Мам. Мау. Шіл. Там. Қыр. Қаз. Қар. Жел.",
    "kk of": "қаңтары ақпаны наурызы сәуірі мамыры маусымы шілдесі тамызы қыркүйегі қазаны қарашасы желтоқсаны",
    "ru short": "янв. февр. мар. апр. мая июн. июл. авг. сент. окт. нояб. дек.",
    "ru capitals": "ЯНВАРЬ ФЕВРАЛЬ МАРТ АПРЕЛЬ МАЙ ИЮНЬ ИЮЛЬ АВГУСТ СЕНТЯБРЬ ОКТЯБРЬ НОЯБРЬ ДЕКАБРЬ",
    "en": "January February March April May June July August September October November December",
    "en short": "jan feb mar apr may jun jul aug sep oct nov dec",
    "roman": "I II III IV V VI VII VIII IX X XI XII",
}
LAYOUTS = (
    "{day} {month} {year}", "{day:02} {month} {year} г.", "{day} {month} {year} года", "{year} жылғы {day} {month}",
    "{year} ж. {day} {month}", "{year}ж. {day}-{month}", "{year} жылдың {day} {month}", "{day}-{month}-{year}",
    "«{day:02}» {month} {year} ж.", '"{day}" {month} {year} жыл', "{month} {day}, {year}", "{day}.{month}.{year}",
)  # fmt: skip


@pytest.fixture(scope="module")
def day_of_lessons() -> FormField:
    return contract_of("attendance").field("date")


@pytest.fixture(scope="module")
def birth_date() -> FormField:
    return contract_of("learner_roster").field("birth_date")


@given(
    day=st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    months=st.sampled_from(sorted(MONTHS)),
    layout=st.sampled_from(LAYOUTS),
)
def test_a_month_in_words_comes_back_from_every_way_to_write_it(
    day_of_lessons: FormField, day: date, months: str, layout: str
) -> None:
    month = MONTHS[months].split()[day.month - 1]
    written = layout.format(day=day.day, month=month, year=day.year)
    assert odd_date(written, day_of_lessons) == Odd(value=day)


@given(
    day=st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    layout=st.sampled_from(
        ("%d %m %Y", "%d,%m,%Y", "%d. %m. %Y", "%d_%m_%Y", "%Y %m %d", "%Y%m%d", "%d%m%Y")
    ),
)
def test_digits_between_unusual_marks_come_back(day_of_lessons: FormField, day: date, layout: str) -> None:
    assert odd_date(day.strftime(layout), day_of_lessons) == Odd(value=day)


@given(day=st.dates(date(2000, 1, 1), date(2049, 12, 31)), mark=st.sampled_from("./ "))
def test_a_year_of_two_digits_is_never_read(day_of_lessons: FormField, day: date, mark: str) -> None:
    found = odd_date(day.strftime(f"%d{mark}%m{mark}%y"), day_of_lessons)
    assert found and (found.value, found.code) == (None, "year_of_two_digits")
    assert found.suggestion == day.strftime("%d.%m.%Y")


@given(day=st.dates(date(2000, 1, 1), date(2049, 12, 31)), mark=st.sampled_from("-‑–−"))
def test_between_dashes_the_year_may_stand_first(day_of_lessons: FormField, day: date, mark: str) -> None:
    """Every day that the three numbers may mean is offered, the usual one first; one alone is suggested."""
    for layout in ("%d{0}%m{0}%y", "%y{0}%m{0}%d"):
        written = day.strftime(layout.format(mark))
        found = odd_date(written, day_of_lessons)
        assert found and (found.value, found.code) == (None, "year_of_two_digits")
        first, month, last = (int(number) for number in written.split(mark))
        possible = []
        for year, number in ((last, first), (first, last)):
            with suppress(ValueError):
                if year < 50:
                    possible.append(date(2000 + year, month, number).strftime("%d.%m.%Y"))
        possible = list(dict.fromkeys(possible))
        assert day.strftime("%d.%m.%Y") in possible
        assert found.params["possible"] == " / ".join(possible)
        assert found.suggestion == (possible[0] if len(possible) == 1 else None)


@given(day=st.dates(date(1927, 5, 18), date(2099, 12, 31)), tail=st.sampled_from(("", ".0", ",00", ".375")))
def test_a_serial_number_is_never_read_but_its_date_is_suggested(
    day_of_lessons: FormField, day: date, tail: str
) -> None:
    found = odd_date(f"{(day - date(1899, 12, 30)).days}{tail}", day_of_lessons)
    assert found and (found.value, found.code) == (None, "date_as_serial_number")
    assert found.suggestion == found.params["meant"] == day.strftime("%d.%m.%Y")
    assert found.params["other"] == date.fromordinal(day.toordinal() + 1462).strftime("%d.%m.%Y")


@given(day=st.dates(date(1900, 1, 13), date(2099, 12, 31)), layout=st.sampled_from(("%m/%d/%Y", "%Y-%d-%m")))
def test_a_month_that_cannot_be_is_suggested_as_a_day(
    day_of_lessons: FormField, day: date, layout: str
) -> None:
    assume(day.day > 12)
    expected = Odd(code="day_and_month_swapped", suggestion=day.strftime("%d.%m.%Y"))
    assert odd_date(day.strftime(layout), day_of_lessons) == expected


@pytest.mark.parametrize(
    "written",
    [
        "1 Cентября 2026", "1 сентября 2026 ГОДА", "2026 жылдың 1-і қыркүйек", "September 1st, 2026", "01-СЕН-2026",
        "вторник, 1 сентября 2026 г.", "сейсенбі, 1 қыркүйек 2026 ж.", "1 сентября 2026 г. 8:30",
        "2026-09-01T00:00:00+05:00", "２０２６-０９-０１", "1.ІХ.2026", "(01.09.2026)", "01.09.2026.", "1қыркүйек2026",
        "1 қыркүйек / сентября 2026",
    ],
)  # fmt: skip
def test_odd_forms_that_one_day_fits(day_of_lessons: FormField, written: str) -> None:
    assert odd_date(written, day_of_lessons) == Odd(value=DAY)


@pytest.mark.parametrize(
    "written",
    [
        "29.02.1900", "29 ақпан 1900", "29021900", "29 февраля 2025", "сентябрь 2026",
        "1 сентября", "2026", "1/2", "31.02.2026", "31 ақпан 2026", "2026-31-31", "99999", "09999",
        "понедельник, 1 сентября 2026 г.", "01.09.2026-15.09.2026", "01.09.2026, 02.09.2026", "9/1/2026 12:00 AM",
        "№ 1 09.2026", "1 мамыр қараша 2026", "20262026", "1 сентября 2026 приказ", "", "жоқ", "01.09.226",
    ],
)  # fmt: skip
def test_what_no_one_day_fits_is_not_read(day_of_lessons: FormField, written: str) -> None:
    assert odd_date(written, day_of_lessons) is None


@pytest.mark.parametrize(
    ("written", "suggestion", "possible"),
    [
        ("07.09.15", "07.09.2015", "07.09.2015"),
        ("12.03.98", "12.03.1998", "12.03.1998"),
        ("17-02-24", None, "17.02.2024 / 24.02.2017"),
        ("98-03-12", "12.03.1998", "12.03.1998"),
        ("01.09.45", None, "01.09.1945 / 01.09.2045"),
        ("1 қыркүйек 15", "01.09.2015", "01.09.2015"),
        ("09/13/15", "13.09.2015", "13.09.2015"),
    ],
)
def test_the_century_of_a_birth_is_suggested_only_where_the_column_leaves_one(
    birth_date: FormField, written: str, suggestion: str | None, possible: str
) -> None:
    expected = Odd(code="year_of_two_digits", suggestion=suggestion, params={"possible": possible})
    assert odd_date(written, birth_date) == expected


@pytest.mark.parametrize(
    ("serial", "meant"),
    [
        (9_999, None),
        (10_000, "18.05.1927"),
        (73_050, "31.12.2099"),
        (73_051, None),
        (60, None),
        (46_266, "01.09.2026"),
    ],
)
def test_the_first_and_the_last_serial_number_that_a_report_can_mean(
    day_of_lessons: FormField, serial: int, meant: str | None
) -> None:
    found = odd_date(f"{serial:05}", day_of_lessons)
    assert (found.suggestion if found else None) == meant


def test_a_serial_number_outside_the_columns_bounds_counts_from_1904() -> None:
    birth = contract_of("learner_roster").field("birth_date")
    found = odd_date("14000", birth)  # 1938 by one count, before the first birth that may be reported
    assert found and found.suggestion == "01.05.1942"


@pytest.mark.parametrize("tail", ["T19:00:00.000Z", "T18:00:00Z", " 23:59:59+00:00"])
def test_an_evening_of_greenwich_is_the_next_day(day_of_lessons: FormField, tail: str) -> None:
    expected = Odd(code="day_in_universal_time", suggestion="01.09.2026", params={"meant": "01.09.2026"})
    assert odd_date(f"2026-08-31{tail}", day_of_lessons) == expected
    assert odd_date(f"2026-02-31{tail}", day_of_lessons) is None


@pytest.mark.parametrize("tail", ["T08:30:00Z", "T17:59:59Z", "T19:00:00+05:00", "T23:30:00", " 00:00+0000"])
def test_other_times_say_nothing_more(day_of_lessons: FormField, tail: str) -> None:
    assert odd_date(f"2026-09-01{tail}", day_of_lessons) == Odd(value=DAY)


@given(
    day=st.dates(date(1950, 1, 1), date(2049, 12, 30)),
    zone=st.integers(-12 * 4, 5 * 4 - 1).map(lambda quarters: quarters * 15),
    ahead=st.sampled_from([300, 360]),
)
def test_the_midnight_here_told_in_another_zone_is_said_with_the_day_it_begins(
    birth_date: FormField, day: date, zone: int, ahead: int
) -> None:
    told = datetime.combine(day, time()) - timedelta(minutes=ahead - zone)
    sign, size = ("-" if zone < 0 else "+"), abs(zone)
    found = odd_date(f"{told:%Y-%m-%dT%H:%M:%S}.000{sign}{size // 60:02}:{size % 60:02}", birth_date)
    assert found
    assert found.code == "day_in_universal_time"
    assert found.suggestion == f"{day:%d.%m.%Y}"


def test_seven_hours_ahead_were_the_summers_until_2004(birth_date: FormField) -> None:
    found = odd_date("2000-06-30T17:00:00.000Z", birth_date)
    assert found and (found.code, found.suggestion) == ("day_in_universal_time", "01.07.2000")
    assert odd_date("2000-06-30T16:00:00Z", birth_date) == Odd(value=date(2000, 6, 30))
    assert odd_date("2010-06-30T17:00:00Z", birth_date) == Odd(value=date(2010, 6, 30))


@given(day=st.dates(date(1950, 1, 1), date(2049, 12, 30)), hour=st.integers(0, 99), minute=st.integers(0, 99))
def test_a_time_that_no_clock_shows_leaves_no_day(
    birth_date: FormField, day: date, hour: int, minute: int
) -> None:
    for written in (f"{day:%d.%m.%Y} {hour:02}:{minute:02}", f"{day:%Y-%m-%d}T{hour:02}:{minute:02}:00"):
        on_a_clock = hour < 24 and minute < 60
        assert odd_date(written, birth_date) == (Odd(value=day) if on_a_clock else None)
        table = duckdb.sql(f"SELECT {value_expression(birth_date)} FROM (SELECT '{written}' AS text)")
        assert table.fetchall() == [(day if on_a_clock else None,)]


@pytest.mark.parametrize("mark", "-‐‑‒–—―−－/／.．,，")
def test_every_dash_and_point_parts_a_date(birth_date: FormField, mark: str) -> None:
    assert odd_date(mark.join(["24", "02", "2017"]), birth_date) == Odd(value=date(2017, 2, 24))
    assert odd_date(mark.join(["2017", "02", "24"]), birth_date) == Odd(value=date(2017, 2, 24))


@pytest.mark.parametrize("tail", [" г.р.", "г.р", " года рождения", " ж.т.", " жылы туған", " год рожд."])
def test_of_birth_says_nothing_more(birth_date: FormField, tail: str) -> None:
    assert odd_date(f"24.02.2017{tail}", birth_date) == Odd(value=date(2017, 2, 24))


def test_letters_among_digits_are_suggested_as_digits(day_of_lessons: FormField) -> None:
    expected = Odd(code="letters_for_digits", suggestion="01.09.2026")
    assert odd_date("О1.O9.2O26", day_of_lessons) == odd_date("0l.09.2026", day_of_lessons) == expected
