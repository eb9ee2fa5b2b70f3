"""The tables rules join: the surroundings of each file, each identifier once, the days of the periods.

In: a connection that holds `batch` and the reference tables, the files' scopes, the contract.
Out: `scope`, a `distinct_<column>` for each column of identifiers, and of the tables of `expectations.rules.rule.Table`
those that a rule of the contract reads, in that connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

import duckdb

from expectations.findings.different_rows import Source, in_batch, source_of
from expectations.rules.attendance.class_day import CLASS_DAY_READS, class_day
from expectations.rules.attendance.class_of_learner import OTHER_CLASS
from expectations.rules.group import place
from expectations.rules.rule import Need, Table
from expectations.rules.values.identifiers import FIRST_PASS, fault_expressions
from expectations.suite import bad_bits, is_sound, rules_for
from expectations.term.marks import term_mark
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.values.period import Period

_NEEDS = get_args(Need)


@dataclass(frozen=True)
class Scope:
    """Whose report a file is and on which period; None where an interactive check does not say.

    `is_whole`: the file is the whole report and not a part of it, as one building's. `received_on`: the day of its
    receipt in the country's time, as the ledger keeps it: never the day on which it is judged.
    """

    node_code: str | None = None
    node_kind: str | None = None
    period: Period | None = None
    is_whole: bool = True
    received_on: date | None = None


def prepare(
    con: duckdb.DuckDBPyConnection, contract: Contract, scopes: Iterable[tuple[int, Scope]], *, demo: bool
) -> None:
    """Make what rules on one row read: `scope` and the identifiers. `demo` admits the identifiers of the demo range."""
    _scope(con, scopes)
    identifiers(con, contract, demo=demo, source=source_of(con))


def identifiers(
    con: duckdb.DuckDBPyConnection, contract: Contract, *, demo: bool, source: Source = in_batch
) -> None:
    """Make the tables of identifiers, of the cells that were not judged already."""
    for field in contract.fields:
        if field.format != "default":
            # Where nothing is counted, rows that are alike tell as much as all of them.
            counts = field.name == contract.primary_key[0] or bool(_classes(contract, field, 0))
            identifier(con, contract, field, demo=demo, source=in_batch if counts else source)


def prepare_further(con: duckdb.DuckDBPyConnection, contract: Contract, *, source: Source = in_batch) -> None:
    """Make what the rules of the form read besides, of the cells that were not judged already."""
    wanted = sorted({table for rule in rules_for(contract) for table in rule.reads})
    for made_by in dict.fromkeys(_MADE_BY[table] for table in wanted):
        con.execute(made_by(contract, source))


def _scope(con: duckdb.DuckDBPyConnection, scopes: Iterable[tuple[int, Scope]]) -> None:
    con.execute(
        "CREATE TABLE given_scope (_file INTEGER, node_code VARCHAR, node_kind VARCHAR, "
        "period_start DATE, period_end DATE, has_whole BOOLEAN, received_on DATE)"
    )
    rows = [
        (
            *(file, s.node_code, s.node_kind, s.period and s.period.start, s.period and s.period.end),
            *(s.is_whole, s.received_on),
        )
        for file, s in scopes
    ]
    if rows:
        con.executemany("INSERT INTO given_scope VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    # School years turn on 1 September; the calendar of a year is known when it has a term in that year.
    con.execute(
        """
        CREATE TABLE scope AS
        WITH year AS (
            SELECT _file, make_date(extract(year FROM period_start)
                - CASE WHEN extract(month FROM period_start) < 9 THEN 1 ELSE 0 END, 9, 1) AS first_day
            FROM given_scope
        ), roster AS (
            SELECT g._file, max(r.period) AS last_roster,
                max(r.period) FILTER (WHERE r.period <= strftime(g.period_start, '%Y-%m')) AS first_roster,
                max(r.period) FILTER (WHERE r.period < strftime(g.period_start, '%Y-%m')) AS roster_before
            FROM given_scope AS g
            JOIN (SELECT DISTINCT bin, period FROM reference_learner) AS r ON r.bin = g.node_code
                AND r.period <= strftime(g.period_end, '%Y-%m')
            GROUP BY g._file
        ), staff AS (
            SELECT g._file,
                coalesce(max(r.period_start) FILTER (WHERE r.period_start <= g.period_start),
                    min(r.period_start)) AS first_staff
            FROM given_scope AS g
            JOIN (SELECT DISTINCT node_code, period_start FROM reference_staff) AS r
                ON r.node_code = g.node_code AND r.period_start <= g.period_end
            GROUP BY g._file
        ), marked AS (
            SELECT g._file, count(DISTINCT r.period) AS months FROM given_scope AS g
            JOIN (SELECT DISTINCT node_code, period FROM reference_marks) AS r ON r.node_code = g.node_code
                AND r.period BETWEEN strftime(g.period_start, '%Y-%m') AND strftime(g.period_end, '%Y-%m')
            GROUP BY g._file
        ), report AS (
            SELECT g._file, max(e.period_start) AS previous_start FROM given_scope AS g
            JOIN (SELECT DISTINCT node_code, period_start FROM reference_earlier) AS e
                ON e.node_code = g.node_code AND e.period_start < g.period_start
            GROUP BY g._file
        )
        SELECT g.*, roster.last_roster, coalesce(roster.first_roster, '') AS first_roster,
            roster.roster_before, report.previous_start, staff.first_staff,
            -- Departments hand in no list of their staff: there is none to wait for.
            (staff._file IS NOT NULL OR coalesce(g.node_kind <> 'organisation', FALSE)) AS has_staff,
            coalesce(marked.months > date_diff('month', g.period_start, g.period_end), FALSE) AS has_marks,
            report.previous_start IS NOT NULL AS has_previous,
            roster.roster_before IS NOT NULL AS has_previous_list,
            (SELECT count(*) > 0 FROM (SELECT 1 FROM reference_elsewhere LIMIT 1)) AS has_elsewhere,
            g.node_code IS NOT NULL AS has_node,
            g.received_on IS NOT NULL AS has_receipt,
            p.study_days, p.bin IS NOT NULL AS has_passport,
            g.period_start IS NOT NULL AS has_period,
            (SELECT count(*) > 0 FROM reference_territory) AS has_territory,
            (SELECT count(*) > 0 FROM reference_organisation) AS has_organisation,
            coalesce(roster._file IS NOT NULL, FALSE) AS has_learner,
            y._file IS NOT NULL AS has_calendar
        FROM given_scope AS g
        LEFT JOIN roster ON roster._file = g._file
        LEFT JOIN report ON report._file = g._file
        LEFT JOIN staff ON staff._file = g._file
        LEFT JOIN marked ON marked._file = g._file
        LEFT JOIN (SELECT bin, max(study_days) AS study_days FROM reference_passport GROUP BY bin) AS p
            ON p.bin = g.node_code
        LEFT JOIN (
            SELECT DISTINCT year._file FROM year JOIN reference_calendar AS c ON c.segment = 'term'
                AND c.start_date BETWEEN year.first_day AND year.first_day + INTERVAL 1 YEAR
        ) AS y ON y._file = g._file
        """
    )


# Every day of the periods of the files.
_PERIOD_DAY = """
CREATE TABLE period_day AS
SELECT DISTINCT CAST(unnest(generate_series(period_start, period_end, INTERVAL 1 DAY)) AS DATE) AS day
FROM (SELECT DISTINCT period_start, period_end FROM given_scope WHERE period_start IS NOT NULL)
"""
# Who was on the list of a month before.
_ENROLLED_BEFORE = """
CREATE TABLE enrolled_before AS
SELECT s._file, TRY_CAST(r.iin AS BIGINT) AS n, r.period, r.grade, r.letter
FROM reference_learner AS r JOIN scope AS s ON s.node_code = r.bin AND s.roster_before = r.period
"""
# What a file's node reported last before.
_EARLIER = """
CREATE TABLE earlier AS
SELECT s._file, e.* FROM reference_earlier AS e
JOIN scope AS s ON s.node_code = e.node_code AND s.previous_start = e.period_start
"""


def identifier(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, *, demo: bool, source: Source
) -> None:
    """`distinct_<column>`: each value once per file, what is wrong with it, and whether its key may repeat.

    `is_sound`: no part of the number is wrong. `n`: a twelve-digit value as a BIGINT. Of learners also `first`, the
    place of their first row, and the classes they stand in: `grade` to `grade_to`, `letter` to `letter_to`, and whether
    a row of theirs `lacks_letter`.
    """
    rows = source(field.name)
    bad = _bad_of_all(con, rows.table)
    classes = _classes(contract, field, bad)
    kept = "".join(f", {name}" for name in classes)
    found = "".join(f", {expression} AS {name}" for name, expression in classes.items())
    faults = fault_expressions(field.format, demo=demo)
    wrong = ", ".join(
        f"coalesce({expression}, FALSE) AS is_wrong_{name}" for name, expression in faults.items()
    )
    is_wrong = " OR ".join(f"is_wrong_{name}" for name in faults)
    # A text of twelve characters that is its own number again holds digits and nothing else.
    con.execute(
        f"""
        CREATE OR REPLACE TABLE distinct_{field.name} AS
        SELECT *, NOT ({is_wrong}) AS is_sound FROM (
            SELECT _file, value, n, may_repeat{kept}, {wrong} FROM (
                SELECT *, {FIRST_PASS} AS first_pass FROM (
                    SELECT _file, value, may_repeat{kept},
                        CASE WHEN lpad(CAST(number AS VARCHAR), 12, '0') = value THEN number END AS n
                    FROM (
                        SELECT *, CASE WHEN length(value) = 12 THEN TRY_CAST(value AS BIGINT) END AS number
                        FROM (
                            SELECT _file, {field.name} AS value, {_may_repeat(contract, field)} AS may_repeat{found}
                            FROM {rows.table} AS b
                            WHERE {field.name} IS NOT NULL AND {is_sound(contract, field.name, bad)}
                            GROUP BY _file, {field.name}
                        ) AS once
                    ) AS cast_once
                ) AS d
            ) AS d
        ) AS judged
        """
    )


def _bad_of_all(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """The bits of `_bad` that any row has. None has any in most batches, and a condition asked of each row costs more
    than this."""
    (bits,) = con.execute(f"SELECT bit_or(_bad) FROM {table}").fetchall()[0]
    return bits or 0


def _classes(contract: Contract, field: FormField, bad: int) -> dict[str, str]:
    """What is known of a learner's class from all rows of the file: column → aggregate of `b`; {} elsewhere.

    Grouping many rows by person costs, so it is done once for all rules.
    """
    if field != contract.person_field or not {"grade", "letter"} <= {each.name for each in contract.fields}:
        return {}
    asked = {name: is_sound(contract, name, bad) for name in ("grade", "letter")}
    sound = {
        name: "" if condition == "TRUE" else f"FILTER ({condition})" for name, condition in asked.items()
    }
    return {
        "first": f"min({place()})",
        "grade": f"min(b.grade) {sound['grade']}",
        "grade_to": f"max(b.grade) {sound['grade']}",
        "letter": f"min(b.letter) {sound['letter']}",
        "letter_to": f"max(b.letter) {sound['letter']}",
        "lacks_letter": f"coalesce(bool_or(b.letter IS NULL) {sound['letter']}, FALSE)",
    }


def _enrolled(contract: Contract, _: Source) -> str:
    """`enrolled`: who is on a roster that holds for a file's period and in which class, by the number of the IIN;
    whether the file has the person, and then in another class (`is_in_other_class`), where it has one class for them.
    And `not_enrolled`: the sound numbers of the file that are on none of these rosters.

    Millions of rows about as many persons: file and roster are laid side by side once, for all rules.
    """
    if contract.person_field is None:
        raise ValueError(f"{contract.form}: a rule reads enrolled, but no column lands as person_key")
    # Nearly everybody is in the class of the roster: only who is not is looked at closely.
    other = "FALSE"
    if _classes(contract, contract.person_field, 0):
        other = OTHER_CLASS.format("r", "d")
    return f"""
        CREATE TABLE enrolled AS
        WITH r AS (
            SELECT s._file, TRY_CAST(l.iin AS BIGINT) AS n, l.grade, l.letter, l.enrolled_date, l.left_date,
                coalesce(l.left_date < s.period_end, FALSE) AS is_gone, l.period = s.last_roster AS is_latest
            FROM reference_learner AS l
            JOIN scope AS s ON s.node_code = l.bin AND s.has_learner
                AND l.period BETWEEN s.first_roster AND s.last_roster
        ), d AS (
            SELECT d.* FROM distinct_{contract.person_field.name} AS d
            JOIN scope AS s ON s._file = d._file AND s.has_learner
        )
        SELECT coalesce(r._file, d._file) AS _file, coalesce(r.n, d.n) AS n, r.grade, r.letter, r.enrolled_date,
            r.left_date, r.is_gone, r.is_latest, d._file IS NOT NULL AS is_reported,
            coalesce({other}, FALSE) AS is_in_other_class,
            r._file IS NOT NULL AS is_listed
        FROM r FULL JOIN d ON d._file = r._file AND d.n = r.n
        WHERE r._file IS NOT NULL OR d.is_sound;
        CREATE OR REPLACE TABLE not_enrolled AS SELECT _file, n FROM enrolled WHERE NOT is_listed;
        DELETE FROM enrolled WHERE NOT is_listed
    """


def not_on_a_list(field: FormField) -> str:
    """`not_enrolled` of a few numbers, which need not be laid beside whole lists."""
    return f"""
        CREATE TABLE not_enrolled AS
        SELECT d._file, d.n FROM distinct_{field.name} AS d JOIN scope AS s ON s._file = d._file AND s.has_learner
        WHERE d.is_sound AND NOT EXISTS (
            SELECT 1 FROM reference_learner AS r
            WHERE r.bin = s.node_code AND r.period BETWEEN s.first_roster AND s.last_roster
                AND TRY_CAST(r.iin AS BIGINT) = d.n
        )
    """


def _not_employed(contract: Contract) -> str:
    """`not_employed`: the persons of each file who are on no staff roster that holds for its period."""
    if contract.person_field is None:
        raise ValueError(f"{contract.form}: a rule reads not_employed, but no column lands as person_key")
    return f"""
        CREATE TABLE not_employed AS
        SELECT d._file, d.value FROM distinct_{contract.person_field.name} AS d
        JOIN scope AS s ON s._file = d._file AND s.first_staff IS NOT NULL
        WHERE d.is_sound AND NOT EXISTS (
            SELECT 1 FROM reference_staff AS r
            WHERE r.node_code = s.node_code AND r.iin = d.value
                AND r.period_start BETWEEN s.first_staff AND s.period_end
        )
    """


def _elsewhere(contract: Contract) -> str:
    """`listed_elsewhere`: the persons of each file who are on another organisation's list of the same month."""
    if contract.person_field is None:
        raise ValueError(f"{contract.form}: a rule reads listed_elsewhere, but no column lands as person_key")
    return f"""
        CREATE TABLE listed_elsewhere AS
        SELECT d._file, d.value FROM distinct_{contract.person_field.name} AS d JOIN scope AS s ON s._file = d._file
        SEMI JOIN reference_elsewhere AS r ON r.iin = d.value AND r.bin <> s.node_code
            AND r.period = strftime(s.period_start, '%Y-%m') AND r.left_date IS NULL
        WHERE d.is_sound
    """


