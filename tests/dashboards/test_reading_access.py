"""What a reader may not see is nowhere in what Superset answers: every role through every way in, on a real Superset.

A canary is a name or code that stands in the whole warehouse and not in the reader's own file. It must turn up in no
answer, whatever is asked; and it does turn up at once where both layers, the file and the rules, are taken away.
"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
import requests

from dashboards.definition import load
from dashboards.render import identifier

pytestmark = pytest.mark.services
DEFINITION = load()
TABLE = "rpt_reporting_discipline"
READERS = ("oblast", "district", "nowhere")
Ask = Callable[[], requests.Response]

# One expression over columns is allowed; all of these read more.
OWN_SQL = (
    f"count(*) from {TABLE} union all select count(*)",
    f"count(*) from {TABLE} except select 0",
    f"(select string_agg(distinct oblast_name_kk) from {TABLE})",
    f"(from {TABLE} select max(oblast_name_ru))",
    "(select string_agg(table_name) from duckdb_tables())",
    f"(select max(oblast_name_kk) from query_table('{TABLE}'))",
    f"(select string_agg(oblast_name_ru) from query('from {TABLE}'))",
    "(select string_agg(distinct oblast_name_kk) from (table rpt_attendance_by_territory))",
    "(with w as (from dim_territory) select string_agg(name_kk) from w)",
    "{{ dataset(1) }}",
    "max(oblast_name_kk) over () from dim_territory --",
)
WAYS = (
    "by hand ru/discipline", "drill_detail ru/discipline", "chart districts", "csv", "xlsx", "samples",
    "values node_name_ru", "map of names",
)  # fmt: skip
"""By which both layers are shown to hold alone."""
STATEMENTS = (
    f"call query('from {TABLE}')", f"pivot {TABLE} on oblast_name_kk using count(*)", f"summarize {TABLE}",
    f"select * from (values((select max(oblast_name_ru) from {TABLE})))", f"prepare p as from {TABLE}", "execute p",
    f"set variable x = (select list(oblast_name_kk) from {TABLE})", "select getvariable('x')", f"from {TABLE}",
    "show all tables", "pragma database_list", "describe dim_territory",
)  # fmt: skip
OUTSIDE = (
    "select * from read_text('/etc/passwd')", "select * from glob('/*')", "attach '{vault}' as v",
    "copy (select 1) to '{home}/x.csv'", "set enable_external_access = true", "install httpfs",
    "create table x as select 1", "select * from read_parquet('{home}/lake/**/*.parquet')",
)  # fmt: skip


_EACH_KIND = tuple({(chart.dataset, chart.kind): name for name, chart in DEFINITION.charts.items()}.values())
"""Of the charts of a dataset one of each kind: the rules are a dataset's, what is asked is a kind's. Every chart is
asked for whom there is nothing, since each must have an answer."""


@dataclass
class Room:
    """The shared Superset with what every question needs."""

    address: str
    home: Path
    sessions: dict[str, requests.Session]
    territory: dict[str, str | None]
    admin: requests.Session
    datasets: dict[str, int]
    database: int

    @property
    def current(self) -> Path:
        return (self.home / "published" / "current").resolve()

    def file(self, reader: str) -> Path:
        own = self.current / "reading" / f"{self.territory[reader]}.duckdb"
        return own if own.exists() else self.current / "reading" / "none.duckdb"


@pytest.fixture(scope="module")
def room(superset: Any, readers: Any) -> Room:
    admin = superset.session("en")  # in which lists hold what is of either language
    admin.headers["Connection"] = "close"
    found = admin.get(f"{superset.address}/api/v1/dataset/?q=(page_size:100)", timeout=60).json()["result"]
    by_name = {each["table_name"]: each["id"] for each in found}
    datasets = {
        f"{language}/{name}": by_name[dataset.label[language]]
        for name, dataset in DEFINITION.datasets.items()
        for language in ("kk", "ru")
    }
    [database] = admin.get(f"{superset.address}/api/v1/database/", timeout=60).json()["result"]
    return Room(
        superset.address, superset.home, readers.sessions, readers.territory, admin, datasets, database["id"]
    )


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


@pytest.mark.parametrize(
    ("text", "told"),
    [("1790553600000", False), ("[553600000]", True), ("x553600000,", True), ("Абай", False)],
)
def test_a_code_is_told_where_it_stands_by_itself(text: str, told: bool) -> None:
    assert tells(text, {"553600000", "Абай облысы"}) is told


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


def questions(room: Room, reader: str) -> Iterator[tuple[str, Ask]]:
    """Every way in, by name."""
    session, address = room.sessions[reader], room.address
    data = f"{address}/api/v1/chart/data"

    def get(path: str) -> Ask:
        return lambda: session.get(address + path, timeout=120)

    def post(where: str, body: Any) -> Ask:
        return lambda: session.post(where, json=body, timeout=120)

    def chart(path: str) -> Ask:
        def ask() -> requests.Response:
            kept = get(path)()
            return post(data, json.loads(kept.json()["result"]["query_context"]))() if kept.ok else kept

        return ask

    kk, ru = room.datasets["kk/discipline"], room.datasets["ru/discipline"]
    for slug in DEFINITION.dashboards:
        for path in (
            f"/superset/dashboard/{slug}-kk/",
            *(f"/api/v1/dashboard/{slug}-ru{each}" for each in ("", "/charts", "/datasets")),
        ):
            yield f"page {path}", get(path)
    for place, name in enumerate(DEFINITION.charts if reader == "nowhere" else _EACH_KIND):
        language = ("kk", "ru")[place % 2]
        yield f"chart {name}", chart(f"/api/v1/chart/{identifier(language, f'charts/{name}')}")
    for name in ("kk/attendance", "ru/discipline"):
        yield f"by hand {name}", post(data, context(room.datasets[name], metrics=[own("count(*)")]))
        for kind in ("samples", "drill_detail"):
            yield (
                f"{kind} {name}",
                post(data, context(room.datasets[name], result_type=kind, columns=[], metrics=[])),
            )
    for kind in ("csv", "xlsx"):
        yield kind, post(data, context(kk, result_format=kind, columns=["oblast_name_kk", "node_name_kk"]))
    yield (
        "samples",
        post(f"{address}/datasource/samples?datasource_type=table&datasource_id={kk}&force=true", {}),
    )
    for column in ("oblast_name_ru", "district_name_ru", "node_name_ru"):
        yield f"values {column}", get(f"/api/v1/datasource/table/{ru}/column/{column}/values/")

    def older(number: int, sql: str = "", kind: str = "json", **form: Any) -> Ask:
        """The way by which maps ask, with anything in the place of their form."""
        metric = own(sql) if sql else "due"
        asked = {"datasource": f"{number}__table", "viz_type": "country_map", "select_country": "kazakhstan",
                 "entity": "oblast_code", "metric": metric, "row_limit": 1000} | form  # fmt: skip
        return lambda: session.post(
            f"{address}/superset/explore_json/?{kind}=true",
            data={"form_data": json.dumps(asked)},
            timeout=120,
        )

    for kind in ("json", "csv", "results", "samples", "query"):
        yield f"map {kind}", older(kk, kind=kind)
    yield "map of names", older(ru, entity="node_name_ru")
    for sql in OWN_SQL[:3]:
        yield f"map {sql}", older(kk, sql)
        yield f"map where {sql}", older(kk, where=f"'x' = {sql}")
        yield f"map column {sql}", older(kk, entity=own(sql))
    # Each way through one reader, all through another: what an expression may say does not depend on who says it.
    for sql in OWN_SQL if reader == "oblast" else OWN_SQL[:2]:
        yield f"metric {sql}", post(data, context(kk, columns=[], metrics=[own(sql)]))
        yield f"column {sql}", post(data, context(kk, columns=[own(sql)], metrics=[]))
        yield f"order {sql}", post(data, context(kk, orderby=[[own(sql), True]]))
        yield f"filter {sql}", post(data, context(kk, extras={"where": f"'x' = {sql}"}))
        yield f"having {sql}", post(data, context(kk, extras={"having": f"'x' = {sql}"}))
    yield "escaped filter", post(data, context(kk, extras={"where": "1 = 1) or (1 = 1"}))
    form = {"datasource_id": ru, "datasource_type": "table", "form_data": json.dumps({"adhoc_filters": []})}
    yield "form data", post(f"{address}/api/v1/explore/form_data", form)
    yield "explore", get(f"/api/v1/explore/?datasource_type=table&datasource_id={ru}")
    yield "explore page", get(f"/explore/?datasource_type=table&datasource_id={ru}")
    yield (
        "permalink",
        post(
            f"{address}/api/v1/dashboard/{next(iter(DEFINITION.dashboards))}-kk/permalink", {"dataMask": {}}
        ),
    )
    yield "dataset", get(f"/api/v1/dataset/{ru}")
    yield "tables", get(f"/api/v1/database/{room.database}/tables/?q=(schema_name:main)")
    for sql in STATEMENTS if reader == "oblast" else STATEMENTS[:2]:
        body = {"database_id": room.database, "sql": sql, "runAsync": False}
        yield f"sql lab {sql}", post(f"{address}/api/v1/sqllab/execute/", body)


def leaks(room: Room, reader: str, only: str = "") -> tuple[list[str], int]:
    """The ways by which a canary came out, and how many ways gave an answer with rows at all."""
    sought, found, answered = canaries(room, reader), [], 0
    assert len(sought) > 50, "there is something outside"
    for name, ask in questions(room, reader):
        if not name.startswith(only):
            continue
        answer = ask()
        text = said(answer)
        answered += answer.ok
        assert answer.ok or not name.startswith("chart "), f"{name}: {text[:500]}"
        if tells(text, sought):
            found.append(name)
    return found, answered


@pytest.mark.parametrize("reader", READERS)
def test_nothing_from_outside_is_said_whatever_is_asked(room: Room, reader: str) -> None:
    found, answered = leaks(room, reader)
    assert found == []
    assert answered > 25, "most of what is asked is answered"


@pytest.mark.parametrize("reader", READERS)
def test_what_belongs_to_a_reader_is_shown_to_the_last_row(room: Room, reader: str) -> None:
    with duckdb.connect(str(room.file(reader)), read_only=True) as con:
        wanted = con.execute(f"SELECT count(*) FROM {TABLE} WHERE structure IN ('both', 'as_was')").fetchone()
    as_was = {"col": "structure", "op": "==", "val": "as_was"}
    asked = context(room.datasets["kk/discipline"], columns=[], metrics=[own("count(*)")], filters=[as_was])
    answer = room.sessions[reader].post(f"{room.address}/api/v1/chart/data", json=asked, timeout=60)
    assert wanted is not None
    assert [tuple(row.values()) for row in answer.json()["result"][0]["data"]] == [wanted]
    assert (wanted[0] == 0) == (reader == "nowhere")


def test_a_map_shows_a_reader_the_own_regions(room: Room) -> None:
    shown = {}
    for reader in ("ministry", "oblast", "district", "nowhere"):
        [ask] = [ask for name, ask in questions(room, reader) if name == "map json"]
        answer = ask()
        assert answer.ok, answer.text[:500]
        shown[reader] = {row["country_id"] for row in answer.json()["data"] or []}
    assert len(shown["ministry"]) > len(shown["oblast"])
    assert shown["oblast"] == {room.territory["oblast"]}
    assert shown["district"] == {f"{str(room.territory['district'])[:2]}0000000"}
    assert shown["nowhere"] == set()


def test_each_way_of_own_sql_is_refused_with_a_reason(room: Room) -> None:
    ways = ("metric", "column", "order", "filter", "having")
    asked = [(name, ask) for name, ask in questions(room, "oblast") if name.startswith(ways)]
    refused = {}
    for place, way in enumerate(ways):  # another expression through each way: all of them are tried above
        [(name, ask)] = [each for each in asked if each[0] == f"{way} {OWN_SQL[place]}"]
        answer = ask()
        refused[name] = (answer.status_code, "UNION" in said(answer))
    assert set(refused.values()) == {(400, True)}, refused


def test_roles_may_do_what_is_listed_and_no_more(room: Room) -> None:
    kk, ru = room.datasets["kk/discipline"], room.datasets["ru/discipline"]
    for reader in ("ministry", "oblast", "district", "nowhere"):
        session, address = room.sessions[reader], room.address
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
            ("/api/v1/dataset/", {"database": room.database, "schema": "main", "table_name": TABLE}),
            (
                "/api/v1/chart/",
                {"slice_name": "x", "datasource_id": kk, "datasource_type": "table", "viz_type": "table"},
            ),
            ("/api/v1/dashboard/", {"dashboard_title": "x"}),
            ("/api/v1/sqllab/execute/", {"database_id": room.database, "sql": "select 1"}),
        ):
            assert session.post(address + path, json=body, timeout=60).status_code == 403, (reader, path)
        assert (
            session.put(f"{address}/api/v1/dataset/{ru}", json={"description": "x"}, timeout=60).status_code
            == 403
        )
    ministry, oblast = (
        room.sessions[each]
        .post(f"{room.address}/api/v1/chart/data", json=context(kk), timeout=60)
        .json()["result"][0]
        for each in ("ministry", "oblast")
    )
    assert len(ministry["data"]) > len(oblast["data"]) == 1
    assert ministry["cache_key"] != oblast["cache_key"], "a cache would tell them apart"


def test_an_analyst_asks_the_whole_file_and_nothing_beside_it(room: Room) -> None:
    session = room.sessions["analyst"]
    places = {"home": room.home, "vault": room.home / "restricted" / "vault.sqlite3"}

    def ask(sql: str) -> requests.Response:
        body = {"database_id": room.database, "sql": sql, "runAsync": False}
        return session.post(f"{room.address}/api/v1/sqllab/execute/", json=body, timeout=60)

    assert ask(f"select count(*) from {TABLE}").ok
    tables = said(ask("select table_name from duckdb_tables()"))
    assert TABLE in tables and not any(
        each in tables for each in ("fct_attendance", "fct_enrolment", "dim_learner")
    )
    for sql in OUTSIDE:
        assert not ask(sql.format(**places)).ok, sql
    assert not (room.home / "x.csv").exists()


@contextmanager
def whole_in_place_of(file: Path, whole: Path) -> Iterator[None]:
    """As if the file of a territory held everything: what a connection without our hook would open."""
    aside = file.with_suffix(".aside")
    file.rename(aside)
    try:
        shutil.copy(whole, file)
        yield
    finally:
        aside.replace(file)


@contextmanager
def rules(room: Room, clause: str) -> Iterator[None]:
    """The rules on rows with another condition."""
    address = f"{room.address}/api/v1/rowlevelsecurity/"
    found = room.admin.get(address, timeout=60).json()["result"]
    before = {
        each["id"]: room.admin.get(f"{address}{each['id']}", timeout=60).json()["result"] for each in found
    }

    def put(number: int, words: str) -> None:
        kept = before[number]
        tables = [each["id"] for each in kept["tables"]]
        body = {"name": kept["name"], "clause": words, "tables": tables, "roles": [], "filter_type": "Base"}
        assert room.admin.put(f"{address}{number}", json=body, timeout=60).ok

    ours = [number for number, kept in before.items() if kept["tables"]]
    assert ours
    try:
        for number in ours:
            put(number, clause)
        yield
    finally:
        for number in ours:
            put(number, before[number]["clause"])


def test_a_rule_that_raises_shows_no_more(room: Room) -> None:
    with rules(room, "{{ 1 / 0 }}"):
        assert leaks(room, "oblast", "by hand") == ([], 0)
        assert leaks(room, "district", "csv")[0] == []


def test_each_layer_holds_alone_and_a_planted_leak_is_found(room: Room) -> None:
    whole, file = room.current / "warehouse.duckdb", room.file("oblast")
    # The matrix looks for what is outside of the file as it was, so that is noted before.
    sought = canaries(room, "oblast")

    def found() -> list[str]:
        out = []
        for name, ask in questions(room, "oblast"):
            text = said(ask()) if name in WAYS else ""
            out += [name] if tells(text, sought) else []
        return out

    with rules(room, "1 = 1"):
        assert found() == [], "the file holds without the rules"
    with whole_in_place_of(file, whole):
        assert found() == [], "the rules hold without the file"
        with rules(room, "1 = 1"):
            ways = set(found())
    assert ways == set(WAYS), "without both it is found"
    with whole_in_place_of(file, file.with_suffix(".aside")):
        [code, word] = room.territory["oblast"], max(sought, key=len)
        with duckdb.connect(str(file)) as con:
            con.execute(
                f"UPDATE {TABLE} SET node_name_kk = ?, node_name_ru = ? WHERE oblast_code = ?",
                [word, word, code],
            )
        assert {"csv", "xlsx", "samples"} <= set(found()), "one foreign name is found"
    assert found() == []


def test_a_physical_dataset_shows_no_more_than_a_selection(room: Room) -> None:
    """Somebody entitled makes one, and readers are let at it: no rule is on it yet, the file holds."""
    body = {"database": room.database, "schema": "main", "table_name": TABLE}
    made = room.admin.post(f"{room.address}/api/v1/dataset/", json=body, timeout=60)
    assert made.status_code == 201, made.text
    number = made.json()["id"]
    try:
        with _let_at(room, "bbaj oblast", number):
            for asked in (
                context(number, columns=["oblast_name_kk", "oblast_code"], metrics=[own("count(*)")]),
                context(number, columns=[], metrics=[], result_type="samples"),
            ):
                answer = room.sessions["oblast"].post(
                    f"{room.address}/api/v1/chart/data", json=asked, timeout=60
                )
                assert answer.ok, answer.text[:500]
                assert str(room.territory["oblast"]) in said(answer)
                assert not tells(said(answer), canaries(room, "oblast"))
    finally:
        room.admin.delete(f"{room.address}/api/v1/dataset/{number}", timeout=60)


@contextmanager
def _let_at(room: Room, role: str, dataset: int) -> Iterator[None]:
    roles = room.admin.get(f"{room.address}/api/v1/security/roles/?q=(page_size:100)", timeout=60).json()[
        "result"
    ]
    [number] = [each["id"] for each in roles if each["name"] == role]
    address = f"{room.address}/api/v1/security/roles/{number}/permissions"
    before = [each["id"] for each in room.admin.get(f"{address}/", timeout=60).json()["result"]]
    listed: list[dict[str, Any]] = []
    for page in range(20):
        query = f"?q=(page:{page},page_size:100)"
        some = room.admin.get(
            f"{room.address}/api/v1/security/permissions-resources/{query}", timeout=60
        ).json()["result"]
        listed += some
        if not some:
            break
    wanted = [
        each["id"]
        for each in listed
        if each["permission"]["name"] == "datasource_access"
        and each["view_menu"]["name"].endswith(f"(id:{dataset})")
    ]
    assert len(wanted) == 1
    try:
        assert room.admin.post(address, json={"permission_view_menu_ids": before + wanted}, timeout=60).ok
        yield
    finally:
        assert room.admin.post(address, json={"permission_view_menu_ids": before}, timeout=60).ok


def test_who_is_ended_reads_nothing_from_that_moment(room: Room, superset: Any) -> None:
    import ingest.ledger
    from ingest.home import Home
    from ingest.ledger.accounts import account
    from ingest.ledger.readers import end_reader, readers
    from ingest.serve import accounts

    session = room.sessions["nowhere"]
    me = session.get(f"{room.address}/api/v1/me/", timeout=60)
    home = Home(superset.home)
    ingest.ledger.setup(home)
    end_reader(me.json()["result"]["username"], account("tester"), home.now())
    accounts._write(home, readers())  # before Superset's own account was touched
    assert session.get(f"{room.address}/api/v1/me/", timeout=60).status_code == 401
    assert "/login" in session.get(f"{room.address}/superset/welcome/", timeout=60).url
    assert room.sessions["oblast"].get(f"{room.address}/api/v1/me/", timeout=60).ok, "nobody else is shut out"
