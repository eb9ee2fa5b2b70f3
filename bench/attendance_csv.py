"""A large attendance file for measurements: the same bytes for the same number of rows, on every machine.

In: a path and a number of rows. Out: a UTF-8 csv with the columns of the form `attendance`, one row per learner
and school day of the week 2026-W37 (five days), 500 learners an organisation; and the learners themselves, from
which a benchmark builds the register and the roster that judging compares with. All persons and organisations
are of the impossible demo range: seventh digit 7 or 8 in the IIN, year 65 in the BIN.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

DAYS = 5
LEARNERS_PER_ORGANISATION = 500
PERIOD = "2026-W37"
FIRST_DAY = "2026-09-07"

# Check digits by the two rounds of weights of Government Resolution No. 565; stems without one are not issued.
_STEMS = """
    create or replace macro weighted(stem, shift) as list_sum(list_transform(range(11), lambda i:
        cast(substr(stem, cast(i + 1 as int), 1) as int) * ((i + shift) % 11 + 1)));
    create or replace macro issued(stem) as case
        when weighted(stem, 0) % 11 < 10 then stem || cast(weighted(stem, 0) % 11 as varchar)
        when weighted(stem, 2) % 11 < 10 then stem || cast(weighted(stem, 2) % 11 as varchar) end
"""
_ORGANISATIONS = """
    create table organisation as select row_number() over (order by n) - 1 as number, bin from (
        select n, issued('65' || lpad(cast(n % 12 + 1 as varchar), 2, '0') || '40' || lpad(cast(n as varchar), 5, '0'))
            as bin from range({organisations} * 2 + 20) as t(n)) where bin is not null
        order by n limit {organisations}
"""
_LEARNERS = """
    create table learner as
    with candidate as (
        select n, issued(strftime(date '2009-01-01' + cast(n * 7 % 4000 as int), '%y%m%d')
            || cast(7 + n % 2 as varchar) || lpad(cast(n // 4000 % 10000 as varchar), 4, '0')) as iin
        from range({learners} + {learners} // 8 + 100) as t(n)
    ), numbered as (select iin, row_number() over (order by n) - 1 as number from candidate where iin is not null)
    select number, iin, cast(number // {per} as bigint) as organisation,
        cast(number % {per} // 25 % 11 + 1 as int) as grade, substr('АӘБВ', cast(number // 275 % 4 + 1 as int), 1) as letter
    from numbered where number < {learners}
"""
_ROWS = """
    select o.bin, l.iin, date '{first_day}' + cast(d.day as int) as date, l.grade, l.letter,
        case when l.grade < 5 then 5 else 7 end as lessons_scheduled,
        case hash % 25 when 0 then case when l.grade < 5 then 5 else 7 end when 1 then 1 when 2 then 2 else 0 end
            as lessons_missed,
        case hash % 25 when 0 then case when l.grade < 5 then 5 else 7 end when 1 then 0 when 2 then 2 else 0 end
            as lessons_missed_valid,
        hash % 40 = 7 as is_late,
        case hash % 25 when 0 then 'ILL' when 1 then 'INV' when 2 then 'FAM' end as absence_reason
    from (select *, (number * 2654435761 + day * 40503) % 1000003 as hash
          from learner, range({days}) as d(day)) as l
    join organisation as o on o.number = l.organisation
    cross join (select 0) as one
    order by l.number, l.day limit {rows}
"""


def _country(rows: int) -> duckdb.DuckDBPyConnection:
    learners = -(-rows // DAYS)
    organisations = -(-learners // LEARNERS_PER_ORGANISATION)
    con = duckdb.connect()
    con.execute(_STEMS)
    con.execute(_ORGANISATIONS.format(organisations=organisations))
    con.execute(_LEARNERS.format(learners=learners, per=LEARNERS_PER_ORGANISATION))
    return con


def learners(rows: int) -> pa.Table:
    """The learners of a file of `rows` rows: bin, iin (text), grade (int), letter."""
    with _country(rows) as con:
        return con.execute(
            "select bin, iin, grade, letter from learner join organisation on organisation.number = organisation"
            " order by learner.number"
        ).to_arrow_table()


def write_attendance_csv(path: Path, rows: int) -> None:
    """Write `rows` rows under a header of field names. Equal `rows` give equal bytes."""
    with _country(rows) as con:
        con.execute(
            "copy ("
            + _ROWS.replace("d.day", "l.day").format(first_day=FIRST_DAY, days=DAYS, rows=rows)
            + f") to '{path}' (format csv, header)"
        )
