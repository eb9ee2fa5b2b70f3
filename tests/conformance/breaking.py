"""For every contract: a row in which all is well, and for each thing a row may break a file that breaks it.

In: a contract. Out: `Trial`s. Breaking the constraints of a field follows from the contract; how to break a
rule of the library is written here once per rule. A rule that speaks of many rows, or of what else is known, is
broken by its folder in `tests/cases` alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa

from expectations.judging.judge import Scope
from expectations.reference import Reference
from ingest.schema.forms.contract import Check, Contract, FormField
from ingest.schema.values.identifier import check_digit
from ingest.schema.values.period import Period, PeriodKind

Row = dict[str, str]

ORGANISATION, PRIMARY_SCHOOL, GIRL = "650940000016", "650940000026", "150310800017"
_PERIODS: dict[PeriodKind, str] = {
    "as_of": "2026-08-15",
    "school_year": "2026-2027",
    "term": "2026-2027-T4",
    "quarter": "2026-Q3",
    "month": "2026-09",
    "week": "2026-W37",
}
_NODES = {"republic": "KZ", "oblast": "110000000", "district": "113200000", "organisation": ORGANISATION}
HOLIDAY = "2026-09-09"
RECEIVED = date(2027, 9, 30)


def _calendar() -> pa.Table:
    first, last, holiday = date(2026, 9, 1), date(2026, 10, 25), date.fromisoformat(HOLIDAY)
    rows = [
        {"segment": "term", "segment_no": 1, "start_date": first, "end_date": last},
        {"segment": "holiday", "segment_no": None, "start_date": holiday, "end_date": holiday},
    ]
    return pa.Table.from_pylist(rows)


REFERENCE = Reference(
    territory=pa.Table.from_pylist(
        [{"kato": "113220100", "level": "settlement"}, {"kato": "110000000", "level": "oblast"}]
    ),
    calendar=_calendar(),
    organisation=pa.Table.from_pylist(
        [
            {"bin": ORGANISATION, "kind": "general_school", "opened_date": date(1998, 9, 1)},
            {"bin": PRIMARY_SCHOOL, "kind": "primary_school", "opened_date": date(1998, 9, 1)},
            {"bin": "650940000036", "kind": "general_school", "opened_date": date(1998, 9, 1)},
        ]
    ),
    passport=pa.Table.from_pylist([{"bin": ORGANISATION, "study_days": 5}]),
    learner=pa.Table.from_pylist(
        [{"bin": ORGANISATION, "iin": "150310700010", "period": "2026-09"}],
    ),
    staff=pa.Table.from_pylist(
        [{"node_code": ORGANISATION, "iin": "000310700010", "period_start": date(2026, 7, 1)}],
    ),
    elsewhere=pa.table({"iin": pa.array([], pa.string())}),
    earlier=pa.table({"node_code": pa.array([], pa.string())}),
    marks=pa.table({"node_code": pa.array([], pa.string())}),
)


@dataclass(frozen=True)
class Trial:
    """One file: its rows, whose it is, and the finding it must bring at `column` (None: no finding at all).

    `beside`: codes that inevitably come with it. `without`: the column the file lacks.
    """

    name: str
    rows: tuple[Row, ...]
    scope: Scope
    column: str | None = None
    codes: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()
    without: str | None = None


def sound(contract: Contract) -> Trial:
    """The file in which all is well: one row made of the contract's examples."""
    row = {field.name: field.example or "" for field in contract.fields}
    period = Period.parse(contract.period, _PERIODS[contract.period])
    kind = contract.submitted_by[0]
    return Trial("sound", (row,), Scope(_NODES[kind], kind, period, received_on=RECEIVED))


