"""Landing: accepted rows become typed Parquet in the lake, without anything that names a person.

In: the judging database with its table `batch`, the accepted submissions in it, the identity vault. Out:
`lake/<form>/period=<text>/<batch_id>.parquet` with the landed columns of the contract, `submission_id`,
`batch_id` and `source_row`. Identifiers of persons become keys, birth dates become ages, other identifiers
and special columns stay behind. Forms that others are judged against also leave
`restricted/reference/<form>/…`: who was on the list, with identifiers, readable by its owner alone.

A batch whose verdicts were never recorded is an orphan: nobody reads it, its `batch_id` is in no verdict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from ingest.databases import ARROW_ROWS
from ingest.digests import is_whole
from ingest.home import Home
from ingest.receive.failpoint import reach
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period
from ingest.sql import literal
from warehouse.storage.files import make_folder, written
from warehouse.storage.keys.vault import Vault
from warehouse.storage.lake.keys_once import seen_by_judge

# Level 1 is twice as fast as DuckDB's own choice and a tenth larger; numbers that grow from row to row take a third of
# the room, and less time, in version 2 of the format. A column is given up as one of few values after so many: DuckDB
# itself looks at five times as many in vain, such as keys of persons.
PARQUET = (
    "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, COMPRESSION_LEVEL 1, DICTIONARY_SIZE_LIMIT 4096,"
    " USE_TMP_FILE false"
)


class LandingError(AssertionError):
    """What was landed is not what the verdict accepted: our fault, never the submitter's."""


@dataclass(frozen=True)
class Accepted:
    """One accepted submission of a batch. Its rows are those of `batch` whose `_file` is its id."""

    submission_id: int
    period: Period
    rows: int


@dataclass(frozen=True)
class Destination:
    """Where a batch lands: the lake and the restricted reference, those of a home or of one being rebuilt."""

    lake: Path
    reference: Path

    @classmethod
    def of(cls, home: Home) -> Destination:
        return cls(home.lake, home.reference)


def land(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    accepted: Sequence[Accepted],
    batch_id: str,
    to: Destination,
    vault: Vault,
) -> None:
    """Write the rows of the accepted submissions, one file for each period. Raises LandingError."""
    with_rows = [submission for submission in accepted if submission.rows]
    if not with_rows:
        return
    _require_counts(con, with_rows)
    if contract.person_field:
        _find_persons(con, contract, with_rows, to.reference, vault)
    by_period: dict[Period, list[int]] = defaultdict(list)
    for submission in with_rows:
        by_period[submission.period].append(submission.submission_id)
    for period, ids in by_period.items():
        if is_reference_of_persons(contract):
            _write(con, _people(contract, ids), _file(to.reference, contract, period, batch_id), mode=0o600)
        file = _file(to.lake, contract, period, batch_id)
        asked = partial(seen_by_judge, con, contract=contract, submissions=ids)
        _write(con, _rows(contract, period, ids, batch_id), file, asked=asked)
        _require_keys(file, contract)
        reach("land:written")
    con.execute("DROP TABLE IF EXISTS landing_person")


def is_reference_of_persons(contract: Contract) -> bool:
    """Whether rows of other forms are compared with the persons of this one: it is a list, and does not itself name
    who is on another (current marks are, and are found by the keys of the list)."""
    known = contracts()
    if contract.person_field is None or any(known[form].person_field for form in contract.depends_on):
        return False
    return any(contract.form in other.depends_on for other in known.values())


def _file(root: Path, contract: Contract, period: Period, batch_id: str) -> Path:
    return root / contract.form / f"period={period.text}" / f"{batch_id}.parquet"


def _listed(ids: Iterable[int]) -> str:
    return ", ".join(str(int(each)) for each in ids)


def _require_counts(con: duckdb.DuckDBPyConnection, accepted: Sequence[Accepted]) -> None:
    counted = dict(con.execute("SELECT _file, count(*) FROM batch GROUP BY _file").fetchall())
    for submission in accepted:
        found = counted.get(submission.submission_id, 0)
        if found != submission.rows:
            raise LandingError(
                f"submission {submission.submission_id}: {submission.rows} accepted, {found} here"
            )


def _find_persons(
    con: duckdb.DuckDBPyConnection,
    contract: Contract,
    accepted: Sequence[Accepted],
    reference: Path,
    vault: Vault,
) -> None:
    """Make `landing_person(identifier, person_key)`: from the lists of persons, else from the vault."""
    assert contract.person_field is not None
    iin = contract.person_field.name
    ids = _listed(each.submission_id for each in accepted)
    con.execute("CREATE OR REPLACE TEMP TABLE landing_person (identifier VARCHAR, person_key BIGINT)")
    for form in contract.depends_on:
        files = _lists_of_persons(reference / form, accepted)
        if files:
            con.execute(
                "INSERT INTO landing_person SELECT r.iin, max(r.person_key) FROM read_parquet(?) AS r"
                " ANTI JOIN landing_person AS p ON p.identifier = r.iin"
                f" WHERE r.bin IN (SELECT identifier FROM ({_identifiers(con, 'bin')}) AS b"
                f" WHERE b._file IN ({ids})) GROUP BY r.iin",
                [files],
            )
    unknown = con.execute(
        f"SELECT DISTINCT b.identifier FROM ({_identifiers(con, iin)}) AS b ANTI JOIN landing_person AS p"
        f" ON p.identifier = b.identifier WHERE b.identifier IS NOT NULL AND b._file IN ({ids})"
    ).to_arrow_table(ARROW_ROWS)
    if unknown.num_rows:
        keys = vault.person_keys("iin", unknown["identifier"])
        con.register("unknown_person", unknown.append_column("person_key", keys))
        con.execute("INSERT INTO landing_person SELECT identifier, person_key FROM unknown_person")
        con.unregister("unknown_person")


