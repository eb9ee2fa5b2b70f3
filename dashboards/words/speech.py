"""How pages speak: the languages, numbers and dates of Kazakhstan.

Out: the settings Superset gives to d3 (https://d3js.org/d3-format#formatLocale, d3-time-format#timeFormatLocale).
Numbers are written alike in Kazakh and in Russian: decimal comma, thousands apart by a space that does not break.
"""

from __future__ import annotations

from typing import Any

LANGUAGES = {
    "kk": {"flag": "kz", "name": "Қазақша"},
    "ru": {"flag": "ru", "name": "Русский"},
    "en": {"flag": "gb", "name": "English"},
}
DASHBOARD_LANGUAGES = ("kk", "ru")

SQL_TYPES = {
    "string": "VARCHAR",
    "integer": "INTEGER",
    "number": "DOUBLE",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "local_timestamp": "TIMESTAMP",
}
"""What a type of the definition is to the database."""

NUMBER_FORMAT = {"decimal": ",", "thousands": "\u00a0", "grouping": [3], "currency": ["", "\u00a0₸"]}

_NAMES = {
    "kk": {
        "days": "жексенбі дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі",
        "shortDays": "жс дс сс ср бс жм сн",
        "months": "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан",
        "shortMonths": "қаң ақп нау сәу мам мау шіл там қыр қаз қар жел",
    },
    "ru": {
        "days": "воскресенье понедельник вторник среда четверг пятница суббота",
        "shortDays": "вс пн вт ср чт пт сб",
        "months": "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
        "shortMonths": "янв фев мар апр май июн июл авг сен окт ноя дек",
    },
    "en": {
        "days": "Sunday Monday Tuesday Wednesday Thursday Friday Saturday",
        "shortDays": "Sun Mon Tue Wed Thu Fri Sat",
        "months": "January February March April May June July August September October November December",
        "shortMonths": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    },
}


def time_format(language: str) -> dict[str, Any]:
    """d3's time locale of a language; a language we do not speak gets Kazakh."""
    names = _NAMES.get(language, _NAMES["kk"])
    return {
        "dateTime": "%d.%m.%Y %H:%M:%S",
        "date": "%d.%m.%Y",
        "time": "%H:%M:%S",
        "periods": ["", ""],
        **{key: value.split() for key, value in names.items()},
    }
