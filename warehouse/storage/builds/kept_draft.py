"""What a build begins with: the tables of the last one as they stood in its draft, and what they followed from.

In: the folder of a build whose model ran through. Out: `restricted/draft/draft.duckdb` with all tables of the model and
the dictionaries, and in schema `before` what those looked up and read that say what they are made of, report by report
(`carried` in a model's configuration) or as a whole (`stays`); a digest beside it says which model and which DuckDB
made it, and what its sources said. The model itself finds out what moved since (`dbt_project/macros/carried.sql`,
`engines/unmoved.py`): here it is only found whether the draft may be begun with at all.

The keys of persons in it are those of the lake: it lies in the private part, and nobody reads it but a build.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import duckdb

from ingest.databases import change_file, read_file
from ingest.digests import damage_of, digest_path, read_digest
from ingest.home import Home
from ingest.sql import literal
from ingest.sql import name as quoted
from ingest.told import in_log
from warehouse.storage.builds.engines.dbt_process import BEFORE, DRAFT, INPUTS
from warehouse.storage.builds.engines.unmoved import UNMOVED
from warehouse.storage.builds.finished.person_rows import BEFORE as STOOD
from warehouse.storage.builds.finished.person_rows import SCHEMA, note_units, noted, stood, tables_in
from warehouse.storage.builds.inputs import LANDING, sources_said
from warehouse.storage.files import PARTIAL, written

log = logging.getLogger(__name__)
Unusable: TypeAlias = Literal["none", "damaged", "other_model", "other_database", "landed_again", "in_turn"]
"""Why nothing is begun with it: there is none; it is not what it was; it was made by another model or dictionary, by
another DuckDB; rows were landed anew under the name they had; or so many builds began with one another that a whole one
takes its turn, which puts the rows in order and would end what no test saw."""
_MOST_IN_TURN = 100
_LANDED = "landed"
_COUNTING = "int_submission_winning"
"""The model whose rows say of each report on which basis it counts; a carried one follows from it always."""


def kept_draft(home: Home) -> Path:
    """Where it lies, if there is one."""
    return home.draft / DRAFT


def sha256(home: Home) -> str | None:
    """Which one it is, as its digest says; None where there is none."""
    digest = read_digest(kept_draft(home))
    return digest.sha256 if digest else None


def why_not(home: Home, folder: Path, model: str) -> Unusable | None:
    """Why a build in this folder, whose inputs are written, may not begin with what is kept; None where it may."""
    if unusable := why_never(home, model):
        return unusable
    try:
        return "landed_again" if _landed_again(kept_draft(home), folder / INPUTS / LANDING) else None
    except duckdb.Error:
        return "damaged"


def why_never(home: Home, model: str, *, every_byte: bool = True) -> Unusable | None:
    """Why no build by this model may begin with it, whatever it is made of. Without `every_byte` its bytes are counted
    and not read."""
    kept = kept_draft(home)
    damage = damage_of(kept, every_byte=every_byte)
    if damage:
        return "none" if damage == "missing" else "damaged"
    digest = read_digest(kept)
    facts: Mapping[str, Any] = digest.facts if digest else {}
    if facts.get("model") != model:
        return "other_model"
    if facts.get("duckdb") != duckdb.__version__:
        return "other_database"
    return "in_turn" if facts.get("turn", 0) >= _MOST_IN_TURN else None


def begin(home: Home, folder: Path, model: str) -> Unusable | None:
    """Let the model in this folder begin with what is kept; why not, where it cannot."""
    link = folder / BEFORE
    link.unlink(missing_ok=True)
    unusable = why_not(home, folder, model)
    if unusable is None:
        link.symlink_to(kept_draft(home).absolute())
    return unusable


def note_unmoved(home: Home, folder: Path) -> None:
    """Tell the model in this folder which of its sources say what they said when the kept draft was made of them, where
    it begins with that (`engines/unmoved.py`)."""
    digest = read_digest(kept_draft(home))
    before: Mapping[str, str] = digest.facts.get("sources", {}) if digest else {}
    now = sources_said(folder / INPUTS)
    same = sorted(name for name, said in now.items() if before.get(name) == said)
    (folder / UNMOVED).write_text(json.dumps(same), encoding="utf-8")


def keep(home: Home, folder: Path, record: Mapping[str, Any], model: str) -> None:
    """Keep what the next build may begin with: the draft itself, in which nothing failed and of which nothing is wanted
    any more. Where that cannot be, nothing is kept: the next build is whole."""
    digest = read_digest(kept_draft(home)) if (folder / BEFORE).exists() else None
    turn = digest.facts["turn"] + 1 if digest else 0
    forget(home)
    carried = list(_carried(record))
    if not carried:
        return
    try:
        with written(
            kept_draft(home),
            0o600,
            digested="blocks",
            remembered=lambda _: {
                "model": model,
                "duckdb": duckdb.__version__,
                "turn": turn,
                "sources": sources_said(folder / INPUTS),
            },
        ) as draft:
            (folder / DRAFT).chmod(0o600)
            shutil.move(folder / DRAFT, draft)
            reduce(draft, folder / INPUTS / LANDING, record, carried)
    except (OSError, duckdb.Error) as error:  # a full disk among them: the build itself is done
        log.warning("%s", in_log("log_draft_not_kept", kind=str(error)))


def forget(home: Home) -> None:
    """Let it go, and what was left of one half made. Only for the holder of the lock of builds."""
    kept = kept_draft(home)
    for file in (kept, digest_path(kept), *home.draft.glob(f"*{PARTIAL}")):
        file.unlink(missing_ok=True)


def _carried(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The models whose tables are kept."""
    for node in record["nodes"].values():
        if node["resource_type"] == "model" and {"carried", "stays"} & set(node["config"]["meta"]):
            yield node


