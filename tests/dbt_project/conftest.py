"""A small installation written by hand, and dbt run over it for real.

In: nothing. Out: fixtures that give a folder with lake and ledger extracts (`Installation`), the world written
into it (`country`) and the warehouse built from it (`built`).
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.schema.load import contracts
from ingest.schema.period import Period

PROJECT = Path(__file__).parents[2] / "dbt_project"
ARROW = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "int": pa.int32(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
INPUTS: dict[str, str] = {
    "manifest": "submission_id:bigint batch_id form node_code node_kind period period_kind period_start:date "
    "period_end:date part is_operational:boolean is_official:boolean is_nil_return:boolean received_at:timestamp "
    "accepted_at:timestamp approved_at:timestamp rows_accepted:int open_queries:int",
    "submission": "submission_id:bigint form node_code period period_start:date period_end:date part channel state "
    "is_nil_return:boolean received_at:timestamp judged_at:timestamp rows_in:int rows_accepted:int rows_rejected:int "
    "rows_not_data:int errors:int queries:int notes:int contract_version:int is_operational:boolean "
    "is_official:boolean",
    "submission_event": "event_id:bigint submission_id:bigint kind channel on_behalf_of occurred_at:timestamp",
    "obligation": "obligation_id:bigint form node_code period period_kind period_start:date period_end:date part "
    "due_at:timestamp status ended_at:timestamp operational_submission_id:bigint official_submission_id:bigint",
    "node": "node_code kind parent_code territory_code name_kk name_ru valid_from:date valid_to:date",
    "publication": "number:int data_as_of:timestamp demo:boolean",
}
Row = dict[str, Any]


def _schema(columns: str) -> pa.Schema:
    pairs = (column.partition(":") for column in columns.split())
    return pa.schema([(name, ARROW[kind or "string"]) for name, _, kind in pairs])


@dataclass
class Installation:
    """Lake and ledger extracts in a folder of their own, and the dbt run over them."""

    root: Path
    inputs: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in INPUTS})

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    def write_batch(self, form: str, period: str, batch: str, rows: list[Row]) -> None:
        """One Parquet file of the lake, as landing writes it."""
        columns = [(item.lake_name, ARROW[item.lake_type]) for item in contracts()[form].landed_fields]
        columns += [("submission_id", pa.int64()), ("batch_id", pa.string()), ("source_row", pa.int32())]
        numbered = [
            {"batch_id": batch, "source_row": number, **row} for number, row in enumerate(rows, start=2)
        ]
        path = self.root / "lake" / form / f"period={period}" / f"{batch}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(numbered, schema=pa.schema(columns)), path)

    def submit(
        self, number: int, form: str, node: str, period: str, rows: list[Row] | None, **more: Any
    ) -> None:
        """A submission as the ledger would extract it; `rows` None is a nil return. `more`: operational, official, …"""
        contract = contracts()[form]
        span = Period.parse(contract.period, period)
        operational, official = more.get("operational", True), more.get("official", False)
        received = more.get("received", datetime(2026, 9, 1, 5) + timedelta(minutes=number))
        batch = f"batch-{number}"
        common = {
            "submission_id": number, "form": form, "node_code": node, "period": period, "period_start": span.start,
            "period_end": span.end, "part": more.get("part", "whole"), "is_operational": operational,
            "is_official": official, "is_nil_return": rows is None, "received_at": received,
            "rows_accepted": len(rows or []),
        }  # fmt: skip
        self.inputs["submission"].append(
            common
            | {"channel": "drop", "state": more.get("state", "approved" if official else "accepted"),
               "judged_at": received, "rows_in": len(rows or []), "rows_rejected": 0, "rows_not_data": 0, "errors": 0,
               "queries": 0, "notes": 0, "contract_version": 1}
        )  # fmt: skip
        if operational or official:
            kind = contract.submitted_by[0]
            self.inputs["manifest"].append(
                common
                | {
                    "batch_id": batch,
                    "node_kind": kind,
                    "period_kind": contract.period,
                    "accepted_at": received,
                }
            )
        self.inputs["submission_event"].append(
            {"event_id": number * 10, "submission_id": number, "kind": "received", "channel": "drop",
             "on_behalf_of": node, "occurred_at": received}
        )  # fmt: skip
        if rows is not None:
            self.write_batch(form, period, batch, [row | {"submission_id": number} for row in rows])

    def oblige(
        self, node: str, week: str, status: str, operational: int | None, official: int | None
    ) -> None:
        """A weekly attendance report that was due by the end of the next Monday, 23:59 in Kazakhstan (UTC+5)."""
        span = Period.parse("week", week)
        due = datetime.combine(span.end + timedelta(days=1), datetime.min.time()) + timedelta(hours=19)
        received = {row["submission_id"]: row["received_at"] for row in self.inputs["submission"]}
        self.inputs["obligation"].append(
            {"obligation_id": len(self.inputs["obligation"]) + 1, "form": "attendance", "node_code": node,
             "period": week, "period_kind": "week", "period_start": span.start, "period_end": span.end,
             "part": "whole", "due_at": due, "status": status, "ended_at": received.get(operational),
             "operational_submission_id": operational, "official_submission_id": official}
        )  # fmt: skip

    def write(self) -> None:
        """The ledger's extracts, and the empty file every form of the lake has from the start."""
        for form in contracts():
            self.write_batch(form, "none", "empty", [])
        (self.root / "inputs").mkdir(exist_ok=True)
        for name, rows in self.inputs.items():
            pq.write_table(
                pa.Table.from_pylist(rows, schema=_schema(INPUTS[name])),
                self.root / "inputs" / f"{name}.parquet",
            )

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt over this installation; its output is in the result, its files stay in the folder."""
        environment = os.environ | {
            "BBAJ_WAREHOUSE": str(self.warehouse),
            "BBAJ_LAKE": str(self.root / "lake"),
            "BBAJ_INPUTS": str(self.root / "inputs"),
        }
        command = [
            sys.executable,
            "-c",
            "from dbt.cli.main import cli; cli()",
            "--log-path",
            str(self.root / "logs"),
            *arguments,
        ]
        where = [
            "--project-dir",
            str(PROJECT),
            "--profiles-dir",
            str(PROJECT),
            "--target-path",
            str(self.root / "target"),
        ]
        return subprocess.run(
            [*command, *where], env=environment, capture_output=True, text=True, check=False
        )

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the built warehouse."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            return connection.execute(sql).fetchall()


@dataclass
class Country:
    """The written world: what was submitted, for tests to compute their own expectations from."""

    installation: Installation
    attendance: dict[int, list[Row]]


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    """An empty installation."""
    return Installation(tmp_path)


@pytest.fixture(scope="session")
def new_installation() -> type[Installation]:
    """For fixtures of a wider scope: an empty installation in a folder of their own."""
    return Installation


@pytest.fixture(scope="session")
def country(tmp_path_factory: pytest.TempPathFactory) -> Country:
    """A country of seven organisations and two weeks, with everything that can go wrong in it."""
    home = Installation(tmp_path_factory.mktemp("country"))
    world = Country(home, {})
    _registers(home)
    _reports(world)
    home.inputs["publication"].append({"number": 7, "data_as_of": datetime(2026, 9, 16, 7), "demo": True})
    home.write()
    return world


@pytest.fixture(scope="session")
def built(country: Country) -> Iterator[Country]:
    """The country after a whole `dbt build`, unit tests included."""
    result = country.installation.dbt("build")
    assert result.returncode == 0, result.stdout + result.stderr
    yield country


TERRITORIES = [
    ("100000000", "oblast", "0", "область Абай", "Абай облысы"),
    ("101000000", "district", "1", "Семей Г.А.", "Семей Қ.Ә."),
    ("101010000", "sub_district", "1", "г.Семей", "Семей қ."),
    ("110000000", "oblast", "0", "Акмолинская область", "Ақмола облысы"),
    ("113800000", "district", "4", "Атбасарский район", "Атбасар ауданы"),
    ("113820100", "settlement", "1", "г.Атбасар", "Атбасар қ."),
    ("710000000", "oblast", "1", "г.Астана", "Астана қ."),
    ("711110000", "sub_district", "1", "район Алматы", "Алматы ауданы"),
]
SEMEY, ASTANA, ATBASAR, CLOSED, RENAMED, UNREGISTERED, EXEMPT = (
    f"65094000{n:04d}" for n in range(16, 86, 10)
)
PLACES = {SEMEY: "101010000", ASTANA: "711110000", ATBASAR: "113820100", CLOSED: "113820100", RENAMED: "101010000",
          EXEMPT: "711110000"}  # fmt: skip
RURAL = {ATBASAR, CLOSED}
DANGLING_LEARNER = 9_000_000_001


def _registers(home: Installation) -> None:
    codes = [
        dict(zip(("kato", "level", "type_code", "name_ru", "name_kk"), row, strict=True))
        for row in TERRITORIES
    ]
    home.submit(1, "territory_register", "KZ", "2026-07-17", codes, official=True)
    first, last = date(2026, 9, 1), date(2026, 10, 25)
    calendar: list[Row] = [
        {"segment": "term", "segment_no": 1, "name_kk": "I тоқсан", "name_ru": "I четверть", "start_date": first,
         "end_date": last},
        {"segment": "break", "segment_no": 3, "name_kk": "Қосымша каникул", "name_ru": "Дополнительные каникулы",
         "start_date": date(2026, 9, 14), "end_date": date(2026, 9, 20), "grade_from": 1, "grade_to": 1},
        {"segment": "break", "segment_no": 1, "name_kk": "Күзгі каникул", "name_ru": "Осенние каникулы",
         "start_date": date(2026, 10, 26), "end_date": date(2026, 11, 1)},
        {"segment": "holiday", "segment_no": 1, "name_kk": "Мереке", "name_ru": "Праздник",
         "start_date": date(2026, 9, 10), "end_date": date(2026, 9, 10)},
    ]  # fmt: skip
    home.submit(2, "school_calendar", "KZ", "2026-2027", calendar, official=True)
    opened = [
        {"bin": code, "event": "opened", "event_date": date(2020, 9, 1), "name_kk": f"№{place} мектеп",
         "name_ru": f"Школа №{place}", "kind": "secondary_school", "kato": kato,
         "locality": "rural" if code in RURAL else "urban"}
        for place, (code, kato) in enumerate(PLACES.items())
    ]  # fmt: skip
    home.submit(3, "organisation_register", "101000000", "2026-08-25", opened)
    later = [
        {"bin": CLOSED, "event": "closed", "event_date": date(2026, 9, 7)},
        {
            "bin": RENAMED,
            "event": "renamed",
            "event_date": date(2026, 9, 8),
            "name_kk": "Жаңа",
            "name_ru": "Новая",
        },
    ]
    home.submit(4, "organisation_register", "101000000", "2026-09-10", later)
    names = {"KZ": "republic", "100000000": "oblast", "101000000": "district"} | dict.fromkeys(
        [*PLACES, UNREGISTERED], "organisation"
    )
    for code, kind in names.items():
        home.inputs["node"].append({"node_code": code, "kind": kind, "territory_code": PLACES.get(code, code),
                                    "name_kk": f"{code} kk", "name_ru": f"{code} ru"})  # fmt: skip


def _reports(world: Country) -> None:
    home = world.installation
    chance = random.Random(503)
    for number, code in enumerate([*PLACES, UNREGISTERED]):
        roster = [{"bin": code, "person_key": learner, "sex": "m", "grade": 1 + learner % 3, "letter": "А", "age": 8}
                  for learner in _learners(code)]  # fmt: skip
        home.submit(10 + number, "learner_roster", code, "2026-09", roster, official=True)

    def attend(number: int, code: str, week: str, learners: list[int], **more: Any) -> None:
        world.attendance[number] = _week(chance, code, week, learners)
        home.submit(number, "attendance", code, week, world.attendance[number], **more)

    late = datetime(2026, 9, 15, 6)
    attend(20, SEMEY, "2026-W36", _learners(SEMEY)[:-1], operational=False, official=True)
    attend(21, SEMEY, "2026-W36", _learners(SEMEY))
    home.submit(22, "attendance", ASTANA, "2026-W36", None, official=True)
    attend(23, ASTANA, "2026-W37", _learners(ASTANA), received=late)
    attend(24, ATBASAR, "2026-W36", _learners(ATBASAR)[:4], part="1А", official=True)
    attend(25, ATBASAR, "2026-W36", _learners(ATBASAR)[4:], part="2А", official=True)
    attend(26, CLOSED, "2026-W36", _learners(CLOSED), official=True)
    attend(27, RENAMED, "2026-W37", [*_learners(RENAMED), DANGLING_LEARNER], official=True)
    attend(28, UNREGISTERED, "2026-W37", _learners(UNREGISTERED))
    attend(29, ATBASAR, "2026-W37", _learners(ATBASAR), operational=False, state="rejected")
    # A batch of a judging that was killed before its verdict: in the lake, in no manifest.
    home.write_batch(
        "attendance", "2026-W36", "orphan", [row | {"submission_id": 21} for row in world.attendance[21]]
    )
    for code, week, status, operational, official in [
        (SEMEY, "2026-W36", "fulfilled", 21, 20),
        (SEMEY, "2026-W37", "missing", None, None),
        (ASTANA, "2026-W36", "nil_return", 22, 22),
        (ASTANA, "2026-W37", "late", 23, None),
        (ATBASAR, "2026-W36", "fulfilled", 25, 25),
        (ATBASAR, "2026-W37", "open", None, None),
        (CLOSED, "2026-W36", "fulfilled", 26, 26),
        (CLOSED, "2026-W37", "not_applicable", None, None),
        (RENAMED, "2026-W37", "fulfilled", 27, 27),
        (EXEMPT, "2026-W36", "exempt", None, None),
        (SEMEY, "2026-W38", "open", None, None),
    ]:
        home.oblige(code, week, status, operational, official)


def _learners(code: str) -> list[int]:
    return [int(code[-4:]) * 1000 + number for number in range(8)]


def _week(chance: random.Random, code: str, week: str, learners: list[int]) -> list[Row]:
    first = Period.parse("week", week).start
    rows: list[Row] = []
    for learner in learners:
        for day in range(5):
            missed = chance.choice([0, 0, 0, 2, 6])
            rows.append(
                {"bin": code, "person_key": learner, "date": first + timedelta(days=day), "grade": 2, "letter": "А",
                 "lessons_scheduled": 6, "lessons_missed": missed, "lessons_missed_valid": min(missed, 2),
                 "is_late": chance.random() < 0.2, "absence_reason": chance.choice(["ILL", "INV"]) if missed else None}
            )  # fmt: skip
    return rows
