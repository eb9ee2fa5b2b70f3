"""A warehouse file looked at before it is shown: whole, to be opened, with the tables and rows it was made with.

In: `warehouse.duckdb` or `persons.duckdb` of a build or a publication and the digest beside it. Out: what is
wrong with it, if anything is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import duckdb

from ingest.databases import read_file
from ingest.digests import Damage, damage_of, measured, read_digest
from ingest.sql import literal
from ingest.sql import name as quoted
from warehouse.storage.builds.engines.dbt_process import INPUTS
from warehouse.storage.builds.engines.dbt_run import MODEL
from warehouse.storage.builds.finished.built_files import WAREHOUSE
from warehouse.storage.builds.finished.persons_apart import PERSONS
from warehouse.storage.builds.inputs import PINNED

WarehouseDamage: TypeAlias = Damage | Literal["unopenable", "other_tables", "other_publication"]
MANIFEST = "manifest.json"
READING = "reading"
"""The folder beside it, and what the manifest says of it: the files of the readers of one territory each."""
SUBMISSIONS = "submissions.parquet"
"""Beside it: what the publication is made of, one row a submission."""
_DECIDING = (Path(MODEL), Path(INPUTS, PINNED))
"""Of a build: by what its tables are cut into what readers of a territory see, and what it was made of."""


def rows_of_tables(warehouse: Path) -> dict[str, int]:
    """Table → number of its rows. Raises duckdb.Error for what is no warehouse."""
    with read_file(warehouse) as con:
        names = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1"
        ).fetchall()
        counted = [f"SELECT {literal(name)} AS name, count(*) FROM main.{quoted(name)}" for (name,) in names]
        return dict(con.execute(" UNION ALL ".join(counted)).fetchall()) if counted else {}


def damage_of_warehouse(file: Path, *, every_byte: bool = True) -> WarehouseDamage | None:
    """What is wrong with a warehouse. Without `every_byte` its tables are counted and its bytes are not read."""
    damage = damage_of(file, every_byte=every_byte)
    if damage:
        return damage
    digest = read_digest(file)
    try:
        counted = rows_of_tables(file)
    except duckdb.Error:
        return "unopenable"
    told = digest.facts.get("tables") if digest else None
    return None if counted and counted == told else "other_tables"


def told_beside(build: Path) -> dict[str, dict[str, object]]:
    """What the digest of a build's warehouse says of the files beside it that decide who is shown what of it."""
    return {str(name): described(build / name) for name in _DECIDING}


def damage_beside(build: Path, *, every_byte: bool = True) -> Damage | None:
    """What is wrong with those files of a build whose warehouse is whole; a build of before says nothing of them."""
    digest = read_digest(build / WAREHOUSE)
    told = digest.facts.get("beside", {}) if digest else {}
    found = (
        _damage_of_told(build / name, said, every_byte=every_byte) for name, said in sorted(told.items())
    )
    return next(filter(None, found), None)


def damage_of_publication(
    folder: Path, apart: Path, number: int, content: str, *, every_byte: bool = True
) -> WarehouseDamage | None:
    """What is wrong with what is shown, or is about to be. `apart`: where what it has of single persons lies;
    `content`: the hash of both that the ledger has."""
    shown = damage_of_readers_part(folder, number, content, every_byte=every_byte)
    return shown or damage_of_persons_part(folder, apart, every_byte=every_byte)


def damage_of_readers_part(
    folder: Path, number: int, content: str, *, every_byte: bool = True
) -> WarehouseDamage | None:
    """The same of what readers open alone."""
    warehouse = folder / WAREHOUSE
    damage: WarehouseDamage | None = damage_of(folder / MANIFEST, every_byte=every_byte)
    damage = damage or damage_of_warehouse(warehouse, every_byte=every_byte)
    if damage:
        return damage
    try:
        told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        if (told.get("publication"), told.get("content")) != (number, content):
            return "other_publication"
        if isinstance(told["submissions"], int):  # a publication of before lists them there
            damage = damage_of(folder / SUBMISSIONS, every_byte=every_byte)
        if READING in told:  # one of before has none
            damage = damage or _damage_of_reading(folder / READING, told[READING], every_byte=every_byte)
        with read_file(warehouse) as con:
            stamped = _number(con, "SELECT publication_number FROM main.dim_publication")
    except (OSError, ValueError, KeyError, duckdb.Error):
        return "unopenable"
    return damage or (None if stamped == number else "other_publication")


def described(file: Path) -> dict[str, object]:
    """What is said of a file elsewhere than in a digest of its own."""
    size, sha256 = measured(file)
    return {"size": size, "sha256": sha256}


def _damage_of_reading(
    folder: Path, told: Mapping[str, Mapping[str, object]], *, every_byte: bool
) -> Damage | None:
    """What is wrong with the reading files. `told`: what the manifest says of them."""
    try:
        if {file.name for file in folder.iterdir()} - set(told):
            return "exchanged"
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError:
        return "unreadable"
    found = (_damage_of_told(folder / name, said, every_byte=every_byte) for name, said in told.items())
    return next(filter(None, found), None)


def _damage_of_told(file: Path, said: Mapping[str, object], *, every_byte: bool) -> Damage | None:
    """What is wrong with a file of which another one says what it is."""
    try:
        if file.stat().st_size != said["size"]:
            return "cut"
        return "altered" if every_byte and described(file) != said else None
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except OSError:
        return "unreadable"


def damage_of_persons_part(folder: Path, apart: Path, *, every_byte: bool = True) -> WarehouseDamage | None:
    """The same of what is of single persons; a publication that says it has none needs none."""
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return damage_of_warehouse(apart / PERSONS, every_byte=every_byte) if "persons" in told else None


def hashed_by(folder: Path) -> str | None:
    """How the content of a whole publication was hashed (`content.METHOD`); None for one of before that was said."""
    told: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return told.get("hashed_by")


def _number(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else -1
