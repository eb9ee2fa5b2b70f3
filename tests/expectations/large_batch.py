"""A batch of any size with everything rules may join, made from a contract alone: for plans and for speeds.

In: a contract and a number of rows. Out: an open connection with `batch`, the references and the prepared tables.
Rows are as a large correct file has them: each person of his own, five days a learner, classes of 25, codes of a
territory each.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from expectations.judging.prepare import prepare, prepare_further
from expectations.judging.scope import Scope
from expectations.reference import Reference, earlier_columns
from ingest.demo.world.numbers import demo_bins, demo_iins
from ingest.read.cells.batch.typing_sql import SQL_TYPES
from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.values.period import EXAMPLES, Period

_DAYS, _CLASS = 5, 25
_TYPES: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int32(),
    "number": pa.decimal128(18, 4),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "time": pa.time64("us"),
    "datetime": pa.timestamp("us"),
}
SCHOOL = demo_bins(1)[0]


def large_batch(contract: Contract, rows: int) -> duckdb.DuckDBPyConnection:
    """One file of `rows` rows, prepared. The caller closes the connection."""
    period = Period.parse(contract.period, EXAMPLES[contract.period])
    columns = {field.name: _column(contract, field, rows, period) for field in contract.fields}
    numbers = pa.array(range(2, rows + 2), pa.int64())
    made = pa.table({"_row": numbers, **columns})
    con = duckdb.connect(":memory:")
    con.register("made", made)
    typed = ", ".join(
        f"CAST({field.name} AS {SQL_TYPES[field.type]}) AS {field.name}" for field in contract.fields
    )
    con.execute(
        "CREATE TABLE batch AS SELECT 1 AS _file, 0 AS _table, CAST(_row AS INTEGER) AS _row, "
        f"CAST(0 AS BIGINT) AS _bad, {typed} FROM made"
    )
    _references(contract, made, rows, period).load(con, contract)
    prepare(con, contract, [(1, Scope(SCHOOL, "organisation", period))], demo=True)
    prepare_further(con, contract)
    return con


def _column(contract: Contract, field: FormField, rows: int, period: Period) -> pa.Array[Any]:
    days = _DAYS if {"date", "iin"} <= set(contract.primary_key) else 1
    person = np.arange(rows) // days
    made: dict[str, Callable[[], Any]] = {
        "iin": lambda: _persons(rows, days),
        "bin": lambda: [SCHOOL] * rows if contract.person_field else _bins(rows),
        "kato": lambda: [kato(number) for number in range(rows)],
    }
    if field.format in made:
        return pa.array(made[field.format](), pa.string())
    if field.constraints.codelist:
        codes = list(codelist(field.constraints.codelist).by_code)
        values: Any = [codes[number % len(codes)] for number in person]
    elif field.name == "grade":
        values = (person // _CLASS) % 11 + 1
    elif field.name == "letter":
        values = [f"{number // (_CLASS * 11)}" for number in person]
    elif field.type == "boolean":
        values = [number % 2 == 0 for number in range(rows)]
    elif field.type == "date":
        values = [period.start + timedelta(days=number % _DAYS) for number in range(rows)]
    elif field.type == "time":
        values = [time(8 + number % 12) for number in range(rows)]
    elif field.type == "datetime":
        values = [datetime.combine(period.start, time(8 + number % 12)) for number in range(rows)]
    elif field.type in ("integer", "number"):
        least = int(field.constraints.minimum or 0)  # type: ignore[arg-type]
        values = [least + number % 30 for number in range(rows)]
    else:
        values = [f"Сөз{number}" for number in range(rows)]
    kind = _TYPES[field.type]
    plain = pa.array(values, pa.int32()).cast(kind) if field.type == "number" else pa.array(values)
    return plain.cast(kind)


def _persons(rows: int, days: int) -> list[str]:
    people = rows // days + 1
    births = np.array(
        [date(2010, 1, 1) + timedelta(days=number % 3000) for number in range(people)], "datetime64[D]"
    )
    found: list[str] = np.repeat(demo_iins(births, np.arange(people) % 2 == 0), days)[:rows].tolist()
    return found


def _bins(rows: int) -> list[str]:
    known = demo_bins(min(rows, 40_000))
    return [known[number % len(known)] for number in range(rows)]


def kato(number: int) -> str:
    """The code of a territory: regions, districts and districts of them first, then settlements."""
    region, rest = number % 20 + 10, number // 20
    if rest == 0:
        return f"{region}0000000"
    district, rest = (rest - 1) % 20 + 10, (rest - 1) // 20
    if rest == 0:
        return f"{region}{district}00000"
    part, rest = (rest - 1) % 40 + 10, (rest - 1) // 40
    return f"{region}{district}{part}{rest:03}"


def _references(contract: Contract, made: pa.Table, rows: int, period: Period) -> Reference:
    learners = None
    if contract.person_field:
        iins = made.column(contract.person_field.name).combine_chunks().unique()
        people = len(iins)
        grades = [number // _CLASS % 11 + 1 for number in range(people)]
        months = [f"{period.start:%Y-%m}", f"{period.start - timedelta(days=40):%Y-%m}"]
        person: dict[str, Any] = {"iin": iins}
        learners = pa.concat_tables(
            pa.table(
                {"bin": [SCHOOL] * people}
                | person
                | {"period": [month] * people, "grade": grades}
                | {"letter": [str(number // (_CLASS * 11)) for number in range(people)]}
            )
            for month in months
        )
    before = {name: made.column(name) for name in earlier_columns(contract) if name in made.column_names}
    scope: dict[str, Any] = {
        "node_code": [SCHOOL] * rows,
        "period_start": [period.start - timedelta(days=7)] * rows,
    }
    earlier = pa.table(scope | before)
    bins = list(demo_bins(min(rows, 10_000)))
    codes = [kato(number) for number in range(min(rows, 16_000))]
    year = date(period.start.year - (period.start.month < 9), 9, 1)
    return Reference(
        territory=pa.table({"kato": codes, "level": ["settlement"] * len(codes)}),
        calendar=pa.table(
            {
                "segment": ["term"],
                "segment_no": [1],
                "start_date": [year],
                "end_date": [year.replace(month=12)],
            }
        ),
        organisation=pa.table({"bin": bins, "kind": ["01"] * len(bins), "shifts": [1] * len(bins)}),
        learner=learners,
        elsewhere=learners.set_column(0, "bin", pa.array(["x"] * learners.num_rows)) if learners else None,
        earlier=earlier,
    )
