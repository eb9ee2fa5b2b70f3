"""An installation written by hand: lake and ledger extracts as the rest of the system writes them.

In: submissions and obligations told one by one. Out: Parquet files in a folder, and dbt run over them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from ingest.schema.forms.load import contracts
from ingest.schema.values.period import Period
from tests.dbt_project.statements import build
from tests.warm.models import Begun

PROJECT = Path(__file__).parents[2] / "dbt_project"
PROGRAM = Path(__file__).parents[2] / "warehouse" / "storage" / "builds" / "engines" / "dbt_run.py"
ARROW: dict[str, pa.DataType] = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "int": pa.int32(),
    "decimal(18, 4)": pa.decimal128(18, 4),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
}
INPUTS: dict[str, str] = {
    "manifest": """
        submission_id:bigint batch_id form node_code node_kind period period_kind period_start:date
        period_end:date part is_operational:boolean is_official:boolean is_nil_return:boolean
        received_at:timestamp accepted_at:timestamp approved_at:timestamp rows_accepted:int
        open_queries:int""",
    "submission": """
        submission_id:bigint form node_code period period_start:date period_end:date part channel state
        is_nil_return:boolean received_at:timestamp judged_at:timestamp rows_in:int rows_accepted:int
        rows_rejected:int rows_not_data:int errors:int queries:int notes:int contract_version:int
        is_operational:boolean is_official:boolean is_held_back:boolean""",
    "finding": "submission_id:bigint cause severity findings:int answered:int",
    "submission_event": """
        event_id:bigint submission_id:bigint kind channel on_behalf_of occurred_at:timestamp""",
    "obligation": """
        obligation_id:bigint form node_code period period_kind period_start:date period_end:date part
        due_at:timestamp status ended_at:timestamp operational_submission_id:bigint
        official_submission_id:bigint""",
    "node": """
        node_code kind parent_code territory_code name_kk name_ru valid_from:date valid_to:date""",
    "organisation_event": """
        directive_id:bigint organisation_code event event_date:date other_organisation_code""",
    "landing": "form period batch_id sha256 is_key_once:boolean",
    "publication": "number:int data_as_of:timestamp demo:boolean least_persons:int least_organisations:int",
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
    taken_out: list[Row] = field(default_factory=list)
    """Entries of the manifest that were in it once."""

    @property
    def warehouse(self) -> Path:
        return self.root / "draft.duckdb"  # as a build calls it: the model is parsed once for both

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
        """A submission as the ledger would extract it; `rows` None is a nil return."""
        contract = contracts()[form]
        span = Period.parse(contract.period, period)
        operational, official = more.get("operational", True), more.get("official", False)
        received = more.get("received", datetime(2026, 9, 1, 5) + timedelta(minutes=number))
        batch = f"batch-{number}"
        common = {
            "submission_id": number,
            "form": form,
            "node_code": node,
            "period": period,
            "period_start": span.start,
            "period_end": span.end,
            "part": more.get("part", "whole"),
            "is_operational": operational,
            "is_official": official,
            "is_nil_return": rows is None,
            "received_at": received,
            "rows_accepted": len(rows or []),
        }
        self.inputs["submission"].append(
            common
            | {
                "channel": "drop",
                "state": more.get("state", "approved" if official else "accepted"),
                "judged_at": received if more.get("is_judged", True) else None,
                "rows_in": len(rows or []),
                "rows_rejected": 0,
                "rows_not_data": 0,
                "errors": 0,
                "queries": 0,
                "notes": 0,
                "contract_version": 1,
                "is_held_back": more.get("held_back", False),
            }
        )
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
            {
                "event_id": number * 10,
                "submission_id": number,
                "kind": "received",
                "channel": "drop",
                "on_behalf_of": node,
                "occurred_at": received,
            }
        )
        if rows is not None:
            self.write_batch(form, period, batch, [row | {"submission_id": number} for row in rows])

    def find(self, number: int, cause: str, severity: str, findings: int, answered: int = 0) -> None:
        """What was found in a submission, as it is counted for a build."""
        counted = {"cause": cause, "severity": severity, "findings": findings, "answered": answered}
        self.inputs["finding"].append({"submission_id": number, **counted})

    def oblige(
        self, node: str, week: str, status: str, operational: int | None, official: int | None
    ) -> None:
        """A weekly attendance report due by the end of the next Monday, midnight in Kazakhstan (UTC+5)."""
        span = Period.parse("week", week)
        due = datetime.combine(span.end + timedelta(days=1), datetime.min.time()) + timedelta(hours=19)
        received = {row["submission_id"]: row["received_at"] for row in self.inputs["submission"]}
        self.inputs["obligation"].append(
            {
                "obligation_id": len(self.inputs["obligation"]) + 1,
                "form": "attendance",
                "node_code": node,
                "period": week,
                "period_kind": "week",
                "period_start": span.start,
                "period_end": span.end,
                "part": "whole",
                "due_at": due,
                "status": status,
                "ended_at": received.get(operational),
                "operational_submission_id": operational,
                "official_submission_id": official,
            }
        )

    def write(self) -> None:
        """The ledger's extracts, and the empty file every form of the lake has from the start."""
        for form in contracts():
            self.write_batch(form, "none", "empty", [])
        (self.root / "inputs").mkdir(exist_ok=True)
        for name, rows in self.inputs.items():
            settings = {"least_persons": 5, "least_organisations": 3} if name == "publication" else {}
            pq.write_table(
                pa.Table.from_pylist([settings | row for row in rows], schema=_schema(INPUTS[name])),
                self.root / "inputs" / f"{name}.parquet",
            )

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt over this installation; its output is in the result, its files stay in the folder.

        Paths are relative to that folder, as a build's are: what dbt parsed for one installation holds for the next.
        """
        environment = os.environ | {
            "BBAJ_WAREHOUSE": self.warehouse.name,
            "BBAJ_LAKE": "lake",
            "BBAJ_INPUTS": "inputs",
        }
        words = ["--log-path", "logs", *arguments, "--project-dir", str(PROJECT)]
        words += ["--profiles-dir", str(PROJECT), "--target-path", str(self.root / "target")]
        with (self.root / "dbt.out").open("wb") as out, Path(os.devnull).open("wb") as nobody:
            command = [sys.executable, "-P", str(PROGRAM), str(nobody.fileno()), *words]
            handed = [nobody.fileno(), nobody.fileno()]
            begun = Begun(command, env=environment, cwd=self.root, stdout=out, stderr=out, pass_fds=handed)
            ended = begun.wait()
        said = (self.root / "dbt.out").read_text(encoding="utf-8")
        return subprocess.CompletedProcess(command, ended, said, "")

    def build(self, *models: str) -> None:
        """Build the model, or some models of it anew, by its statements alone: what dbt checks besides is not."""
        build(self.root, self.warehouse, models or None)

    def tested(self, *selected: str) -> subprocess.CompletedProcess[str]:
        """Build the model by its statements and let dbt run some of its tests over that, as it does in a build."""
        self.build()
        return self.dbt("test", "--select", *selected)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the built warehouse, the tables of single persons included."""
        with duckdb.connect(str(self.warehouse), read_only=True) as connection:
            known = {
                name for (name,) in connection.execute("select schema_name from duckdb_schemas()").fetchall()
            }
            if "persons" in known:  # a build of few models makes none
                connection.execute("set search_path = 'main,persons'")
            return connection.execute(sql).fetchall()
