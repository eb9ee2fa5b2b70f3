"""Rows of persons under a written purpose, through a real Superset: one account, one way, a time, all written down.

A canary is a key of a person in the file of the purpose. It turns up where the analyst asks in SQL Lab while the
purpose is in force, and nowhere else, whatever is asked and whoever asks.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    before = asked.read(room.home.purposes)
    answer = room.ask("analyst", ASKED)
    assert answer.ok, answer.text[:500]
    assert room.tells(answer) and len(answer.json()["data"]) == 7
    assert room.ask("analyst", "select count(*) from rpt_publication").ok, "what is published is there, too"
    for sql in (
        "select age, sex_code from persons.fct_enrolment",
        "from persons.fct_mark",
        "from persons.fct_attendance",
        f"attach '{room.home.persons}/{room.file.parent.name}/persons.duckdb' as p",
        f"from read_text('{room.home.purposes}/{asked.FILE}')",
        f"from read_text('{room.home.purposes}/{room.purpose.number}/secret')",
        "copy (from persons.fct_enrolment) to '/tmp/x.csv'",
        "create table x as from persons.fct_enrolment",
    ):
        assert not room.ask("analyst", sql).ok, sql
    names = room.sessions["analyst"].get(
        f"{room.address}/api/v1/database/{room.database}/tables/?q=(schema_name:persons)", timeout=60
    )
    assert {each["value"] for each in names.json()["result"]} == set(TABLES)
    after = asked.read(room.home.purposes)
    assert after.broken is None
    [first, *_] = [each for each in after.questions[len(before.questions) :] if each.way == "asked"]
    assert (first.account, first.purpose, first.rows) == (room.purpose.account, room.purpose.number, 7)
    assert "persons.fct_enrolment" in first.sql
    assert not any(key in json.dumps([each.sql for each in after.questions]) for key in room.canaries)


def test_the_file_has_the_rows_of_the_territory_under_keys_of_its_own(room: Room) -> None:
    published = room.home.persons / room.file.parent.name / "persons.duckdb"
    with duckdb.connect(str(room.file), read_only=True) as con:
        con.execute(f"ATTACH '{published}' AS apart (READ_ONLY)")
        whole = con.execute(
            "SELECT grade, age, count(*), count(DISTINCT learner_key) FROM apart.fct_enrolment AS e WHERE EXISTS "
            "(FROM dim_territory AS t WHERE t.territory_key = e.territory_key AND t.oblast_code = ?) "
            "GROUP BY ALL ORDER BY ALL",
            [room.purpose.node],
        ).fetchall()
        given = con.execute(
            "SELECT grade, age, count(*), count(DISTINCT learner_key) FROM persons.fct_enrolment "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        joined = con.execute(
            "SELECT count(*) FROM persons.fct_enrolment JOIN apart.dim_learner USING (learner_key) "
            "WHERE learner_key >= 0"
        ).fetchone()
        learners = con.execute("SELECT count(*) FROM persons.dim_learner").fetchone()
        everybody = con.execute("SELECT count(*) FROM apart.dim_learner").fetchone()
    assert given == whole and joined == (0,)
    assert learners is not None and everybody is not None and 0 < learners[0] < everybody[0]
    assert room.file.stat().st_mode & 0o077 == 0


def test_a_purpose_ends_by_itself_and_what_it_gave_goes(room: Room) -> None:
    from ingest.ledger.persons.purposes import in_force
    from warehouse.storage.shown.purposes import keep_purposes

    room.ask("analyst", ASKED, client := secrets.token_hex(5))
    last = room.purpose.ends_at - timedelta(seconds=1)
    with at_moment(room, last):
        assert room.ask("analyst", ASKED).ok, "to the last second of its last day"
    with at_moment(room, room.purpose.ends_at):
        answers = [
            room.ask("analyst", ASKED),
            room.sessions["analyst"].get(f"{room.address}/api/v1/sqllab/export/{client}/", timeout=60),
        ]
        assert not any(answer.ok or room.tells(answer) for answer in answers), "no job has run"
        assert room.file.is_file()
        later = Home(room.home.root)
        keep_purposes(later, int(room.file.parent.name))
        assert not room.file.parent.parent.exists(), "neither the rows nor the secret of their keys"
        assert in_force(later.now()) == []
    assert not room.ask("analyst", ASKED).ok, "its end is written down, and no clock brings it back"


@contextmanager
def at_moment(room: Room, moment: datetime) -> Iterator[None]:
    """The demonstration's clock at another moment."""
    file = room.home.root / SETTINGS_FILE
    before = file.read_text(encoding="utf-8")
    file.write_text(re.sub("(?m)^now = .*$", f'now = "{moment.isoformat()}"', before), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(before, encoding="utf-8")