def trials(contract: Contract) -> Iterator[Trial]:
    """The sound file and every broken one."""
    well = sound(contract)
    yield well
    for field in contract.fields:
        for code, value in _broken_values(field):
            yield _with(well, field.name, value, code)
        yield replace(well, name=f"{field.name}-missing", without=field.name)
        yield replace(_changed(well, {field.name: ""}), name=f"{field.name}-emptied")
    key = contract.primary_key[0]
    yield replace(
        well,
        name="key-not_unique",
        rows=well.rows * 2,
        column=key,
        codes=frozenset({"not_unique"}),
    )
    for check in contract.checks:
        if check.field is not None and check.rule in BROKEN_HERE:
            broken = BROKEN_HERE[check.rule](well, check)
            name, codes = f"{check.field}-{check.rule}", frozenset({check.rule})
            yield replace(broken, name=name, column=check.field, codes=codes)


def _with(well: Trial, column: str, value: str, code: str) -> Trial:
    return replace(
        _changed(well, {column: value}),
        name=f"{column}-{code}-{value or 'empty'}",
        column=column,
        codes=frozenset(code.split("|")),
    )


def _changed(well: Trial, cells: Row) -> Trial:
    return replace(well, rows=({**well.rows[0], **cells},))


# --- constraints of a field -------------------------------------------------------------------------------


def _broken_values(field: FormField) -> Iterator[tuple[str, str]]:
    limits = field.constraints
    if limits.required:
        yield "required", ""
    if limits.minimum is not None:
        yield "out_of_range", _beyond(limits.minimum, -1)
    if limits.maximum is not None:
        yield "out_of_range", _beyond(limits.maximum, 1)
    if limits.min_length is not None:
        yield "text_length", (field.example or "")[: limits.min_length - 1]
    if limits.max_length is not None and not limits.pattern:
        yield "text_length", "ж" * (limits.max_length + 1)
    if limits.pattern:
        yield "pattern", "?1"
    if limits.codelist:
        yield "not_in_codelist", "айдаһар"
    yield from _BROKEN_TYPES.get(field.type, ())
    yield from _BROKEN_IDENTIFIERS.get(field.format, ())


def _beyond(bound: float | date | datetime | time, step: int) -> str:
    if isinstance(bound, time):
        return f"{datetime.combine(date.min, bound) + timedelta(minutes=step, days=1):%H:%M}"
    return str(bound + timedelta(days=step) if isinstance(bound, date) else bound + step)


_BROKEN_TYPES = {
    "integer": (("not_an_integer", "2.5"), ("not_an_integer|not_a_number", "көп")),
    "number": (("not_a_number", "көп"),),
    "date": (("not_a_date", "2026-02-30"), ("not_a_date", "ертең")),
    "boolean": (("not_a_boolean", "мүмкін"),),
    "time": (("not_a_time", "таңертең"), ("time_impossible", "25:61")),
    "datetime": (("not_a_datetime", "кеше"), ("date_without_time", "01.09.2026")),
}


def _numbered(start: str) -> str:
    """A number of twelve digits that begins so and whose check digit is right."""
    for serial in range(10 ** (11 - len(start))):
        stem = f"{start}{serial:0{11 - len(start)}}"
        if (digit := check_digit(stem)) is not None:
            return f"{stem}{digit}"
    raise AssertionError(start)


def _misnumbered(number: str) -> str:
    return number[:-1] + str((int(number[-1]) + 1) % 10)


_BROKEN_IDENTIFIERS = {
    "iin": (
        ("iin_length", "15031070001"),
        ("iin_birth_date", _numbered("1513107")),
        ("iin_century", _numbered("1503109")),
        ("iin_check_digit", _misnumbered("150310700010")),
    ),
    "bin": (
        ("bin_length", "65094000001"),
        ("bin_month", _numbered("651340")),
        ("bin_kind", _numbered("650990")),
        ("bin_check_digit", _misnumbered(ORGANISATION)),
    ),
    "kato": (("kato_shape", "11322010"),),
}


# --- rules of the library ---------------------------------------------------------------------------------


def _shifted(day: str, days: int) -> str:
    return str(date.fromisoformat(day) + timedelta(days=days))


def _of(check: Check) -> tuple[str, str]:
    assert check.field is not None
    return check.field, check.other or ""


