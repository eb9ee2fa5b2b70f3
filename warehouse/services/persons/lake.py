"""A person in the lake: under which keys of the vault, and in whose rows.

In: a home and a person, or keys. Out: keys, files, rows of each submission. The lake names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.databases import in_memory
from ingest.home import Home
from ingest.sql import literal
from warehouse.services.persons.person import Person
from warehouse.storage.keys.vault import Vault


@dataclass(frozen=True)
class InLake:
    """So many rows of a submission in a form of the lake."""

    form: str
    period: str
    receipt: int
    rows: int


def keys_of(home: Home, person: Person) -> list[int]:
    """The vault's keys of the person; none is issued."""
    if not person.identifiers:
        return []
    with Vault(home) as vault:
        found = vault.known_keys("iin", pa.array(sorted(person.identifiers), pa.string())).to_pylist()
    return sorted({int(key) for key in found if key is not None})


def in_lake(home: Home, keys: Sequence[int]) -> Iterator[InLake]:
    """The rows of the lake that have one of these keys."""
    if not keys:
        return
    with in_memory() as con:
        for file in files_of_persons(home.lake):
            mine = " OR ".join(f'"{name}" IN ({listed(keys)})' for name in key_columns(file))
            found = con.execute(
                "SELECT submission_id, count(*) FROM"
                f" read_parquet({literal(file)}, hive_partitioning = false) WHERE {mine} GROUP BY ALL ORDER BY 1"
            ).fetchall()
            form, period = file.parent.parent.name, file.parent.name.removeprefix("period=")
            yield from (InLake(form, period, receipt, rows) for receipt, rows in found)


def files_of_persons(folder: Path) -> Iterator[Path]:
    """The files of the lake, or of the lists beside it, that have a row a person."""
    for file in sorted(folder.glob("*/period=*/*.parquet")):
        if any(name.endswith("person_key") for name in pq.read_schema(file).names):
            yield file


def key_columns(file: Path) -> list[str]:
    """The columns of a Parquet file that hold keys of persons."""
    return [name for name in pq.read_schema(file).names if name.endswith("person_key")]


def listed(keys: Sequence[int]) -> str:
    """Keys as SQL writes them."""
    return ", ".join(str(int(key)) for key in keys)
