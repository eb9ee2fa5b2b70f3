"""The tables rules join: the surroundings of each file, each identifier once, the days of the periods.

In: a connection that holds `batch` and the reference tables, the files' scopes, the contract.
Out: `scope`, a `distinct_<column>` for each column of identifiers, and of the tables of `expectations.rules.rule.Table`
those that a rule of the contract reads, in that connection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import duckdb

from expectations.findings.different_rows import Source, in_batch, source_of
from expectations.judging.identifiers import classes_of, identifiers
from expectations.judging.scope import Scope
from expectations.judging.scopes import make_scope
from expectations.rules.attendance.class_day import CLASS_DAY_READS, class_day
from expectations.rules.attendance.class_of_learner import OTHER_CLASS
from expectations.rules.rule import Table
from expectations.suite import bad_bits, rules_for
from expectations.term.marks import term_mark
from ingest.schema.forms.contract import Contract, FormField


def prepare(
    con: duckdb.DuckDBPyConnection, contract: Contract, scopes: Iterable[tuple[int, Scope]], *, demo: bool
) -> None:
    """Make what rules on one row read: `scope` and the identifiers. `demo` admits the identifiers of the demo range."""
    make_scope(con, scopes)
    identifiers(con, contract, demo=demo, source=source_of(con))


def prepare_further(con: duckdb.DuckDBPyConnection, contract: Contract, *, source: Source = in_batch) -> None:
    """Make what the rules of the form read besides, of the cells that were not judged already."""
    wanted = sorted({table for rule in rules_for(contract) for table in rule.reads})
    for made_by in dict.fromkeys(_MADE_BY[table] for table in wanted):
        con.execute(made_by(contract, source))


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
    if classes_of(contract, contract.person_field, 0):
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