def _listed_before(contract: Contract) -> str:
    """`listed_before`: the persons of each file on another organisation's latest list of an earlier month, and when."""
    if contract.person_field is None:
        raise ValueError(f"{contract.form}: a rule reads listed_before, but no column lands as person_key")
    return f"""
        CREATE TABLE listed_before AS
        SELECT d._file, d.value, max(r.period) AS period
        FROM distinct_{contract.person_field.name} AS d JOIN scope AS s ON s._file = d._file
        JOIN reference_elsewhere AS r ON r.iin = d.value AND r.bin <> s.node_code
            AND r.period < strftime(s.period_start, '%Y-%m')
            AND (r.left_date IS NULL OR r.left_date >= TRY_CAST(r.period || '-01' AS DATE))
        WHERE d.is_sound
        GROUP BY d._file, d.value
    """


_MADE_BY: Mapping[Table, Callable[[Contract, Source], str]] = {
    "period_day": lambda *_: _PERIOD_DAY,
    "enrolled": _enrolled,
    "not_enrolled": _enrolled,
    "enrolled_before": lambda *_: _ENROLLED_BEFORE,
    "not_employed": lambda contract, _: _not_employed(contract),
    "term_mark": lambda *_: term_mark(),
    "earlier": lambda *_: _EARLIER,
    "listed_elsewhere": lambda contract, _: _elsewhere(contract),
    "listed_before": lambda contract, _: _listed_before(contract),
    "class_day": lambda contract, source: class_day(
        {each.name: bad_bits(contract, each.name) for each in contract.fields}, *source(*CLASS_DAY_READS)
    ),
}


