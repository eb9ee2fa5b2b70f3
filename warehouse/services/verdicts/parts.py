"""Parts of one report that hold the same row: the key of a form holds across all that counts for a report.

In: a judged batch, its submissions, what counts already, the vault. Out: the verdicts, those of files rejected that
repeat a row of another part; each such row names the receipt, the part and the row that has it already.

Within one batch the earlier receipt has the row, unless it was rejected itself; a correction that waits for a
confirmation has none, and what it corrects goes on counting. Persons are compared by the vault's
keys, as the lake has them; nothing of another part but the place of the row is said: its receipt, file, sheet and row.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from expectations.judging.as_written import findings_at
from expectations.judging.judge import Judged
from expectations.pages.wording import row_named
from expectations.verdict import Verdict
from ingest.databases import ARROW_ROWS
from ingest.home import Home
from ingest.ledger.decisions import winners
from ingest.ledger.decisions.removals import is_asked
from ingest.ledger.receipts.submissions import confirmed_beforehand
from ingest.ledger.records import Scope, Submission
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.texts.closed import Labels
from ingest.schema.texts.finding import Finding
from ingest.sql import name as quoted
from warehouse.services.reference import landed
from warehouse.services.verdicts.row_origins import RowOrigins
from warehouse.storage.keys.vault import Vault

CODE = "row_in_other_part"


@dataclass(frozen=True)
class _Repeated:
    """A row of a file that another submission of the same report has at `other_row`, in the table `other_table` of its
    file where that is of this batch."""

    file: int
    table: int
    row: int
    other: int
    other_row: int
    other_table: int | None


def reject_repeated(
    home: Home, contract: Contract, judged: Judged, submissions: Mapping[int, Submission], vault: Vault
) -> None:
    """Give the files of the batch that repeat rows of other parts of their report their findings.

    Changes `judged.verdicts`.
    """
    waiting = {
        number: submissions[number]
        for number, verdict in judged.verdicts.items()
        if verdict.outcome == "accepted" and verdict.rows_accepted and _is_part(submissions[number])
    }
    standing = _standing(contract.form, waiting.values())
    counting = [each for each in standing if not each.is_nil_return]
    beside = _beside(waiting, counting)
    if not beside:
        return
    found: defaultdict[int, list[_Repeated]] = defaultdict(list)
    for repeated in _repeated(home, contract, judged.con, counting, beside, vault):
        found[repeated.file].append(repeated)
    known = {**submissions} | {each.pk: each for each in counting}
    origins = RowOrigins(home, contract)
    # What a later receipt has overtaken, what counts no longer after this batch, and what does not count yet.
    later = {each.scope_id: each.pk for each in standing}
    idle = {number for number, each in waiting.items() if number < later.get(each.scope_id, 0)}
    for number in sorted(waiting):
        before = {each.pk: each for each in counting if each.scope_id == waiting[number].scope_id}
        kept = sum(each.other in before for each in found[number])
        rows = [
            each
            for each in found[number]
            if each.other not in idle and each.other not in before and _counts(each.other, judged)
        ]
        if rows:
            judged.verdicts[number] = _rejected(judged, contract, number, rows, known, origins)
        elif _will_wait(waiting[number], before.values(), kept):
            idle.add(number)
        else:
            idle |= before.keys()


def _is_part(submission: Submission) -> bool:
    return submission.scope.part != Scope.WHOLE


def _report(submission: Submission) -> tuple[int, str]:
    return submission.scope.node_id, submission.scope.period


def _counts(other: int, judged: Judged) -> bool:
    """Whether a submission counts: always where it is not of this batch."""
    return other not in judged.verdicts or judged.verdicts[other].outcome == "accepted"


def _will_wait(submission: Submission, before: Collection[Submission], kept: int) -> bool:
    """Whether a correction that keeps so many of the rows it corrects will wait for a confirmation."""
    of = sum(each.rows_standing for each in before)
    return is_asked(of - kept, of, submission.scope.form) and confirmed_beforehand(submission) is None


def _standing(form: str, waiting: Collection[Submission]) -> list[Submission]:
    """What counts already of the reports that these are parts of, nil returns too."""
    if not waiting:
        return []
    reports = {_report(each) for each in waiting}
    found = winners.operational(
        form,
        nodes={each.scope.node.code for each in waiting},
        periods={each.scope.period for each in waiting},
    )
    return [each for each in found if _report(each) in reports]


def _beside(waiting: Mapping[int, Submission], counting: Sequence[Submission]) -> list[tuple[int, int]]:
    """Pairs of a file and what may have its rows already: another part of its report, or what it corrects."""
    pairs: list[tuple[int, int]] = []
    reports: defaultdict[tuple[int, str], list[Submission]] = defaultdict(list)
    for each in [*counting, *waiting.values()]:
        reports[_report(each)].append(each)
    for number, mine in sorted(waiting.items()):
        pairs += [
            (number, other.pk)
            for other in reports[_report(mine)]
            if other.pk < number and (other.scope_id != mine.scope_id or other.pk not in waiting)
        ]
    return pairs


def _repeated(
    home: Home,
    contract: Contract,
    con: duckdb.DuckDBPyConnection,
    counting: Sequence[Submission],
    beside: Sequence[tuple[int, int]],
    vault: Vault,
) -> list[_Repeated]:
    files, others = zip(*beside, strict=True)
    pairs = pa.table({"file": pa.array(files, pa.int64()), "other": pa.array(others, pa.int64())})
    fields = [contract.field(name) for name in contract.primary_key]
    listed = ", ".join(_landed_as(field) for field in fields)
    rows = landed(home, counting, f"SELECT submission_id, source_row, {listed} FROM landed")
    con.register("part_beside", pairs)
    _know_persons(con, contract, {*files, *others}, vault)
    mine = ", ".join(_judged_as(field) for field in fields)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE part_row AS SELECT b._file, b._table, b._row, {mine} FROM batch AS b"
        f"{_with_person(contract)} WHERE b._file IN (SELECT file FROM part_beside)"
        " OR b._file IN (SELECT other FROM part_beside)"
    )
    names = ", ".join(quoted(field.lake_name) for field in fields)
    own = f"SELECT _file AS submission_id, _row AS source_row, _table AS source_table, {names} FROM part_row"
    if rows is not None:
        con.register("part_landed", rows)
        own += f" UNION ALL SELECT submission_id, source_row, NULL, {names} FROM part_landed"
    same = " AND ".join(
        f"b.{quoted(field.lake_name)} IS NOT DISTINCT FROM o.{quoted(field.lake_name)}" for field in fields
    )
    try:
        found = con.execute(
            f"""
            WITH other AS ({own})
            SELECT b._file, b._table, b._row, o.submission_id, o.source_row, o.source_table
            FROM part_row AS b
            JOIN part_beside AS p ON p.file = b._file
            JOIN other AS o ON o.submission_id = p.other AND {same}
            QUALIFY row_number() OVER (
                PARTITION BY b._file, b._table, b._row, o.submission_id ORDER BY o.source_table, o.source_row
            ) = 1
            ORDER BY ALL
            """
        ).fetchall()
    finally:
        for name in ("part_beside", "part_landed", "part_person"):
            con.unregister(name)
        con.execute("DROP TABLE IF EXISTS part_row")
    return [_Repeated(*row) for row in found]


def _know_persons(con: duckdb.DuckDBPyConnection, contract: Contract, files: set[int], vault: Vault) -> None:
    """Register `part_person(identifier, person_key)`: who of the batch the vault knows already."""
    if contract.person_field is None:
        return
    listed = ", ".join(str(int(each)) for each in sorted(files))
    found = con.execute(
        f"SELECT DISTINCT {contract.person_field.name} AS identifier FROM batch"
        f" WHERE _file IN ({listed}) AND {contract.person_field.name} IS NOT NULL"
    ).to_arrow_table(ARROW_ROWS)
    keys = vault.known_keys("iin", found["identifier"])
    con.register("part_person", found.append_column("person_key", keys))


def _with_person(contract: Contract) -> str:
    if contract.person_field is None:
        return ""
    return f" LEFT JOIN part_person AS p ON p.identifier = b.{contract.person_field.name}"


def _judged_as(field: FormField) -> str:
    """A column of the key in the batch; a person the vault does not know is in no other landed part."""
    name = quoted(field.lake_name)
    if field.lands_as == "person_key":
        return f"coalesce(CAST(p.person_key AS VARCHAR), b.{field.name}) AS {name}"
    return f"CAST(b.{field.name} AS {field.lake_type}) AS {name}"


def _landed_as(field: FormField) -> str:
    name = quoted(field.lake_name)
    return f"CAST({name} AS VARCHAR) AS {name}" if field.lands_as == "person_key" else name


def _named(
    judged: Judged, contract: Contract, repeated: _Repeated, other: Submission, origins: RowOrigins
) -> Labels | int:
    """The row of the other part as messages name it: with its sheet where that file has several with rows."""
    if repeated.other_table is None:
        listed = ", ".join(contract.primary_key)
        where = [repeated.file, repeated.table, repeated.row]
        query = f"SELECT {listed} FROM batch WHERE _file = ? AND _table = ? AND _row = ?"
        key = judged.con.execute(query, where).fetchone()
        return origins.named(other, repeated.other_row, key or ())
    tables = judged.parts[repeated.other].tables
    sheet = tables[repeated.other_table].sheet if len(tables) > 1 else None
    return row_named(repeated.other_row, sheet, None)


def _rejected(
    judged: Judged,
    contract: Contract,
    number: int,
    rows: Sequence[_Repeated],
    known: Mapping[int, Submission],
    origins: RowOrigins,
) -> Verdict:
    findings: list[Finding] = []
    tables = judged.parts[number].tables
    for place, table in enumerate(tables):
        here: dict[int, _Repeated] = {}
        for each in rows:
            if each.table == place:
                here.setdefault(each.row, each)
        facts = [
            {
                "receipt": str(each.other),
                "part": known[each.other].scope.part,
                "file": known[each.other].file_name or "—",
                "other_row": _named(judged, contract, each, known[each.other], origins),
            }
            for _, each in sorted(here.items())
        ]
        findings += findings_at(CODE, table, contract.primary_key, sorted(here), facts)
    return judged.verdicts[number].with_findings(findings, contract)
