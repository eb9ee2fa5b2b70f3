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
from tests.dashboards.readers_room import context, own

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


def other_ways(
    room: Room, reader: str, dataset: int, query: int, client: str
) -> Iterator[tuple[str, requests.Response]]:
    """Everything else by which rows come out of Superset, tried by one reader. `dataset`: one whose SQL is `ASKED`;
    `query`, `client`: of a question of the analyst with the purpose."""
    session, address = room.sessions[reader], room.address
    data = f"{address}/api/v1/chart/data"
    for kind in ("full", "samples", "drill_detail", "results"):
        for form in ("json", "csv", "xlsx"):
            columns = [] if kind in ("samples", "drill_detail") else ["learner_key"]
            body = context(dataset, columns=columns, metrics=[], result_type=kind, result_format=form)
            yield f"{kind} {form}", session.post(data, json=body, timeout=60)
    body = context(query, columns=["learner_key"], metrics=[])
    yield (
        "query as source",
        session.post(data, json=body | {"datasource": {"id": query, "type": "query"}}, timeout=60),
    )
    for sql in ("(select max(learner_key) from persons.fct_enrolment)", "max(learner_key)"):
        body = context(dataset, columns=[], metrics=[own(sql)])
        yield f"metric {sql}", session.post(data, json=body, timeout=60)
    samples = f"{address}/datasource/samples?datasource_type=table&datasource_id={dataset}&force=true"
    yield "samples", session.post(samples, json={}, timeout=60)
    for path in (
        f"/api/v1/datasource/table/{dataset}/column/learner_key/values/",
        f"/explore/?datasource_type=table&datasource_id={dataset}",
        f"/api/v1/explore/?datasource_type=query&datasource_id={query}",
    ):
        yield path, session.get(address + path, timeout=60)
    form_data = {"datasource_id": query, "datasource_type": "query", "form_data": "{}"}
    yield "form data", session.post(f"{address}/api/v1/explore/form_data", json=form_data, timeout=60)
    link = {"formData": {"datasource": f"{dataset}__table", "viz_type": "table"}}
    yield "permalink", session.post(f"{address}/api/v1/explore/permalink", json=link, timeout=60)
    older = json.dumps(
        {"datasource": f"{dataset}__table", "viz_type": "table", "all_columns": ["learner_key"]}
    )
    for kind in ("json", "csv", "samples", "results"):
        asked_so = f"{address}/superset/explore_json/?{kind}=true"
        yield f"older {kind}", session.post(asked_so, data={"form_data": older}, timeout=60)
    yield (
        "estimate",
        session.post(
            f"{address}/api/v1/sqllab/estimate/",
            json={"database_id": room.database, "sql": ASKED},
            timeout=60,
        ),
    )
    if reader != "analyst":
        yield "sql lab", room.ask(reader, ASKED)
        yield "taken along", session.get(f"{address}/api/v1/sqllab/export/{client}/", timeout=60)
    streamed = session.post(
        f"{address}/api/v1/sqllab/export_streaming/", data={"client_id": client}, timeout=60
    )
    yield "streamed", streamed


def test_by_no_other_way_and_nobody_else_reads_them(room: Room) -> None:
    asking = room.ask("analyst", ASKED, client := secrets.token_hex(5))
    query = asking.json()["query_id"]
    taken = room.sessions["analyst"].get(f"{room.address}/api/v1/sqllab/export/{client}/", timeout=60)
    assert room.tells(taken), "the analyst takes the own rows along"
    last = asked.read(room.home.purposes).questions[-1]
    assert (last.way, last.rows) == ("taken_along", 7)
    lines = asked.read(room.home.purposes).lines
    with dataset_of(room, ASKED) as dataset:
        for reader in ("analyst", "colleague", "ministry", "administrator"):
            told = [
                name
                for name, answer in other_ways(room, reader, dataset, query, client)
                if room.tells(answer)
            ]
            assert told == [], reader
    assert asked.read(room.home.purposes).lines == lines, "nobody asked the file"


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


@contextmanager
def dataset_of(room: Room, sql: str) -> Iterator[int]:
    """A virtual dataset of that SQL, made by the administrator behind Superset's own checks, as a leak would be."""
    admin = room.sessions["administrator"]
    body = {"database": room.database, "schema": "main", "table_name": "rpt_publication"}
    made = admin.post(f"{room.address}/api/v1/dataset/", json=body, timeout=60)
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    try:
        columns = [{"column_name": name, "type": "BIGINT"} for name in ("learner_key", "grade")]
        change = {"sql": sql, "columns": columns}
        changed = admin.put(f"{room.address}/api/v1/dataset/{number}", json=change, timeout=60)
        assert changed.ok, changed.text
        yield number
    finally:
        admin.delete(f"{room.address}/api/v1/dataset/{number}", timeout=60)
