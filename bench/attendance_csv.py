"""A large attendance file for measurements: the same bytes for the same number of rows, on every machine.

In: a path and a number of rows. Out: a UTF-8 csv with the columns of the form `attendance`, one row per
learner and school day of the week 2026-W37 (five days), all of one very large organisation, so that one file
is one submission and every rule runs, or of many small ones, one after another; and the learners themselves,
from which a benchmark builds the register and the roster that judging compares with. All persons and
organisations are of the impossible demo range: seventh digit 7 or 8 in the IIN, year 65 in the BIN.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from ingest.databases import in_memory

DAYS = 5
LEARNERS_PER_ORGANISATION = 1_000_000
PERIOD = "2026-W37"
FIRST_DAY = "2026-09-07"


def _weighted(shift: int) -> str:
    """The weighted sum of eleven digits; the second round of weights is the first, shifted by two."""
    return " + ".join(
        f"{(place + shift) % 11 + 1} * (ascii(substr(stem, {place + 1}, 1)) - 48)" for place in range(11)
    )


# Check digits by the two rounds of Government Resolution No. 565; a stem without one is issued to nobody.
_ISSUED = f"""
    create macro issued(stem) as case
        when ({_weighted(0)}) % 11 < 10 then stem || (({_weighted(0)}) % 11)
        when ({_weighted(2)}) % 11 < 10 then stem || (({_weighted(2)}) % 11)
    end
"""
_ORGANISATIONS = """
    create table organisation as
    select row_number() over (order by n) - 1 as number, bin
    from (
        select n, issued(printf('65%02d40%05d', n % 12 + 1, n)) as bin
        from range({organisations} * 2 + 20) as t(n)
    )
    where bin is not null
    order by n limit {organisations}
"""
_LEARNERS = """
    create table learner as
    with stem as materialized (
        select n, strftime(date '2009-01-01' + cast(n * 7 % 4000 as int), '%y%m%d')
            || printf('%d%04d', 7 + n % 2, n // 4000 % 10000) as stem
        from range({learners} + {learners} // 8 + 100) as t(n)
    ),
    candidate as materialized (select n, issued(stem) as iin from stem),
    numbered as (
        select iin, row_number() over (order by n) - 1 as number from candidate where iin is not null
    )
    select
        number, iin, number // {per} as organisation, number % {per} // 25 % 11 + 1 as grade,
        substr('АӘБВ', cast(number // 275 % 4 + 1 as int), 1) as letter
    from numbered where number < {learners}
"""
_ROWS = """
    with lesson as (
        select *, (number * 2654435761 + day * 40503) % 1000003 as draw, if(grade < 5, 5, 7) as scheduled
        from learner, range({days}) as d(day)
    )
    select
        bin, iin, date '{first_day}' + cast(day as int) as date, grade, letter,
        scheduled as lessons_scheduled,
        case draw % 25 when 0 then scheduled when 1 then 1 when 2 then 2 else 0 end as lessons_missed,
        case draw % 25 when 0 then scheduled when 2 then 2 else 0 end as lessons_missed_valid,
        draw % 40 = 7 as is_late,
        case draw % 25 when 0 then 'ILL' when 1 then 'INV' when 2 then 'FAM' end as absence_reason
    from lesson
    join organisation on organisation.number = lesson.organisation
    order by lesson.number, day limit {rows}
"""


def _country(rows: int, per: int) -> duckdb.DuckDBPyConnection:
    learners = -(-rows // DAYS)
    organisations = -(-learners // per)
    con = in_memory()
    con.execute(_ISSUED)
    con.execute(_ORGANISATIONS.format(organisations=organisations))
    con.execute(_LEARNERS.format(learners=learners, per=per))
    return con


def learners(rows: int, per: int = LEARNERS_PER_ORGANISATION) -> pa.Table:
    """The learners of a file of `rows` rows, `per` to an organisation: bin, iin (text), grade (int), letter."""
    with _country(rows, per) as con:
        return con.execute(
            "select bin, iin, grade, letter from learner"
            " join organisation on organisation.number = learner.organisation order by learner.number"
        ).to_arrow_table()


def write_attendance_csv(path: Path, rows: int, per: int = LEARNERS_PER_ORGANISATION) -> None:
    """Write `rows` rows under a header of field names. Equal `rows` give equal bytes."""
    select = _ROWS.format(first_day=FIRST_DAY, days=DAYS, rows=rows)
    with _country(rows, per) as con:
        con.execute(f"copy ({select}) to '{path}' (format csv, header)")
