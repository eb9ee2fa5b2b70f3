"""A country that has reported a month: lake, ledger and vault written by SQL and in bulk, no file behind them.

In: an empty home, how many organisations. Out: what receiving, judging and landing would have left, the same for the
same number: registers in effect, of each organisation a list of learners and four weeks of attendance, a row for every
learner and day. What one organisation reports anew comes as a landing of its own (`report_again`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import duckdb
import numpy as np

from bench.national.landed_rows import BITS, CORRECTED, FACTOR, SHIFT, rows_landed
from ingest.databases import in_memory
from ingest.home import SETTINGS_FILE, Home
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period, periods
from ingest.sql import literal
from warehouse.storage.files import written
from warehouse.storage.keys.vault import LOWEST_KEY, Vault
from warehouse.storage.lake.keys_once import remembered
from warehouse.storage.lake.lake_files import lake_file
from warehouse.storage.lake.land import PARQUET

FIRST_DAY, LAST_DAY = date(2026, 9, 7), date(2026, 10, 4)
NOW = "2026-10-06T05:00:00+00:00"
OBLASTS, DISTRICTS = 20, 200
LEARNERS = (4, 1000)
"""So many learners an organisation has, from the least to the most: half of that and a little more on average."""
_REPORTS_OF_A_BATCH = 200
_AT_ONCE = 2000
_PEOPLE_AT_ONCE = 500_000
_SETTINGS = f"""
demo = true
now = {NOW}

[collected]
attendance = {FIRST_DAY}
learner_roster = 2026-09-01

[duckdb]
"""


@dataclass(frozen=True)
class Country:
    """What was made. `rows`: of attendance."""

    organisations: int
    learners: int
    rows: int


@dataclass(frozen=True)
class _Report:
    """One submission to be written: number, scope, batch and how many rows it has."""

    number: int
    form: str
    node: int
    period: Period
    rows: int
    batch: str
    approved: bool


def make_country(home: Home, organisations: int, memory_gib: float) -> Country:
    """Make it. `memory_gib`: what the installation lets a database take."""
    from warehouse.services.hierarchy.registers import follow
    from warehouse.services.upkeep.installation import initialise

    home.root.mkdir(parents=True)
    settings = f"{_SETTINGS}memory_gib = {memory_gib}\n"
    (home.root / SETTINGS_FILE).write_text(settings, encoding="utf-8")
    initialise(home)
    with in_memory() as con:
        _plan(con, organisations)
        _write_reports(home, con, list(_of_republic(con)))
        follow(home)
        _write_reports(home, con, list(_registers(con)))
        follow(home)
        _issue_keys(home, con)
        reports = list(_of_organisations(con))
        _write_reports(home, con, reports)
        learners, rows = _one(con, "SELECT sum(learners) FROM organisation"), 0
        rows = sum(each.rows for each in reports if each.form == "attendance")
    return Country(organisations, learners, rows)


def report_again(home: Home, organisations: int, place: int) -> int:
    """One organisation reports the last week but one anew, more lessons missed; the number of the submission."""
    from ingest.ledger.records import Submission

    number = max(Submission.objects.order_by("-pk").values_list("pk", flat=True)[0], CORRECTED) + 1
    period = _weeks()[-2]
    with in_memory() as con:
        _plan(con, organisations)
        rows = _one(con, f"SELECT learners * 5 FROM organisation WHERE number = {place}")
        report = _Report(number, "attendance", place, period, rows, f"again-{number}", False)
        _write_reports(home, con, [report])
    return number


def _plan(con: duckdb.DuckDBPyConnection, organisations: int) -> None:
    """Tables of who there is: districts and organisations, with the place of each one's first learner among all."""
    least, most = LEARNERS
    con.execute(
        f"""
        CREATE TABLE district AS
        SELECT
            range AS number,
            format('{{:02d}}0000000', 10 + range % {OBLASTS}) AS oblast,
            format('{{:02d}}{{:02d}}00000', 10 + range % {OBLASTS}, 30 + range // {OBLASTS}) AS code,
            format('{{:02d}}{{:02d}}20100', 10 + range % {OBLASTS}, 30 + range // {OBLASTS}) AS settlement
        FROM range({min(DISTRICTS, max(organisations // 4, OBLASTS))});
        CREATE TABLE organisation AS
        SELECT
            *,
            coalesce(sum(learners) OVER (ORDER BY number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::BIGINT
                AS first_person
        FROM (
            SELECT
                range AS number,
                range % (SELECT count(*) FROM district) AS district,
                (650940000000 + range)::VARCHAR AS code,
                ({least} + hash(range, 'learners') % {most - least + 1})::BIGINT AS learners
            FROM range({organisations})
        );
        """
    )


def _of_republic(con: duckdb.DuckDBPyConnection) -> Iterator[_Report]:
    territories = _one(con, "SELECT count(*) * 2 + count(DISTINCT oblast) FROM district")
    yield _Report(
        1, "territory_register", -1, Period.parse("as_of", "2026-07-17"), territories, "territories", True
    )
    yield _Report(2, "school_calendar", -1, Period.parse("school_year", "2026-2027"), 7, "calendar", True)


def _registers(con: duckdb.DuckDBPyConnection) -> Iterator[_Report]:
    period = Period.parse("as_of", "2026-08-20")
    counted = con.execute("SELECT district, count(*) FROM organisation GROUP BY ALL ORDER BY 1").fetchall()
    for district, count in counted:
        yield _Report(10 + district, "organisation_register", district, period, count, "organisations", True)


def _weeks() -> list[Period]:
    return list(periods("week", FIRST_DAY, LAST_DAY))


