"""Which received files hold a person, and where in them.

In: a home and a person. Out: for each content that holds the person the submissions it was handed in as, the rows
about that person, cells that name the person elsewhere, or only that the file does. Files are read as they were read
when they were judged; what was rejected, could not be read, was returned or lies aside is looked through like what
counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce
from pathlib import Path
from typing import Any

import duckdb

from ingest.databases import in_memory
from ingest.home import Home
from ingest.ledger.records import Submission
from ingest.progress import Step, Tell, tell_nobody
from ingest.read.arrow import pc
from ingest.read.cells.columns.repeated_texts import written_out
from ingest.read.reading import Reading
from ingest.read.reports import read_report, type_reports
from ingest.read.sandbox.parent import ReadError
from ingest.receive.store import RawStore
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract as contract_of
from ingest.schema.forms.load import contracts
from ingest.schema.forms.means import Means, means_of
from warehouse.services.persons.haystack import is_locked_away, words_in
from warehouse.services.persons.lake import in_lake, keys_of
from warehouse.services.persons.person import BORN, FIRST, LAST, Person
from warehouse.services.verdicts.replay import means_of_verdict, reading_of


@dataclass(frozen=True)
class Row:
    """One row about the person: which table of the file, which row of the sheet, field → value as typed."""

    table: int
    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Cell:
    """A cell of a row about something or somebody else that names the person."""

    table: int
    number: int
    field: str
    text: str


@dataclass(frozen=True)
class Held:
    """One content that holds the person. `similar`: identifiers of rows with the same name and birth date that are
    somebody else's unless a person says otherwise. Without rows and cells the person stands in a part of the file that
    is not its table, or the file cannot be read."""

    sha256: str
    submissions: tuple[Submission, ...]
    contract: Contract
    rows: tuple[Row, ...] = ()
    cells: tuple[Cell, ...] = ()
    similar: frozenset[str] = frozenset()

    @property
    def is_elsewhere(self) -> bool:
        return not self.rows and not self.cells


@dataclass
class Holdings:
    """Everything received that holds the `person`, who is known better after it was looked for. `closed`: receipts of
    files that are encrypted, of which nobody can say."""

    person: Person
    held: dict[str, Held] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)

    @cached_property
    def similar(self) -> frozenset[str]:
        return frozenset().union(*(each.similar for each in self.held.values()))

    @property
    def rows(self) -> Iterator[tuple[Held, Row]]:
        return ((held, row) for held in self.held.values() for row in held.rows)


def look_for(home: Home, person: Person, tell: Tell = tell_nobody) -> Holdings:
    """Look through every file that is kept: first for what is known of the person, then for what those files add to it
    (names and birth dates of rows with the identifier), until nothing is added any more."""
    by_content: defaultdict[str, list[Submission]] = defaultdict(list)
    received = Submission.objects.filter(raw_file__isnull=False).select_related("scope__node", "raw_file")
    for submission in received.order_by("pk").iterator(chunk_size=2000):
        by_content[str(submission.raw_file_id)].append(submission)
    holdings = Holdings(person)
    asked: set[str] = set()
    while asked != (words := _words(holdings.person)):
        before, asked = holdings.person, words
        # An identifier is read from many spellings; what it was read as stands in the lake.
        landed = {each.receipt for each in in_lake(home, keys_of(home, before))}
        for done, (sha256, submissions) in enumerate(by_content.items()):
            tell(Step("verifying", done, len(by_content), "raw"))
            is_landed = any(each.pk in landed for each in submissions)
            _look_into(home, holdings, sha256, submissions, before, is_landed=is_landed)
    return holdings


def _words(person: Person) -> set[str]:
    return {*person.identifiers, *(word for name in person.written for word in name)}


def _look_into(
    home: Home,
    holdings: Holdings,
    sha256: str,
    submissions: list[Submission],
    person: Person,
    *,
    is_landed: bool,
) -> None:
    file = RawStore(home).kept_path(sha256)
    if file is None:
        return
    found = words_in(file, _words(person))
    if not is_landed and not _may_hold(found, person):
        if is_locked_away(file) and submissions[0].pk not in holdings.closed:
            holdings.closed += [each.pk for each in submissions]
        return
    held = held_in(home, file, submissions, person)
    is_told = bool(found & person.identifiers) or _is_told_by_name(file, found, person)
    if held.is_elsewhere and not held.similar and not is_told:
        return
    if not held.is_elsewhere or is_told:
        holdings.held[sha256] = held
    elif held.similar:
        holdings.held.setdefault(sha256, held)
    holdings.person = holdings.person.with_rows(row.values for row in held.rows)


def _may_hold(found: frozenset[str], person: Person) -> bool:
    return bool(found & person.identifiers) or any(set(name) <= found for name in person.written)


def _is_told_by_name(file: Path, found: frozenset[str], person: Person) -> bool:
    """Whether a file that shows no row tells of the person all the same: name and birth date stand in it."""
    if not any(set(name) <= found for name in person.written):
        return False
    days = {f"{day:{style}}" for day in person.births for style in ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")}
    return bool(words_in(file, days))


def held_in(
    home: Home,
    file: Path,
    submissions: list[Submission],
    person: Person,
    known: frozenset[tuple[int, int]] | None = None,
) -> Held:
    """What one file holds of the person, by the first of its submissions that has a verdict. `known`: its rows, by
    table and number, where they are known already."""
    judged = [each for each in submissions if hasattr(each, "verdict")]
    submission = (judged or submissions)[0]
    contract = contract_of(submission.scope.form) if submission.scope.form in contracts() else None
    if contract is None:
        return Held(submissions[0].raw_file_id or "", tuple(submissions), next(iter(contracts().values())))
    means, reading = read_again(home, file, submission)
    bare = Held(str(submission.raw_file_id), tuple(submissions), means.contract)
    if reading is None or not reading.tables:
        return bare
    rows, cells, similar = _rows_of(means, reading, person, known)
    return Held(bare.sha256, bare.submissions, means.contract, tuple(rows), tuple(cells), frozenset(similar))


def read_again(
    home: Home, file: Path, submission: Submission, *, corrected: bool = True
) -> tuple[Means, Reading | None]:
    """A file as it was read when it was judged, or as it would be read now; None where it cannot be read. Not
    `corrected`: as it is written, before what is declared to be wrong was put right."""
    scope = submission.scope
    verdict = getattr(submission, "verdict", None)
    means = (
        means_of_verdict(scope.form, verdict.contract_version, verdict.means_id)
        if verdict is not None
        else means_of(contract_of(scope.form))
    )
    try:
        if verdict is not None and corrected:
            return means, reading_of(home, means, submission)
        return means, read_report(file, means, (), scope.node.code, None, home.judge)
    except ReadError:
        return means, None


def _rows_of(
    means: Means, reading: Reading, person: Person, known: frozenset[tuple[int, int]] | None
) -> tuple[list[Row], list[Cell], set[str]]:
    contract = means.contract
    own = contract.person_field.name if contract.person_field else None
    rows: list[Row] = []
    similar: set[str] = set()
    mine: set[tuple[int, int]] = set()
    with in_memory() as con:
        type_reports(con, means, {1: reading})
        for place, values in _telling(con, contract, own):
            iin = values.get(own) if own else None
            if known is not None:
                mine |= {place} & known
                continue
            likeness = person.likeness(values, iin) if own else "other"
            if likeness == "same":
                mine.add(place)
            elif likeness == "similar" and iin:
                similar.add(iin)
        for table, number in sorted(mine):
            # A register has several rows of data in one row of its sheet.
            found = con.execute("SELECT * FROM batch WHERE _table = ? AND _row = ?", [table, number])
            names = [column[0] for column in found.description or ()]
            for cells in found.fetchall():
                values = dict(zip(names, cells, strict=True))
                rows.append(Row(table, number, {name: values[name] for name in _fields(contract)}))
    return rows, list(_cells(reading, person, mine)), similar


def rows_of_submission(home: Home, file: Path, submission: Submission) -> list[dict[str, Any]] | None:
    """Every row of a submission, field → value as typed; None where it cannot be read."""
    means, reading = read_again(home, file, submission)
    if reading is None:
        return None
    names = _fields(means.contract)
    with in_memory() as con:
        type_reports(con, means, {1: reading})
        found = con.execute(f"SELECT {', '.join(names)} FROM batch").fetchall()
    return [dict(zip(names, cells, strict=True)) for cells in found]


def _fields(contract: Contract) -> list[str]:
    return [each.name for each in contract.fields]


def _telling(
    con: duckdb.DuckDBPyConnection, contract: Contract, own: str | None
) -> Iterator[tuple[tuple[int, int], dict[str, Any]]]:
    """Place and telling columns of every row."""
    if own is None:
        return
    names = [name for name in (own, LAST, FIRST, BORN) if name in _fields(contract)]
    found = con.execute(f"SELECT _table, _row, {', '.join(names)} FROM batch")
    while rows := found.fetchmany(10_000):
        for table, number, *values in rows:
            yield (table, number), dict(zip(names, values, strict=True))


def _cells(reading: Reading, person: Person, mine: set[tuple[int, int]]) -> Iterator[Cell]:
    """Cells of other rows that say the identifier or the whole name."""
    hints = {each.lstrip("0") for each in person.identifiers} | {last for last, _ in person.names}
    for place, table in enumerate(reading.tables):
        numbers = table.text["_row"]
        for name in table.text.column_names:
            if name == "_row":
                continue
            column = written_out(table.text[name])
            masks = [pc.match_substring(column, hint, ignore_case=True) for hint in hints]
            if not masks:
                continue
            chosen = pc.fill_null(reduce(pc.or_kleene, masks), False)
            found = zip(numbers.filter(chosen).to_pylist(), column.filter(chosen).to_pylist(), strict=True)
            for number, text in found:
                if (place, number) not in mine and person.is_named_in(str(text)):
                    yield Cell(place, int(str(number)), name, str(text))
