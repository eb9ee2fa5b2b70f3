"""Every way by which a reader can ask Superset for rows, by name.

In: a room and a reader of it. Out: for each way a question, and which of them told what it must not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import requests

from dashboards.rendering.render import identifier
from tests.dashboards.readers_room import DEFINITION, TABLE, Room, canaries, context, own, said, tells

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
STATEMENTS = (
    f"call query('from {TABLE}')", f"pivot {TABLE} on oblast_name_kk using count(*)", f"summarize {TABLE}",
    f"select * from (values((select max(oblast_name_ru) from {TABLE})))", f"prepare p as from {TABLE}", "execute p",
    f"set variable x = (select list(oblast_name_kk) from {TABLE})", "select getvariable('x')", f"from {TABLE}",
    "show all tables", "pragma database_list", "describe dim_territory",
)  # fmt: skip

_EACH_KIND = tuple({(chart.dataset, chart.kind): name for name, chart in DEFINITION.charts.items()}.values())
"""Of the charts of a dataset one of each kind: the rules are a dataset's, what is asked is a kind's. Every chart is
asked for whom there is nothing, since each must have an answer."""


def questions(room: Room, reader: str) -> Iterator[tuple[str, Ask]]:
    """Every way in, by name."""
    session, address = room.sessions[reader], room.address
    data = f"{address}/api/v1/chart/data"

    def get(path: str) -> Ask:
        return lambda: session.get(address + path, timeout=120)

    def post(where: str, body: Any) -> Ask:
        return lambda: session.post(where, json=body, timeout=120)

    def chart(number: str) -> Ask:
        """As the page of a chart asks: for what the chart is, then for its rows. One reader does both, the others ask
        for the rows, in which readers differ."""

        def ask() -> requests.Response:
            kept = get(f"/api/v1/chart/{number}")()
            return post(data, json.loads(kept.json()["result"]["query_context"]))() if kept.ok else kept

        return ask if reader == "oblast" else post(data, room.charts[number])

    kk, ru = room.datasets["kk/discipline"], room.datasets["ru/discipline"]
    for slug in DEFINITION.dashboards:
        for path in (
            f"/superset/dashboard/{slug}-kk/",
            *(f"/api/v1/dashboard/{slug}-ru{each}" for each in ("", "/charts", "/datasets")),
        ):
            yield f"page {path}", get(path)
    for place, name in enumerate(DEFINITION.charts if reader == "nowhere" else _EACH_KIND):
        language = ("kk", "ru")[place % 2]
        yield f"chart {name}", chart(identifier(language, f"charts/{name}"))
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
