"""Where in its file a submission says what stands behind a figure: sheets, rows and cells.

In: a submission that counts, how many of its rows stand behind the row explained, and what that is about. Out:
`Places`. The lake knows the number of each row; the original, read again as it was read, the sheet and the columns.
Only places are told, and nothing that stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.home import Home
from ingest.ledger.decisions.manifest import ManifestEntry
from ingest.ledger.records import Submission
from ingest.read.reading import LocatedTable
from ingest.read.sandbox.parent import ReadError
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.texts.finding import cell_address
from ingest.sql import name as quoted
from warehouse.services.trust.descent import fields_behind
from warehouse.services.trust.opened import asking
from warehouse.services.verdicts.replay import OriginalError, means_of_verdict, reading_of
from warehouse.storage.lake.lake_files import lake_file

Run = tuple[int, int]


@dataclass(frozen=True)
class Sheet:
    """Rows of one table of a file. `rows`: first and last of each run; `cells`: field → addresses of ranges, of the
    fields the figures are computed from, all where only rows are counted."""

    sheet: str | None
    rows: tuple[Run, ...]
    cells: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Places:
    """`is_exact`: these are the rows and no others; else the rows are among them. `why_not`: `lake_gone`,
    `original_gone` or `unreadable` where there is less to say."""

    sheets: tuple[Sheet, ...] = ()
    is_exact: bool = False
    why_not: str | None = None


def places_of(
    home: Home, table: str, figures: Sequence[str], about: Mapping[str, str], entry: ManifestEntry, rows: int
) -> Places:
    """Where the rows of a submission stand. `about`: columns of the table explained with the texts they hold."""
    file = lake_file(home.lake, entry.form, entry.period, entry.batch_id)
    if not file.exists():
        return Places(why_not="lake_gone")
    submission = Submission.objects.select_related("scope__node", "raw_file", "verdict").get(
        pk=entry.submission_id
    )
    contract = _contract(submission)
    numbers, is_exact = _rows(file, table, about, entry, rows, contract)
    sheets, why_not = _sheets(home, submission, _fields(table, figures, contract), numbers)
    return Places(sheets, is_exact, why_not)


def runs(numbers: Iterable[int]) -> tuple[Run, ...]:
    """First and last of each run of numbers that follow each other."""
    found: list[Run] = []
    for number in sorted(set(numbers)):
        if found and number == found[-1][1] + 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return tuple(found)


def _rows(
    file: Path, table: str, about: Mapping[str, str], entry: ManifestEntry, rows: int, contract: Contract
) -> tuple[list[int], bool]:
    """Numbers of rows of a landed file, and whether they are exactly those that were counted."""
    landed = {field.lake_name: field for field in contract.landed_fields}
    with asking() as con:
        said = "SELECT source_row FROM read_parquet(?, hive_partitioning = false) WHERE submission_id = ?"
        given: list[object] = [str(file), entry.submission_id]
        found = [number for (number,) in con.execute(said, given).fetchall()]
        if len(found) == rows:
            return found, True
        for column, text in about.items():
            fields = fields_behind(table, column, entry.form, landed)
            if len(fields) != 1:
                continue
            narrower = f"{said} AND CAST({quoted(fields.pop())} AS VARCHAR) = ?"
            if some := con.execute(narrower, [*given, text]).fetchall():
                found, said, given = [number for (number,) in some], narrower, [*given, text]
        return found, len(found) == rows


def _fields(table: str, figures: Sequence[str], contract: Contract) -> set[str]:
    """The fields of a form that the figures are computed from; none where they count rows."""
    names = {field.lake_name: field.name for field in contract.landed_fields}
    found: set[str] = set()
    for figure in figures:
        found |= {names[each] for each in fields_behind(table, figure, contract.form, names)}
    return found


def _sheets(
    home: Home, submission: Submission, fields: set[str], numbers: Sequence[int]
) -> tuple[tuple[Sheet, ...], str | None]:
    verdict = submission.verdict
    means = means_of_verdict(submission.scope.form, verdict.contract_version, verdict.means_id)
    without = (Sheet(None, runs(numbers), {}),)
    try:
        with TemporaryDirectory(prefix="bbaj-places-") as scratch:
            reading = reading_of(home, means, submission, Path(scratch))
    except OriginalError:
        return without, "original_gone"
    except (ReadError, OSError):
        return without, "unreadable"
    wanted = set(numbers)
    sheets = []
    for table in reading.tables:
        here = runs(wanted & set(table.text.column("_row").to_pylist()))
        if here:
            sheets.append(Sheet(table.sheet, here, _cells(table, fields, here)))
    return (tuple(sheets), None) if sheets else (without, "unreadable")


def _cells(table: LocatedTable, fields: set[str], rows: Sequence[Run]) -> dict[str, tuple[str, ...]]:
    """Field → the ranges its column has in these rows."""
    wanted = [name for name in table.columns if name in fields] or list(table.columns)
    found = {}
    for name in wanted:
        column = table.columns[name]
        ends = [(cell_address(column, first), cell_address(column, last)) for first, last in rows]
        found[name] = tuple(first if first == last else f"{first}:{last}" for first, last in ends)
    return found


def _contract(submission: Submission) -> Contract:
    """The contract it was judged by; where that is no longer kept, the one in force."""
    try:
        return contract_of(submission.scope.form, submission.verdict.contract_version)
    except KeyError:
        return contract_of(submission.scope.form)