def _may_repeat(contract: Contract, field: FormField) -> str:
    """Whether a value's rows may share a key: surely not when each sets a bit of its own.

    One pass over the rows answers for identifiers and key alike. A day within 63 days has a bit of its own;
    any other rest of a key may share one by chance, and is then compared exactly by the rule.
    """
    if contract.primary_key[0] != field.name:
        return "FALSE"
    rest = contract.primary_key[1:]
    if not rest:
        return "count(*) > 1"
    if len(rest) == 1 and contract.field(rest[0]).type == "date":
        number = f"({rest[0]} - DATE '1970-01-01')"
    else:
        number = f"CAST(hash({', '.join(rest)}) >> 1 AS BIGINT)"
    return f"count(*) > bit_count(bit_or(CAST(1 AS BIGINT) << CAST(abs({number}) % 63 AS BIGINT)))"


def covered(con: duckdb.DuckDBPyConnection) -> dict[int, frozenset[str]]:
    """What is known of each file's surroundings: file → names of needs that are met."""
    flags = ", ".join(f"has_{need}" for need in _NEEDS)
    rows = con.execute(f"SELECT _file, {flags} FROM scope").fetchall()
    return {row[0]: frozenset(need for need, met in zip(_NEEDS, row[1:], strict=True) if met) for row in rows}