def _identifiers(con: duckdb.DuckDBPyConnection, column: str) -> str:
    """Each value of a column of identifiers at least once: from the judge's list of them where there is one."""
    name = f"distinct_{column}"
    listed = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [name]).fetchone()
    if listed:
        return f"SELECT _file, value AS identifier FROM {name}"
    return f"SELECT DISTINCT _file, {column} AS identifier FROM batch"


def _require_keys(file: Path, contract: Contract) -> None:
    """Every person has got a key, as the file itself says."""
    person = contract.person_field
    if person is None or not person.constraints.required:
        return
    written_file = pq.read_metadata(file)
    place = written_file.schema.names.index(person.lake_name)
    for number in range(written_file.num_row_groups):
        statistics = written_file.row_group(number).column(place).statistics
        if statistics is None or statistics.null_count:
            raise LandingError(f"{file.name}: rows without {person.lake_name}")


def _lists_of_persons(folder: Path, accepted: Sequence[Accepted]) -> list[str]:
    """The lists of the two latest months at each period, which hold nearly everybody; the vault has the rest.

    Whether a list's verdict was recorded makes no difference here: a key is the person's either way. A damaged list
    is passed over.
    """
    months = sorted(found.name for found in folder.glob("period=*"))
    chosen: set[str] = set()
    for period in {submission.period for submission in accepted}:
        chosen |= set([month for month in months if month <= f"period={period.end:%Y-%m}"][-2:])
    lists = (file for month in sorted(chosen) for file in sorted((folder / month).glob("*.parquet")))
    return [str(file) for file in lists if is_whole(file)]


def _people(contract: Contract, ids: Sequence[int]) -> str:
    """What judging and landing need of a list of persons, identifiers included."""
    assert contract.person_field is not None
    names = {field.name for field in contract.fields}
    wanted = [name for name in ("bin", "grade", "letter", "enrolled_date", "left_date") if name in names]
    return (
        f"SELECT b.{contract.person_field.name} AS iin, p.person_key, {', '.join(f'b.{n}' for n in wanted)},"
        f" CAST(b._file AS BIGINT) AS submission_id FROM batch AS b LEFT JOIN landing_person AS p"
        f" ON p.identifier = b.{contract.person_field.name} WHERE b._file IN ({_listed(ids)}) ORDER BY b.bin"
    )


def _rows(contract: Contract, period: Period, ids: Sequence[int], batch_id: str) -> str:
    columns = [f"{_landed(field, period)} AS {field.lake_name}" for field in contract.landed_fields]
    name = literal(batch_id)
    columns += [
        "CAST(b._file AS BIGINT) AS submission_id",
        # One text for all rows is written sooner where the writer knows that it is one; it is read as any text.
        f"CAST({name} AS ENUM({name})) AS batch_id",
        "CAST(b._row AS INTEGER) AS source_row",
    ]
    person = contract.person_field
    joined = f" LEFT JOIN landing_person AS p ON p.identifier = b.{person.name}" if person else ""
    return f"SELECT {', '.join(columns)} FROM batch AS b{joined} WHERE b._file IN ({_listed(ids)})"


def _landed(field: FormField, period: Period) -> str:
    """What of a cell reaches the lake, as SQL."""
    if field.lands_as == "person_key":
        return "p.person_key"
    if field.lands_as == "age":  # full years on the first day of the period
        day, birthday = f"DATE '{period.start}'", f"b.{field.name}"
        before_birthday = f"strftime({day}, '%m%d') < strftime({birthday}, '%m%d')"
        return f"CAST(year({day}) - year({birthday}) - CAST({before_birthday} AS INTEGER) AS INTEGER)"
    return f"CAST(b.{field.name} AS {field.lake_type})"


def _write(
    con: duckdb.DuckDBPyConnection,
    query: str,
    final: Path,
    mode: int = 0o644,
    asked: Callable[[Path], Mapping[str, Any]] | None = None,
) -> None:
    """`asked`: what builds are going to rely on of the rows, found out of the file before it is in its place."""
    if mode == 0o600:
        make_folder(final.parent, 0o700)
    with written(final, mode, digested=True, remembered=asked) as draft:
        con.execute(
            "SET preserve_insertion_order = false"
        )  # the order of rows means nothing; several threads write
        con.execute(f"COPY ({query}) TO {literal(draft)} ({PARQUET})")
