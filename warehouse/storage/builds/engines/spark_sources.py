"""What the model reads, as tables of Spark over the files of a build.

In: the folders of the lake and of the ledger's extracts. Out: SQL that makes them known under the names the model has
for them. Columns and types are those of the empty file that every form has from the start, as written by this
version: a column that older files lack is empty in their rows, and no other file is opened to find that out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.storage.lake.lake_files import lake_file

_TYPES = {
    pa.string(): "string",
    pa.int64(): "bigint",
    pa.int32(): "int",
    pa.bool_(): "boolean",
    pa.date32(): "date",
    pa.timestamp("us"): "timestamp_ntz",
    pa.float64(): "double",
}


def statements_of(lake: Path, inputs: Path, lake_seen: str = "", inputs_seen: str = "") -> list[str]:
    """One statement after the other. `lake_seen`, `inputs_seen`: where Spark finds these folders, where it is
    elsewhere."""
    return [
        "create schema if not exists lake",
        "create schema if not exists ledger",
        *_of_lake(lake, lake_seen or f"file:{lake}"),
        *_of_inputs(inputs, inputs_seen or f"file:{inputs}"),
    ]


def _of_lake(lake: Path, seen: str) -> Iterator[str]:
    for folder in sorted(each for each in lake.iterdir() if each.is_dir()):
        columns = _columns(lake_file(lake, folder.name, "none", "empty"))
        table = f"lake.{folder.name}"
        yield (
            f"create table {table} ({columns}, period string) using parquet"
            f" {_options(f'{seen}/{folder.name}')} partitioned by (period)"
        )
        yield f"msck repair table {table}"


def _of_inputs(inputs: Path, seen: str) -> Iterator[str]:
    for file in sorted(inputs.glob("*.parquet")):
        yield f"create table ledger.{file.stem} ({_columns(file)}) using parquet {_options(f'{seen}/{file.name}')}"


def _options(place: str) -> str:
    """Of a table over files that stay where they are; signs of a pattern in a folder's name stand for themselves."""
    escaped = place.replace("\\", "\\\\").replace("'", "\\'")
    return f"options (path '{escaped}', `__globPaths__` 'false')"


def _columns(file: Path) -> str:
    schema = pq.read_schema(file)
    return ", ".join(
        f"`{name}` {_type_of(kind)}" for name, kind in zip(schema.names, schema.types, strict=True)
    )


def _type_of(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return f"decimal({kind.precision}, {kind.scale})"
    return _TYPES[kind]
