"""The Great Expectations suite of attendance over a million typed rows, against one hand-written statement.

In: a school. Out: a figure. Both work on the same table of the same open database, from its typed rows to every
faulty row with its code; the file holds some fifty faults of ten kinds, and both must find the same ones.
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

from bench.attendance import FORM, WEEK, School
from bench.attendance_csv import write_attendance_csv
from bench.figure import Figure
from bench.stopwatch import medians
from expectations.gx.validation import run_suite
from expectations.judging.judge import Scope
from expectations.judging.prepare import prepare, prepare_further
from expectations.rules.rule import Rule
from expectations.suite import rules_for
from ingest.databases import in_memory
from ingest.read import read, type_batch
from ingest.schema.forms.codelist import codelist

ROWS = 1_000_000
LIMIT = 2.5
# The tables `prepare` makes.
_MADE = (
    *("given_scope", "scope", "period_day", "enrolled", "enrolled_before", "earlier"),
    *("distinct_bin", "distinct_iin", "listed_elsewhere", "class_day"),
)
# Every how many-th row has which cell replaced by what, each a fault of another rule.
_FAULTS = {
    "iin": ("090101700001", "12345", "091301700000"),
    "date": ("2026-09-21",),
    "grade": ("14", ""),
    "lessons_scheduled": ("13",),
    "lessons_missed": ("12",),
    "lessons_missed_valid": ("11", ""),
    "absence_reason": ("SUN",),
}


def figure(school: School) -> Figure:
    """Measure. `school` must have ROWS rows."""
    file = school.folder / "suite.csv"
    _write_faulty(file, school.rows)
    with in_memory() as con:
        type_batch(con, FORM, [(1, read(file, FORM))])
        school.reference.load(con, FORM)
        found, expected = _by_suite(con, school), _by_hand(con, school)
        if found != expected or not found:
            raise AssertionError(f"the suite and the statement disagree: {sorted(found ^ expected)[:5]}")
        taken = medians(
            {"floor": lambda: _by_hand(con, school), "ours": lambda: _by_suite(con, school)},
        )
    what = (
        f"the Great Expectations suite over {school.rows:,} typed rows of attendance, {len(found)} faulty: every"
        " faulty row found, against one hand-written SQL statement"
    )
    return Figure(what, taken["ours"], taken["floor"], LIMIT)


def _write_faulty(path: Path, rows: int) -> None:
    write_attendance_csv(path, rows)
    with path.open(encoding="utf-8", newline="") as source:
        head, *body = csv.reader(source)
    faults = [(head.index(column), value) for column, values in _FAULTS.items() for value in values]
    step = rows // (5 * len(faults))
    for number in range(5 * len(faults)):
        column, value = faults[number % len(faults)]
        body[number * step][column] = value
    body[-1][: head.index("date") + 1] = body[-2][: head.index("date") + 1]
    with path.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows([head, *body])


def _by_suite(con: duckdb.DuckDBPyConnection, school: School) -> set[tuple[int, str, str]]:
    """Row, code and column of every fault that a rule of severity error finds, as judging finds them."""
    for made in _MADE:
        con.execute(f"DROP TABLE IF EXISTS {made}")
    prepare(con, FORM, [(1, Scope(school.node, "organisation", WEEK))], demo=True)
    prepare_further(con, FORM)
    found: set[tuple[int, str, str]] = set()
    for outcome in run_suite(con, "batch", _compared()):
        if outcome.failure:
            raise AssertionError(f"{outcome.rule.code} broke down: {outcome.failure}")
        if outcome.unexpected:
            rows = con.execute(outcome.rule.unexpected_rows_query.format(batch="batch")).fetchall()
            found |= {(row[2], outcome.rule.code, outcome.rule.column) for row in rows}
    return found


def _compared() -> list[Rule]:
    """The rules that the statement speaks of."""
    return [rule for rule in rules_for(FORM) if (rule.code, rule.column) in _CONDITIONS]


def _by_hand(con: duckdb.DuckDBPyConnection, school: School) -> set[tuple[int, str, str]]:
    return set(
        con.execute(_STATEMENT, {"node": school.node, "first": WEEK.start, "last": WEEK.end}).fetchall()
    )


def _weighted(shift: int) -> str:
    return " + ".join(
        f"{(place + shift) % 11 + 1} * (ascii(substr(value, {place + 1}, 1)) - 48)" for place in range(11)
    )


def _number(parts: str, source: str) -> str:
    """Each number once, and what is wrong with it."""
    return f"""
        select *, not (is_no_number or {" or ".join(parts.split())}) as is_sound from (
            select value, not regexp_full_match(value, '[0-9]{{12}}') as is_no_number,
                not is_no_number and try_cast(case when substr(value, 7, 1) in ('1', '2') then '18'
                    when substr(value, 7, 1) in ('3', '4') then '19' else '20' end || substr(value, 1, 2) || '-'
                    || substr(value, 3, 2) || '-' || substr(value, 5, 2) as date) is null as has_no_date,
                not is_no_number and substr(value, 7, 1) not between '1' and '8' as has_no_century,
                not is_no_number and substr(value, 3, 2) not between '01' and '12' as has_no_month,
                not is_no_number and (substr(value, 5, 1) not between '4' and '6' or substr(value, 6, 1) > '3')
                    as has_no_kind,
                not is_no_number and (case when ({_weighted(0)}) % 11 < 10 then ({_weighted(0)}) % 11
                    else ({_weighted(2)}) % 11 end) <> ascii(substr(value, 12, 1)) - 48 as has_another_digit
            from (select distinct {source} as value from batch where {source} is not null)
        )"""


# What is wrong with a row `b`, its person `p`, its organisation `o`; code and column are those of the suite.
_CONDITIONS = {
    ("required", "bin"): "b.bin is null",
    ("bin_length", "bin"): "o.is_no_number",
    ("bin_month", "bin"): "o.has_no_month",
    ("bin_kind", "bin"): "o.has_no_kind",
    ("bin_check_digit", "bin"): "o.has_another_digit",
    ("organisation_is_submitter", "bin"): "o.is_sound and b.bin <> $node",
    ("organisation_in_register", "bin"): (
        "o.is_sound and b.bin = $node and not exists (select 1 from reference_organisation as r where r.bin = b.bin"
        " and r.opened_date <= $last and (r.closed_date is null or r.closed_date >= $first))"
    ),
    ("required", "iin"): "b.iin is null",
    ("iin_length", "iin"): "p.is_no_number",
    ("iin_birth_date", "iin"): "p.has_no_date",
    ("iin_century", "iin"): "p.has_no_century",
    ("iin_check_digit", "iin"): "p.has_another_digit",
    ("learner_on_roster", "iin"): "p.is_sound and l.iin is null",
    ("not_unique", "iin"): "b._row > d.first_row",
    ("required", "date"): "b.date is null",
    ("date_in_period", "date"): "b.date not between $first and $last",
    ("date_not_in_break", "date"): (
        "b.date between $first and $last and not exists (select 1 from reference_calendar as c"
        " where c.segment = 'term' and b.date between c.start_date and c.end_date)"
    ),
    ("required", "grade"): "b.grade is null",
    ("out_of_range", "grade"): "b.grade not between 0 and 12",
    ("text_length", "letter"): "length(b.letter) > 2",
    ("pattern", "letter"): f"not regexp_matches(b.letter, '{FORM.field('letter').constraints.pattern}')",
    ("required", "lessons_scheduled"): "b.lessons_scheduled is null",
    ("out_of_range", "lessons_scheduled"): "b.lessons_scheduled not between 1 and 12",
    ("required", "lessons_missed"): "b.lessons_missed is null",
    ("out_of_range", "lessons_missed"): "b.lessons_missed not between 0 and 12",
    ("not_above", "lessons_missed"): "b.lessons_missed > b.lessons_scheduled",
    ("required", "lessons_missed_valid"): "b.lessons_missed_valid is null",
    ("out_of_range", "lessons_missed_valid"): "b.lessons_missed_valid not between 0 and 12",
    ("not_above", "lessons_missed_valid"): "b.lessons_missed_valid > b.lessons_missed",
    ("not_in_codelist", "absence_reason"): (
        "b.absence_reason not in ("
        + ", ".join(f"'{code}'" for code in codelist("absence_reason").by_code)
        + ")"
    ),
    ("required_when", "absence_reason"): "b.absence_reason is null and b.lessons_missed between 1 and 12",
}
_FAULTS_OF_A_ROW = ", ".join(
    f"case when {condition} then {{'code': '{code}', 'of': '{column}'}} end"
    for (code, column), condition in _CONDITIONS.items()
)
# Most rows are as they should be: asked first, so that few make a list of faults.
_ANY_FAULT = " or ".join(f"({condition})" for condition in _CONDITIONS.values())
_STATEMENT = f"""
with person as ({_number("has_no_date has_no_century has_another_digit", "iin")}),
organisation as ({_number("has_no_month has_no_kind has_another_digit", "bin")}),
listed as (select distinct iin from reference_learner where bin = $node),
doubled as (
    select iin, date, min(_row) as first_row from batch
    where iin is not null and date is not null group by iin, date having count(*) > 1
)
select _row, fault.code, fault.of from (
    select b._row, unnest([{_FAULTS_OF_A_ROW}]) as fault
    from batch as b
    left join person as p on p.value = b.iin
    left join organisation as o on o.value = b.bin
    left join listed as l on l.iin = b.iin
    left join doubled as d on d.iin = b.iin and d.date = b.date
    where {_ANY_FAULT}
) where fault is not null
"""
