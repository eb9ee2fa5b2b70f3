"""A file without rows for every form, so that the model sees each form's columns from the first day.

In: a home, or a lake that is not in its place yet. Out: `lake/<form>/period=none/empty.parquet`, whose digest remembers
its columns. Every command looks whether they are there: where they are, nothing is loaded that reads or writes Parquet.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ingest.digests import damage_of, read_digest, write_digest
from ingest.home import Home
from ingest.schema.forms.load import contracts
from ingest.sql import literal
from warehouse.storage.files import written

BOOKKEEPING = {"submission_id": "BIGINT", "batch_id": "VARCHAR", "source_row": "INTEGER"}
"""What every landed row has beside the columns of its form."""
_COLUMNS = "columns"


def write_empty(to: Home | Path) -> None:
    """Make those that are missing, damaged or of other columns; files that are as they should be stay untouched."""
    lake = to.lake if isinstance(to, Home) else to
    for contract in contracts().values():
        file = lake / contract.form / "period=none" / "empty.parquet"
        columns = {field.lake_name: str(field.lake_type) for field in contract.landed_fields} | BOOKKEEPING
        if damage_of(file) or _columns_in(file) != list(columns):
            _write(file, columns)


def _columns_in(file: Path) -> list[str]:
    """Of a whole file."""
    digest = read_digest(file)
    facts = digest.facts if digest else {}
    if _COLUMNS not in facts:  # made before they were remembered
        import pyarrow.parquet as pq

        facts = {**facts, _COLUMNS: pq.read_schema(file).names}
        write_digest(file, **facts)
    return list(facts[_COLUMNS])


def _write(file: Path, columns: Mapping[str, str]) -> None:
    from ingest.databases import in_memory
    from warehouse.storage.lake.land import PARQUET

    nothing = ", ".join(f"CAST(NULL AS {kind}) AS {name}" for name, kind in columns.items())
    remembered = {_COLUMNS: list(columns)}
    with in_memory() as con, written(file, digested=True, remembered=lambda draft: remembered) as draft:
        con.execute(f"COPY (SELECT {nothing} WHERE false) TO {literal(draft)} ({PARQUET})")