def _not_above(well: Trial, check: Check) -> Trial:
    field, other = _of(check)
    return _changed(well, {field: str(Decimal(well.rows[0][other]) + 1)})


def _required_when(well: Trial, check: Check) -> Trial:
    field, _ = _of(check)
    cells = {column: values[0] for column, values in check.when.items() if well.rows[0][column] not in values}
    return _changed(well, {**cells, field: ""})


def _at(well: Trial, bin_: str) -> Trial:
    """The same file handed in by another organisation as its own, which has no roster."""
    scope = replace(well.scope, node_code=bin_)
    return replace(_changed(well, {"bin": bin_}), scope=scope, beside=frozenset({"reference_missing"}))


def _outside_period(well: Trial, check: Check) -> Trial:
    field, _ = _of(check)
    days = 400 if field.startswith("end") else -400
    return _changed(well, {field: _shifted(well.rows[0][field], days)})


def _start_after_end(well: Trial, check: Check) -> Trial:
    field, other = _of(check)
    return _changed(well, {field: _shifted(well.rows[0][other], 1)})


def _overlapping(well: Trial, check: Check) -> Trial:
    field, _ = _of(check)
    (row,) = well.rows
    again = {**row, field: _shifted(row[field], 1)}
    return replace(well, rows=(row, again))


def _written_as(value: str) -> Callable[[Trial, Check], Trial]:
    """The same file with that text in the column of the check."""
    return lambda well, check: _changed(well, {_of(check)[0]: value})


def _like_the_other(well: Trial, check: Check) -> Trial:
    field, other = _of(check)
    return _changed(well, {field: well.rows[0][other]})


BROKEN_HERE: dict[str, Callable[[Trial, Check], Trial]] = {
    "not_above": _not_above,
    "required_when": _required_when,
    "date_in_period": _outside_period,
    "date_not_in_break": lambda well, check: _changed(well, {_of(check)[0]: HOLIDAY}),
    "start_not_after_end": _start_after_end,
    "segments_do_not_overlap": _overlapping,
    "organisation_is_submitter": lambda well, _: _changed(well, {"bin": PRIMARY_SCHOOL}),
    "organisation_in_register": lambda well, _: _at(well, _numbered("6509405")),
    "learner_on_roster": lambda well, check: _changed(well, {_of(check)[0]: GIRL}),
    "iin_matches_birth_date": lambda well, check: _changed(well, {_of(check)[1]: "2015-03-11"}),
    "iin_matches_sex": lambda well, check: _changed(well, {_of(check)[1]: "f"}),
    "age_fits_grade": lambda well, check: _changed(well, {_of(check)[1]: "12"}),
    "grade_fits_level": lambda well, _: _at(well, PRIMARY_SCHOOL),
    "kato_in_register": lambda well, check: _changed(well, {_of(check)[0]: "113220300"}),
    "parent_in_register": lambda well, check: _changed(well, {_of(check)[0]: "683400000"}),
    "event_follows_history": lambda well, check: _changed(
        well, {_of(check)[0]: "renamed", _of(check)[1]: _numbered("6509405")}
    ),
    "mixed_alphabets": _written_as("Қaрағаш"),  # the second letter is Latin
    "digits_in_name": _written_as("Үлгі2"),
    "signs_in_name": _written_as("Үлгі*"),
    "name_is_initial": _written_as("Ү."),
    "name_in_capitals": _written_as("ҮЛГІЛІ"),
    "name_in_small_letters": _written_as("үлгілі"),
    "filler_text": _written_as("Тест"),
    "quotes_in_pairs": _written_as("КММ «Үлгілі"),
    "same_text": _like_the_other,
    "kazakh_letters_in_russian": _written_as("КГУ «Қызыл»"),
    "phone_digits": _written_as("2-15-40"),
    "patronymic_as_first_name": _written_as("Үлгіқызы"),
    "date_after_period": lambda well, check: _changed(
        well, {_of(check)[0]: _shifted(str(well.scope.period.end), 5)}
    ),
    "filled_together": lambda well, check: _changed(well, {_of(check)[0]: ""}),
}
