"""Rows of the ledger as columns of Arrow: a year of a country without an object a row.

In: a query of Django's and the schema of what it says. Out: record batches, in the order of their first column. Moments
are naive UTC, whatever engine keeps them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from django.db import connection
from django.db.models import QuerySet

_AT_ONCE = 20_000


def columns_of(
    found: QuerySet[Any, Any], schema: pa.Schema, named: Mapping[str, str] = MappingProxyType({})
) -> pa.RecordBatchReader:
    """The rows of a query made with `values()` that gives every column of the schema by its name, or by what `named`
    says: a query may not call a column as the model calls another field."""
    return pa.RecordBatchReader.from_batches(schema, _batches(found, schema, named))


def _batches(
    found: QuerySet[Any, Any], schema: pa.Schema, named: Mapping[str, str]
) -> Iterator[pa.RecordBatch]:
    query, parameters = found.order_by().query.sql_with_params()
    listed = ", ".join(_as_kept(named.get(field.name, field.name), field.type) for field in schema)
    # Numbers, texts and days alone come from the engine: what makes objects of Django's of them is left out.
    statement = f'SELECT {listed} FROM ({query}) AS "found" ORDER BY 1'
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(_AT_ONCE):
            columns = zip(*rows, strict=True)
            yield pa.record_batch(
                [_array(values, field.type) for values, field in zip(columns, schema, strict=True)],
                schema=schema,
            )


def _as_kept(name: str, kind: pa.DataType) -> str:
    """One column as the engine keeps it: SQLite's by its type in the file, not by what was declared."""
    if connection.vendor == "sqlite":
        return f'+"found"."{name}"'
    moment = " AT TIME ZONE 'UTC'" if pa.types.is_timestamp(kind) else ""
    return f'"found"."{name}"{moment}'


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array[Any]:
    first = next((value for value in values if value is not None), None)
    if isinstance(first, str) and not pa.types.is_string(kind):
        return pa.array(values, pa.string()).cast(kind)
    if isinstance(first, int) and pa.types.is_boolean(kind) and not isinstance(first, bool):
        return pa.array(values, pa.int8()).cast(kind)
    return pa.array(values, kind)
