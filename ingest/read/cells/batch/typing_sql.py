"""The SQL that gives one text its type, made from a column of a contract.

In: a column of a contract. Out: SQL expressions over a cleaned `text` (and `word`/`code` joined from the
column's words). Nothing is guessed: a text that can be read in two ways is not read.
"""

from __future__ import annotations

from ingest.read.arrow import pa
from ingest.read.cells.columns.column_text import SPACES, UNSEEN
from ingest.schema.forms.codelist import YES_NO, codelist
from ingest.schema.forms.contract import Contract, FieldType, FormField
from ingest.sql import literal

SQL_TYPES: dict[FieldType, str] = {
    "string": "VARCHAR",
    "integer": "INTEGER",
    "number": "DECIMAL(18,4)",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIME",
    "datetime": "TIMESTAMP",
}
# Plain digits, or groups of three parted by spaces: `12 345`. A minus may be the typographic one.
_WHOLE = r"[+−-]?(\d+|\d{1,3}( \d{3})+)"
# A decimal part of zeros says nothing more, but three of them after three digits at most may be thousands.
_INTEGER = rf"^({_WHOLE}([.,](0{{1,2}}|0{{4,}}))?|[+−-]?(\d{{4,}}|0)[.,]000)$"
_NUMBER = rf"^{_WHOLE}([.,]\d+)?([eE][+-]?\d{{1,2}})?$"
# A time of day after a date says nothing more about the day; г. and ж. are the word «year».
_TIME = r"([ T]([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?"
_YEAR_FIRST = rf"^(\d{{4}})([-./])(\d{{1,2}})[-./](\d{{1,2}}){_TIME}$"
_DAY_FIRST = rf"^(\d{{1,2}})([-./])(\d{{1,2}})[-./](\d{{4}}){_TIME}( ?[гж]\.?)?$"
# A clock shows 0–23 and 0–59. Minutes behind a point are told from a part of a day by two digits before or an hour.
_HOUR, _SIXTY = r"([01]?\d|2[0-3])", r"([0-5]\d)"
_SECONDS = rf"(:{_SIXTY}(\.0+)?)?"
_CLOCK = rf"^{_HOUR}:{_SIXTY}{_SECONDS}$"
_CLOCK_BY_POINT = rf"^(0[0-9]|1\d|2[0-3]|[1-9])[.]{_SIXTY}$"
_MOMENT_YEAR_FIRST = rf"^(\d{{4}})-(\d{{1,2}})-(\d{{1,2}})[ T]{_HOUR}:{_SIXTY}{_SECONDS}$"
_MOMENT_DAY_FIRST = rf"^(\d{{1,2}})[-./](\d{{1,2}})[-./](\d{{4}}),? {_HOUR}:{_SIXTY}{_SECONDS}$"


def clean(column: str, *, unseen: bool = True) -> str:
    """A text without white space around it, runs of it made one space, letters in one character each.

    `unseen`: without characters that nobody sees, too.
    """
    seen = f"regexp_replace({column}, {literal(UNSEEN)}, '', 'g')" if unseen else column
    return f"trim(nfc_normalize(regexp_replace({seen}, {literal(SPACES)}, ' ', 'g')))"


def missing(expression: str, contract: Contract) -> str:
    """NULL where a text is what the contract writes for a missing value, be it in capitals."""
    listed = ", ".join(literal(word) for word in sorted(contract.missing_words))
    return f"CASE WHEN {expression} IN ({listed}) THEN NULL ELSE {expression} END"