def _tables(record: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Schema and name of what the model makes, dictionaries among it: all of it is kept. What is made of nothing that
    moved need not be made again, and what is made again is held against it (`engines/unmoved.py`)."""
    made = (node for node in record["nodes"].values() if node["resource_type"] in ("model", "seed"))
    return {(node["schema"], node["name"]) for node in made}


def _looked_up(record: Mapping[str, Any], carried: list[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Relation → its columns that are looked up by what is carried; all of them where none is named."""
    found: dict[str, list[str]] = {}
    whole = {_COUNTING}
    for node in carried:
        meta = node["config"]["meta"]
        for each in meta.get("carried", {}).get("looks_up", ()):
            columns = found.setdefault(each["in"], [])
            columns += [name for name in (each["key"], *each.get("says", ())) if name not in columns]
        whole.update(meta.get("stays", {}).get("reads", ()))
    return found | {name: [] for name in whole}


def reduce(draft: Path, landing: Path, record: Mapping[str, Any], carried: list[Mapping[str, Any]]) -> None:
    """Leave in a draft what is kept of it."""
    schemas = {node["name"]: node["schema"] for node in record["nodes"].values()}
    with change_file(draft) as con:
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {STOOD}")
        # Of a table that was left as it stood the units are noted already.
        before = tables_in(con, STOOD)
        as_noted = {name for name in tables_in(con, SCHEMA) if noted(name) in before and stood(con, name)}
        for name in {*before} - {noted(name) for name in as_noted}:
            con.execute(f"DROP TABLE {STOOD}.{quoted(name)}")
        for name, columns in _looked_up(record, carried).items():
            selected = ", ".join(map(quoted, columns)) or "*"
            con.execute(
                f"CREATE TABLE {STOOD}.{quoted(name)} AS "
                f"SELECT {selected} FROM {quoted(schemas[name])}.{quoted(name)}"
            )
        con.execute(
            f"CREATE TABLE {STOOD}.{_LANDED} AS "
            f"SELECT form, period, batch_id, sha256 FROM read_parquet({literal(landing)})"
        )
        stay = _tables(record)
        in_parts = {node["name"] for node in carried if "carried" in node["config"]["meta"]}
        for name in {*tables_in(con, SCHEMA)} - in_parts - as_noted:
            note_units(con, name)
        tables = con.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT temporary")
        for schema, name in tables.fetchall():
            if schema != STOOD and (schema, name) not in stay:
                con.execute(f"DROP TABLE {quoted(schema)}.{quoted(name)}")
        con.execute("CHECKPOINT")


def _landed_again(kept: Path, landing: Path) -> bool:
    """Whether a file of the lake has other bytes now than when that draft was made of it."""
    with read_file(kept) as con:
        differing = con.execute(
            f"SELECT count(*) FROM {STOOD}.{_LANDED} AS before "
            f"JOIN read_parquet({literal(landing)}) AS now USING (form, period, batch_id) "
            "WHERE now.sha256 IS DISTINCT FROM before.sha256 OR now.sha256 IS NULL"
        ).fetchone()
    return differing != (0,)
