"""What each role may do in Superset besides reading its own rows: what is listed, and nothing after its end."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.dashboards.readers_room import TABLE, Room, context, said

pytestmark = pytest.mark.services
OUTSIDE = (
    "select * from read_text('/etc/passwd')", "select * from glob('/*')", "attach '{vault}' as v",
    "copy (select 1) to '{home}/x.csv'", "set enable_external_access = true", "install httpfs",
    "create table x as select 1", "select * from read_parquet('{home}/lake/**/*.parquet')",
)  # fmt: skip


def test_roles_may_do_what_is_listed_and_no_more(readers_room: Room) -> None:
    kk, ru = readers_room.datasets["kk/discipline"], readers_room.datasets["ru/discipline"]
    for reader in ("ministry", "oblast", "district", "nowhere"):
        session, address = readers_room.sessions[reader], readers_room.address
        for path in (
            "/api/v1/security/users/",
            "/api/v1/security/roles/",
            "/api/v1/rowlevelsecurity/",
            "/api/v1/database/",
        ):
            assert session.get(address + path, timeout=60).status_code == 403, (reader, path)
        people = session.get(f"{address}/api/v1/dashboard/related/owners", timeout=60).json()["result"]
        assert len(people) == 1, "oneself"
        for path, body in (
            ("/api/v1/dataset/", {"database": readers_room.database, "schema": "main", "table_name": TABLE}),
            (
                "/api/v1/chart/",
                {"slice_name": "x", "datasource_id": kk, "datasource_type": "table", "viz_type": "table"},
            ),
            ("/api/v1/dashboard/", {"dashboard_title": "x"}),
            ("/api/v1/sqllab/execute/", {"database_id": readers_room.database, "sql": "select 1"}),
        ):
            assert session.post(address + path, json=body, timeout=60).status_code == 403, (reader, path)
        assert (
            session.put(f"{address}/api/v1/dataset/{ru}", json={"description": "x"}, timeout=60).status_code
            == 403
        )
    ministry, oblast = (
        readers_room.sessions[each]
        .post(f"{readers_room.address}/api/v1/chart/data", json=context(kk), timeout=60)
        .json()["result"][0]
        for each in ("ministry", "oblast")
    )
    assert len(ministry["data"]) > len(oblast["data"]) == 1
    assert ministry["cache_key"] != oblast["cache_key"], "a cache would tell them apart"


def test_an_analyst_asks_the_whole_file_and_nothing_beside_it(readers_room: Room) -> None:
    session = readers_room.sessions["analyst"]
    places = {"home": readers_room.home, "vault": readers_room.home / "restricted" / "vault.sqlite3"}

    def ask(sql: str) -> requests.Response:
        body = {"database_id": readers_room.database, "sql": sql, "runAsync": False}
        return session.post(f"{readers_room.address}/api/v1/sqllab/execute/", json=body, timeout=60)

    assert ask(f"select count(*) from {TABLE}").ok
    tables = said(ask("select table_name from duckdb_tables()"))
    assert TABLE in tables and not any(
        each in tables for each in ("fct_attendance", "fct_enrolment", "dim_learner")
    )
    for sql in OUTSIDE:
        assert not ask(sql.format(**places)).ok, sql
    assert not (readers_room.home / "x.csv").exists()


def test_who_is_ended_reads_nothing_from_that_moment(readers_room: Room, superset: Any) -> None:
    import ingest.ledger
    from ingest.home import Home
    from ingest.ledger.accounts import account
    from ingest.ledger.readers import end_reader, readers
    from ingest.serve import accounts

    session = readers_room.sessions["nowhere"]
    me = session.get(f"{readers_room.address}/api/v1/me/", timeout=60)
    home = Home(superset.home)
    ingest.ledger.setup(home)
    end_reader(me.json()["result"]["username"], account("tester"), home.now())
    accounts._write(home, readers())  # before Superset's own account was touched
    assert session.get(f"{readers_room.address}/api/v1/me/", timeout=60).status_code == 401
    assert "/login" in session.get(f"{readers_room.address}/superset/welcome/", timeout=60).url
    assert readers_room.sessions["oblast"].get(f"{readers_room.address}/api/v1/me/", timeout=60).ok, (
        "nobody else is shut out"
    )