def value_expression(field: FormField) -> str:  # noqa: PLR0911 - one answer for each type
    """The typed value of `text`, NULL where it has none. `code` is what the column's words say it means."""
    if field.constraints.codelist:
        return "coalesce(code, text)"
    if field.type == "boolean":
        return "CAST(code AS BOOLEAN)"
    if field.type == "date":
        return _date()
    if field.type == "time":
        return _time()
    if field.type == "datetime":
        return _moment()
    whole = "replace(replace(text, ' ', ''), '−', '-')"
    if field.type == "integer":
        digits = rf"regexp_replace({whole}, '[.,]0+$', '')"
        return f"CASE WHEN regexp_matches(text, {literal(_INTEGER)}) THEN try_cast({digits} AS INTEGER) END"
    number = f"replace({whole}, ',', '.')"
    scientific = f"try_cast(try_cast({number} AS DOUBLE) AS DECIMAL(18,4))"
    exact = f"try_cast({number} AS DECIMAL(18,4))"
    return (
        f"CASE WHEN regexp_matches(text, {literal(_NUMBER)}) THEN "
        f"CASE WHEN contains(lower(text), 'e') THEN {scientific} ELSE {exact} END END"
    )


def _date() -> str:
    year_first, day_first = literal(_YEAR_FIRST), literal(_DAY_FIRST)

    def part(pattern: str, group: int, width: int) -> str:
        return f"lpad(regexp_extract(text, {pattern}, {group}), {width}, '0')"

    first = f"{part(year_first, 1, 4)} || '-' || {part(year_first, 3, 2)} || '-' || {part(year_first, 4, 2)}"
    last = f"{part(day_first, 4, 4)} || '-' || {part(day_first, 3, 2)} || '-' || {part(day_first, 1, 2)}"
    return (
        f"CASE WHEN regexp_matches(text, {year_first}) THEN try_cast({first} AS DATE) "
        f"WHEN regexp_matches(text, {day_first}) THEN try_cast({last} AS DATE) END"
    )


def _part(pattern: str, group: int, width: int = 2) -> str:
    return f"lpad(regexp_extract(text, {literal(pattern)}, {group}), {width}, '0')"


def _clock(pattern: str, hour: int) -> str:
    """SQL: hours, minutes and seconds of a text; nothing behind the minutes is no seconds."""
    return " || ':' || ".join(_part(pattern, group) for group in (hour, hour + 1, hour + 3))


def _time() -> str:
    by_point = f"{_part(_CLOCK_BY_POINT, 1)} || ':' || {_part(_CLOCK_BY_POINT, 2)} || ':00'"
    return (
        f"CASE WHEN regexp_matches(text, {literal(_CLOCK)}) THEN try_cast({_clock(_CLOCK, 1)} AS TIME) "
        f"WHEN regexp_matches(text, {literal(_CLOCK_BY_POINT)}) THEN try_cast({by_point} AS TIME) END"
    )


def _moment() -> str:
    made = []
    for pattern, order in ((_MOMENT_YEAR_FIRST, (1, 2, 3)), (_MOMENT_DAY_FIRST, (3, 2, 1))):
        year, month, day = (
            _part(pattern, group, width) for group, width in zip(order, (4, 2, 2), strict=True)
        )
        whole = f"{year} || '-' || {month} || '-' || {day} || ' ' || {_clock(pattern, 4)}"
        made.append(f"WHEN regexp_matches(text, {literal(pattern)}) THEN try_cast({whole} AS TIMESTAMP)")
    return f"CASE {' '.join(made)} END"


def odd_expression(field: FormField) -> str:
    """Whether `text` is filled and says nothing as it is written: no value of the type, no word of the codelist."""
    return f"text IS NOT NULL AND {'code' if field.constraints.codelist else 'value'} IS NULL"


def words_of(field: FormField) -> pa.Table:
    """The words of a column's codelist (for a boolean: of yes and no), lower case, and their codes."""
    name = field.constraints.codelist or (YES_NO if field.type == "boolean" else None)
    words = codelist(name).by_word if name else {}
    codes = words.values()
    if field.type == "boolean":
        codes = ("true" if code == "yes" else "false" for code in codes)  # type: ignore[assignment]
    return pa.table({"word": pa.array(words.keys(), pa.string()), "code": pa.array(codes, pa.string())})
