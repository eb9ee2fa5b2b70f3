"""Where readers ask: the shared Superset, who is signed in there, and what none of them may be told.

A canary is a name or code that stands in the whole warehouse and not in the reader's own file.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import requests

from dashboards.definition import load

DEFINITION = load()
TABLE = "rpt_reporting_discipline"
READERS = ("oblast", "district", "nowhere")


@dataclass
class Room:
    """The shared Superset with what every question needs. `charts`: what each asks, by its identifier."""

    address: str
    home: Path
    sessions: dict[str, requests.Session]
    territory: dict[str, str | None]
    admin: requests.Session
    datasets: dict[str, int]
    database: int
    charts: dict[str, dict[str, Any]]

    @property
    def current(self) -> Path:
        return (self.home / "published" / "current").resolve()

    def file(self, reader: str) -> Path:
        own = self.current / "reading" / f"{self.territory[reader]}.duckdb"
        return own if own.exists() else self.current / "reading" / "none.duckdb"


def words_in(file: Path) -> set[str]:
    """Names and codes of territories and of who reports in the reporting tables of a file."""
    found: set[str] = set()
    with duckdb.connect(str(file), read_only=True) as con:
        columns = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE starts_with(table_name, 'rpt_') AND "
            "regexp_matches(column_name, '^(oblast|district|node|organisation)_(name_kk|name_ru|code|bin)$')"
        ).fetchall()
        for table, column in columns:
            found |= {
                str(word) for (word,) in con.execute(f'SELECT DISTINCT "{column}" FROM "{table}"').fetchall()
            }
    return found


def canaries(room: Room, reader: str) -> set[str]:
    """What no answer to that reader may hold."""
    # A rule names the reader's own territory in the SQL that answers carry, rows or none.
    territory = str(room.territory[reader])
    own = words_in(room.file(reader)) | {territory, f"{territory[:2]}0000000"}
    outside = words_in(room.current / "warehouse.duckdb") - own
    # The country itself is no secret: its rows are everybody's, and its name stands on pages.
    with duckdb.connect(str(room.current / "warehouse.duckdb"), read_only=True) as con:
        country = con.execute(
            "SELECT unnest([node_code, node_name_kk, node_name_ru]) FROM dim_node WHERE node_kind = 'republic' "
            "UNION SELECT oblast_code FROM dim_territory WHERE territory_code = 'republic'"
        ).fetchall()
    assert country, "the ministry is a node"
    outside -= {word for (word,) in country}
    return {word for word in outside if len(word) > 4 and not any(word in mine for mine in own)}


def tells(text: str, sought: set[str]) -> bool:
    """Whether a text holds a canary; digits within a longer number are none (a day in milliseconds has many)."""
    return any(
        re.search(rf"(?<!\d){word}(?!\d)" if word.isdecimal() else re.escape(word), text)
        for word in sought
        if word in text
    )


def said(answer: requests.Response) -> str:
    """Everything an answer says, as text."""
    kind = answer.headers.get("Content-Type", "")
    if "json" in kind:
        return json.dumps(answer.json(), ensure_ascii=False)
    if "sheet" in kind or answer.content[:2] == b"PK":
        book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
        return "\n".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row
        )
    return answer.content.decode("utf-8", errors="replace")


def context(dataset: int, **query: Any) -> dict[str, Any]:
    """A query context made by hand: no basis, no filter, all that is there."""
    asked = {
        "columns": ["oblast_code"],
        "metrics": ["due"],
        "filters": [],
        "orderby": [],
        "row_limit": 10_000,
    }
    further = {key: query.pop(key) for key in ("result_type", "result_format") if key in query}
    return {
        "datasource": {"id": dataset, "type": "table"},
        "force": True, "result_format": "json", "result_type": "full", "queries": [asked | query], **further,
    }  # fmt: skip


def own(sql: str) -> dict[str, Any]:
    return {"expressionType": "SQL", "sqlExpression": sql, "label": "own"}