def _of_organisations(con: duckdb.DuckDBPyConnection) -> Iterator[_Report]:
    listed = con.execute("SELECT number, learners FROM organisation ORDER BY 1").fetchall()
    number = 1000
    for form, period, days in [
        ("learner_roster", Period.parse("month", "2026-09"), 1),
        *(("attendance", week, 5) for week in _weeks()),
    ]:
        for organisation, learners in listed:
            number += 1
            batch = f"{period.text}-{organisation // _REPORTS_OF_A_BATCH}"
            yield _Report(number, form, organisation, period, learners * days, batch, number % 5 != 0)


def _issue_keys(home: Home, con: duckdb.DuckDBPyConnection) -> None:
    """The vault has issued a key for every learner: that of a place among all of them follows from the place."""
    people = _one(con, "SELECT sum(learners) FROM organisation")
    with Vault(home, lambda count: drawn.pop(0)) as vault:
        for first in range(0, people, _PEOPLE_AT_ONCE):
            places = np.arange(first, min(first + _PEOPLE_AT_ONCE, people), dtype=np.uint64)
            mixed = (places * np.uint64(FACTOR) + np.uint64(SHIFT)) & np.uint64((1 << BITS) - 1)
            drawn = [(mixed + np.uint64(LOWEST_KEY)).tolist()]
            with vault._writing():
                vault._issue(len(places))


def _write_reports(home: Home, con: duckdb.DuckDBPyConnection, reports: Sequence[_Report]) -> None:
    """Into the lake, a file a batch, and into the ledger."""
    batches: dict[tuple[str, str, str], list[_Report]] = {}
    for report in reports:
        batches.setdefault((report.form, report.period.text, report.batch), []).append(report)
    for (form, period, batch), held in batches.items():
        con.execute("CREATE OR REPLACE TABLE report (submission_id BIGINT, node BIGINT)")
        con.executemany("INSERT INTO report VALUES (?, ?)", [(each.number, each.node) for each in held])
        file = lake_file(home.lake, form, period, batch)
        with written(
            file, digested=True, remembered=partial(remembered, con, contract=contracts()[form])
        ) as draft:
            query = rows_landed(contracts()[form], held[0].period, batch)
            con.execute(f"COPY ({query}) TO {literal(draft)} ({PARQUET})")
    _write_ledger(
        reports,
        dict(con.execute("SELECT number, code FROM organisation").fetchall()),
        dict(con.execute("SELECT number, code FROM district").fetchall()),
    )


def _write_ledger(
    reports: Sequence[_Report], organisations: dict[int, str], districts: dict[int, str]
) -> None:
    from django.db import transaction

    from ingest.ledger.accounts import PIPELINE, account
    from ingest.ledger.models.scope import Scope
    from ingest.ledger.records import Node, RawFile, Submission, SubmissionEvent, Verdict

    nodes = dict(Node.objects.values_list("code", "pk"))
    codes = {"organisation_register": districts, "learner_roster": organisations, "attendance": organisations}
    actor = account(PIPELINE)

    def node(report: _Report) -> int:
        return nodes[codes[report.form][report.node] if report.node >= 0 else Node.REPUBLIC_CODE]

    known = {
        (form, of, period): pk
        for form, of, period, pk in Scope.objects.values_list("form", "node_id", "period", "pk")
    }
    new = [each for each in reports if (each.form, node(each), each.period.text) not in known]
    scopes = {
        each.number: known.get((each.form, node(each), each.period.text), each.number) for each in reports
    }

    def made(model: Any, rows: Iterator[Any]) -> None:
        kept = list(rows)
        for start in range(0, len(kept), _AT_ONCE):
            model.objects.bulk_create(kept[start : start + _AT_ONCE])

    with transaction.atomic():
        made(
            RawFile,
            (RawFile(sha256=_content(each), size=30_000, stored_at=_moment(each)) for each in reports),
        )
        made(Scope, (Scope(
            pk=each.number, form=each.form, node_id=node(each), period=each.period.text,
            period_kind=each.period.kind, period_start=each.period.start, period_end=each.period.end,
            part=Scope.WHOLE, part_key=Scope.WHOLE) for each in new))  # fmt: skip
        made(Submission, (Submission(
            pk=each.number, scope_id=scopes[each.number], raw_file_id=_content(each), file_name=f"{each.form}.xlsx",
            received_at=_moment(each), channel="drop", actor=actor, on_behalf_of_id=node(each),
            state="approved" if each.approved else "accepted",
            approved_at=_moment(each, 2) if each.approved else None) for each in reports))  # fmt: skip
        made(Verdict, (Verdict(
            submission_id=each.number, outcome="accepted", contract_version=contracts()[each.form].version,
            rows_in=each.rows, rows_accepted=each.rows, batch_id=each.batch, judged_at=_moment(each, 1))
            for each in reports))  # fmt: skip
        for kind, days in (("received", 0), ("accepted", 1), ("approved", 2)):
            made(SubmissionEvent, (SubmissionEvent(
                submission_id=each.number, kind=kind, actor=actor, channel="drop", at=_moment(each, days))
                for each in reports if each.approved or kind != "approved"))  # fmt: skip


def _content(report: _Report) -> str:
    return sha256(f"{report.number}".encode()).hexdigest()


def _moment(report: _Report, hours: int = 0) -> datetime:
    day = min(report.period.end, LAST_DAY)
    return datetime(day.year, day.month, day.day, 6, tzinfo=UTC) + timedelta(hours=24 + hours)


def _one(con: duckdb.DuckDBPyConnection, query: str) -> int:
    row = con.execute(query).fetchone()
    return int(row[0]) if row else 0
