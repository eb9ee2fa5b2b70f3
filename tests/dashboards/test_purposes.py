"""Rows of persons under a written purpose, through a real Superset: one account, one way, a time, all of it written down.

A canary is a key of a person in the file of the purpose. It turns up where the analyst asks in SQL Lab while the purpose
is in force, and nowhere else, whatever is asked and whoever asks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from ingest.home import SETTINGS_FILE, Home
from ingest.schema.values.period import LOCAL_TIME
from signin import asked

pytestmark = pytest.mark.services
TABLES = {"fct_enrolment": ["learner_key", "grade", "age", "organisation_key"], "dim_learner": []}
ASKED = "select learner_key, grade from persons.fct_enrolment order by all limit 7"
WITHOUT = ("with_purpose by other pages", "colleague", "ministry", "administrator")


@dataclass
class Room:
    """A Superset with an analyst who has a purpose, and others who have none."""

    address: str
    home: Home
    sessions: dict[str, requests.Session]
    database: int
    purpose: Any
    file: Path
    canaries: frozenset[str]

    def ask(self, reader: str, sql: str, client: str = "") -> requests.Response:
        body = {
            "database_id": self.database,
            "sql": sql,
            "runAsync": False,
            **({"client_id": client} if client else {}),
        }
        return self.sessions[reader].post(f"{self.address}/api/v1/sqllab/execute/", json=body, timeout=60)

    def tells(self, answer: requests.Response) -> bool:
        return any(key in answer.text for key in self.canaries)


@pytest.fixture(scope="module")
def room(superset: Any, readers: Any) -> Iterator[Room]:
    import ingest.ledger
    from ingest.ledger.accounts import account
    from ingest.ledger.nodes import node
    from ingest.ledger.persons import purposes
    from ingest.serve import tell_purposes
    from warehouse.storage.shown.publish import shown_number
    from warehouse.storage.shown.purposes import file_of, keep_purposes

    home = Home(superset.home)
    ingest.ledger.setup(home)
    admin = superset.session("en")
    admin.headers["Connection"] = "close"
    [database] = admin.get(f"{superset.address}/api/v1/database/", timeout=60).json()["result"]
    analyst = (
        readers.sessions["analyst"]
        .get(f"{superset.address}/api/v1/me/", timeout=60)
        .json()["result"]["username"]
    )
    until = home.now().astimezone(LOCAL_TIME).date() + timedelta(days=30)
    wanted = purposes.Wanted(analyst, TABLES, node(readers.territory["oblast"]), until, "order 15", "a study")
    granted = purposes.grant(wanted, 90, account("officer"), "officer", home.now())
    number = shown_number(home)
    assert number is not None
    assert keep_purposes(home, number) == [granted]
    tell_purposes(home)
    file = file_of(home, granted.number, number)
    with duckdb.connect(str(file), read_only=True) as con:
        keys = con.execute("SELECT DISTINCT learner_key FROM persons.fct_enrolment").fetchall()
    sessions = {**readers.sessions, "administrator": admin}
    canaries = frozenset(str(key) for (key,) in keys if key >= 0)
    assert len(canaries) > 5
    yield Room(superset.address, home, sessions, database["id"], granted, file, canaries)
    if granted in purposes.in_force(home.now()):
        purposes.end(granted.number, "done", account("officer"), home.now(), {"lines": 0, "digest": ""})
    keep_purposes(home, number)
    tell_purposes(home)


def test_the_analyst_asks_what_the_purpose_names_and_no_more(room: Room) -> None:
    answer = room.ask("analyst", ASKED)
    assert answer.ok, answer.text[:500]
    assert room.tells(answer) and len(answer.json()["data"]) == 7
    print(
        room.ask(
            "analyst",
            "select table_schema, table_name, column_name from information_schema.columns where table_schema = 'persons'",
        ).json()["data"]
    )
    assert room.ask("analyst", "select count(*) from rpt_publication").ok
    for path in (
        f"/api/v1/database/{room.database}/schemas/",
        f"/api/v1/database/{room.database}/tables/?q=(schema_name:persons)",
        f"/api/v1/database/{room.database}/table_metadata/?name=fct_enrolment&schema=persons",
        f"/api/v1/database/{room.database}/select_star/fct_enrolment/persons/",
    ):
        a = room.sessions["analyst"].get(room.address + path, timeout=60)
        print(path, a.status_code, a.text[:600])
        a = room.sessions["colleague"].get(room.address + path, timeout=60)
        print(path, a.status_code, a.text[:300])
    room.ask("analyst", ASKED, "clientone01")
    for who in ("analyst", "colleague", "administrator"):
        a = room.sessions[who].get(f"{room.address}/api/v1/sqllab/export/clientone01/", timeout=60)
        print(who, a.status_code, a.text[:300])
        a = room.sessions[who].post(
            f"{room.address}/api/v1/sqllab/export_streaming/", data={"client_id": "clientone01"}, timeout=60
        )
        print(who, a.status_code, a.text[:300])
        a = room.ask(who, ASKED)
        print(who, a.status_code, a.text[:300])
    print(asked.read(room.home.purposes))
