"""Lake, lists of persons, builds and publications looked through: all that can be made anew.

In: a home and what its ledger says. Out: what is damaged, and which command makes it anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import duckdb

from ingest.databases import in_memory
from ingest.digests import SUFFIX, damage_of, digest_path
from ingest.home import OWNER, Home
from ingest.schema.forms.load import contracts
from ingest.sql import literal
from warehouse.services.verify.found import Found
from warehouse.services.verify.known import Known
from warehouse.storage.builds.build import persons_of, warehouse_of
from warehouse.storage.builds.findings_counted import kept_counts
from warehouse.storage.builds.finished.built_files import WAREHOUSE
from warehouse.storage.builds.finished.content import content_hash, hashes_of
from warehouse.storage.builds.finished.persons_apart import PERSONS
from warehouse.storage.builds.finished.warehouse_file import (
    damage_beside,
    damage_of_persons_part,
    damage_of_readers_part,
    damage_of_warehouse,
    hashed_by,
)
from warehouse.storage.builds.kept_draft import kept_draft
from warehouse.storage.files import PARTIAL
from warehouse.storage.lake.lake_files import lake_file
from warehouse.storage.lake.land import is_reference_of_persons
from warehouse.storage.shown.publish import CURRENT, shown_number


def lake_damage(home: Home, known: Known, every_byte: bool) -> Iterator[Found | None]:
    """Each file of the lake that counts, and the empty one of each form; None for whole ones."""
    with _RowCounter() as counter:
        for (form, period, batch), rows in sorted(known.landed.items()):
            file = lake_file(home.lake, form, period, batch)
            damage: str | None = damage_of(file, every_byte=every_byte) or _other_rows(counter, file, rows)
            yield _lake_found(home, "lake", file, damage, list(rows))
    for form in contracts():
        file = lake_file(home.lake, form, "none", "empty")
        yield _lake_found(home, "lake", file, damage_of(file, every_byte=every_byte), [])


def reference_damage(home: Home, known: Known, every_byte: bool) -> Iterator[Found | None]:
    """Each list of persons that counts; None for whole ones."""
    of_persons = {form for form, contract in contracts().items() if is_reference_of_persons(contract)}
    with _RowCounter() as counter:
        for (form, period, batch), rows in sorted(known.landed.items()):
            if form in of_persons:
                file = lake_file(home.reference, form, period, batch)
                damage: str | None = damage_of(file, every_byte=every_byte) or _other_rows(
                    counter, file, rows
                )
                yield _lake_found(home, "reference", file, damage, list(rows))


def lake_strangers(home: Home) -> Iterator[Found]:
    """What is no file of a batch. Batches no verdict names are left by a judging that died, and harmless."""
    for path in sorted(home.lake.rglob("*")):
        name = path.name.removesuffix(SUFFIX)
        is_ours = name.endswith(".parquet") and path.parent.name.startswith("period=")
        if path.is_file() and not is_ours and name != OWNER and PARTIAL not in name:
            yield Found("lake", str(path.relative_to(home.root)), "stranger", "stranger")


def build_damage(home: Home, known: Known, every_byte: bool) -> Iterator[Found | None]:
    """Each finished build whose folder is kept, and what the next one would begin with; None for whole ones."""
    for number in sorted(known.builds):
        file = warehouse_of(home, number)
        if not file.parent.is_dir():  # only the last few are kept, and a rebuild keeps none
            continue
        for each in (file, persons_of(home, number)):
            damage = damage_of_warehouse(each, every_byte=every_byte)
            place = str(each.relative_to(home.root))
            yield Found("builds", place, damage, "build", {"number": number}) if damage else None
        if damage := damage_beside(file.parent, every_byte=every_byte):
            place = str(file.parent.relative_to(home.root))
            yield Found("builds", place, damage, "build", {"number": number})
    for file in (kept_draft(home), kept_counts(home)):
        is_kept = file.exists() or digest_path(file).exists()
        if is_kept and (lost := damage_of(file, every_byte=every_byte)):
            yield Found("builds", str(file.relative_to(home.root)), lost, "draft")


def publication_damage(home: Home, known: Known, every_byte: bool) -> Iterator[Found | None]:
    """Each publication whose folder is kept, the one that is shown in any case; None for whole ones."""
    for number, content in sorted(known.publications.items()):
        folder = home.published / str(number)
        if not folder.is_dir() and number != known.shown:
            continue
        apart = home.persons / str(number)
        place = str(folder.relative_to(home.root))
        damage: str | None = damage_of_readers_part(folder, number, content, every_byte=every_byte)
        if damage is None and (damage := damage_of_persons_part(folder, apart, every_byte=every_byte)):
            place = str(apart.relative_to(home.root))
        if damage is None and every_byte:
            files = [file for file in (folder / WAREHOUSE, apart / PERSONS) if file.exists()]
            damage = _other_content(files, content, hashed_by(folder))
        mend = "shown" if number == known.shown else "kept"
        yield Found("published", place, damage, mend, {"number": number}) if damage else None
    if known.shown is not None and _pointed_at(home) != known.shown:
        place = str((home.published / CURRENT).relative_to(home.root))
        yield Found("published", place, "exchanged", "link", {"number": known.shown})


def _pointed_at(home: Home) -> int | None:
    try:
        return shown_number(home)
    except ValueError:
        return None


def _lake_found(home: Home, store: str, file: Path, damage: str | None, receipts: list[int]) -> Found | None:
    if damage is None:
        return None
    return Found(store, str(file.relative_to(home.root)), damage, "rebuild", {"receipts": receipts})


class _RowCounter:
    """Counts the rows of many files by one DuckDB: to begin one costs ten times what it costs to count."""

    def __enter__(self) -> _RowCounter:
        self._con = self._begun()
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def rows_of(self, file: Path) -> dict[int, int] | None:
        """Submission → its rows; None where the file cannot be read."""
        try:
            return dict(
                self._con.execute(
                    "SELECT submission_id, count(*) FROM "
                    f"read_parquet({literal(file)}, hive_partitioning = false) GROUP BY ALL"
                ).fetchall()
            )
        except duckdb.Error:
            # Whatever a damaged file did to it, the next file has nothing to do with that.
            self._con.close()
            self._con = self._begun()
            return None

    @staticmethod
    def _begun() -> duckdb.DuckDBPyConnection:
        return in_memory()


def _other_rows(counter: _RowCounter, file: Path, rows: Mapping[int, int]) -> str | None:
    """Whether a file holds of each submission the rows its verdict accepted. Those returned since may be there, too."""
    counted = counter.rows_of(file)
    if counted is None:
        return "unopenable"
    return None if all(counted.get(number) == count for number, count in rows.items()) else "other_rows"


def _other_content(files: Sequence[Path], content: str, method: str | None) -> str | None:
    try:
        found = {name: each for hashes in hashes_of(files, method=method) for name, each in hashes.items()}
        return None if content_hash(found) == content else "altered"
    except duckdb.Error:
        return "unopenable"
