"""Files taken from the real Superset, by its programming interface; by a click: `browser/test_downloads.py`."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import duckdb
import openpyxl
import pytest
import requests

from dashboards.definition import load
from dashboards.rendering.render import identifier
from tests.dashboards.bare import may_be_bare

DEFINITION = load()
LANGUAGES = ("kk", "ru")
ALL_TABLES = sorted(name for name, chart in DEFINITION.charts.items() if chart.kind == "table")


def _said_by(name: str) -> frozenset[object]:
    """What decides how a table becomes a file: how its numbers are written, and what it leaves out."""
    chart = DEFINITION.charts[name]
    dataset = DEFINITION.datasets[chart.dataset]
    formats = {dataset.metrics[metric].format for metric in chart.metrics}
    return frozenset({*formats, bool(chart.where), bool(chart.metrics)})


TABLES = sorted({_said_by(name): name for name in ALL_TABLES}.values())
"""One of each kind."""


@pytest.fixture(scope="module")
def session(superset: Any) -> requests.Session:
    found: requests.Session = superset.session()
    return found


@pytest.fixture(scope="module")
def passport(superset: Any) -> dict[str, Any]:
    """What the published file says of itself, on the basis that is shown first."""
    with duckdb.connect(
        str(superset.home / "published" / "current" / "warehouse.duckdb"), read_only=True
    ) as con:
        found = (
            con.execute("FROM rpt_publication WHERE basis = 'operational'").fetchdf().to_dict("records")[0]
        )
    return dict(found)


def taken(
    superset: Any, session: requests.Session, language: str, name: str, kind: str, filters: Any = ()
) -> requests.Response:
    """A chart's file, asked for as its menu does."""
    chart = session.get(
        f"{superset.address}/api/v1/chart/{identifier(language, f'charts/{name}')}", timeout=60
    )
    found = chart.json()["result"]
    context = json.loads(found["query_context"])
    context["queries"][0]["filters"] += list(filters)
    context |= {"result_format": kind, "result_type": "full"}
    context["form_data"] = {**json.loads(found["params"]), "slice_id": found["id"]}
    answer = session.post(
        f"{superset.address}/api/v1/chart/data", data={"form_data": json.dumps(context)}, timeout=120
    )
    assert answer.ok, answer.text[:500]
    return answer


def name_of(answer: requests.Response) -> str:
    return unquote(answer.headers["Content-Disposition"].partition("filename*=UTF-8''")[2])


def head_and_body(content: bytes) -> tuple[Any, list[str], list[str], list[tuple[Any, ...]]]:
    """A workbook: its sheet, the lines above its table, its header, its rows."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    rows = list(sheet.iter_rows(values_only=True))
    frozen = int("".join(filter(str.isdigit, sheet.freeze_panes)))
    above = [str(row[0]) for row in rows[: frozen - 2] if row[0] is not None]
    return sheet, above, [str(cell) for cell in rows[frozen - 2]], rows[frozen - 1 :]


@pytest.mark.services
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TABLES)
def test_a_table_says_in_its_file_what_it_is(
    superset: Any, session: requests.Session, passport: dict[str, Any], language: str, name: str
) -> None:
    chart, answer = DEFINITION.charts[name], taken(superset, session, language, name, "xlsx")
    dataset = DEFINITION.datasets[chart.dataset]
    sheet, above, header, rows = head_and_body(answer.content)
    assert above[0] == chart.title[language]
    said = "\n".join(above)
    assert passport[f"basis_{language}"] in said
    assert f"№ {passport['publication_number']}" in said
    assert f"{passport['data_as_of_local']:%d.%m.%Y %H:%M}" in said
    assert str(passport["reports_reported"]) in said and str(passport["reports_due"]) in said
    assert passport[f"data_kind_{language}"] in said
    assert header == [
        *(dataset.columns[each].label[language] for each in chart.columns),
        *(dataset.metrics[each].label[language] for each in chart.metrics),
    ]
    assert chart.title[language][:12] == sheet.title[:12]
    assert name_of(answer).startswith(chart.title[language].replace("/", " ")[:20])
    assert rows or may_be_bare(chart)
    frozen = sheet.max_row - len(rows) + 1
    for place, metric in enumerate(chart.metrics, len(chart.columns) + 1):
        cell = sheet.cell(frozen, place)
        if dataset.metrics[metric].format in ("share", "whole_share"):
            assert "%" in cell.number_format
        if cell.value is not None:
            assert isinstance(cell.value, int | float)


@pytest.mark.services
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_deadline_stays_on_its_day(superset: Any, session: requests.Session, language: str) -> None:
    _, _, header, rows = head_and_body(taken(superset, session, language, "not-reported", "xlsx").content)
    due = header.index(DEFINITION.datasets["discipline"].columns["due_at"].label[language])
    found = {row[due] for row in rows}
    assert found and all(isinstance(each, datetime) for each in found)
    assert {(each.hour, each.minute) for each in found} == {(23, 59)}, "the last minute, of that same day"


@pytest.mark.services
@pytest.mark.parametrize("language", LANGUAGES)
def test_csv_opens_by_a_double_click_and_says_its_filters(
    superset: Any, session: requests.Session, passport: dict[str, Any], language: str
) -> None:
    whole = taken(superset, session, language, "districts", "csv")
    assert whole.content.startswith("\ufeff".encode())
    first, *lines = list(csv.reader(io.StringIO(whole.content.decode("utf-8-sig")), delimiter=";"))
    oblast = lines[0][0]
    chosen = [{"col": f"oblast_name_{language}", "op": "IN", "val": [oblast]}]
    part = taken(superset, session, language, "districts", "csv", chosen)
    header, *rows = list(csv.reader(io.StringIO(part.content.decode("utf-8-sig")), delimiter=";"))
    assert {row[0] for row in rows} == {oblast} and 0 < len(rows) < len(lines)
    assert set(first) <= set(header), "one more says the filters, where the chart had none before"
    assert all(any(oblast in cell for cell in row[1:]) for row in rows)
    assert all(str(passport["publication_number"]) in row for row in rows)
    assert len(set(header)) == len(header), "no two columns have one name"
    assert header[2].endswith(", %") and all("," in row[2] for row in rows)
    _, above, _, _ = head_and_body(taken(superset, session, language, "districts", "xlsx", chosen).content)
    assert any(oblast in line for line in above)


@pytest.mark.services
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_only_orders_is_in_no_file(
    superset: Any, session: requests.Session, language: str, kind: str
) -> None:
    content = taken(superset, session, language, "attendance-by-week", kind).content
    if kind == "csv":
        header = next(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    else:
        header = head_and_body(content)[2]
    dataset = DEFINITION.datasets["attendance"]
    assert header[0] == dataset.columns["period_label"].label[language]
    assert not {"first_day", dataset.metrics["first_day"].label[language]} & set(header)


@pytest.mark.services
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_map_names_its_regions(superset: Any, session: requests.Session, kind: str) -> None:
    chart = session.get(
        f"{superset.address}/api/v1/chart/{identifier('ru', 'charts/map-of-discipline')}", timeout=60
    ).json()["result"]
    dataset = json.loads(chart["query_context"])["datasource"]["id"]
    form = {**json.loads(chart["params"]), "slice_id": chart["id"], "datasource": f"{dataset}__table"}
    answer = session.post(
        f"{superset.address}/superset/explore_json/?{kind}=true",
        data={"form_data": json.dumps(form)},
        timeout=60,
    )
    text = answer.content.decode("utf-8-sig") if kind == "csv" else str(head_and_body(answer.content)[3])
    assert "город Астана" in text and "%" not in text.replace(", %", "")
    assert name_of(answer).startswith(DEFINITION.charts["map-of-discipline"].title["ru"])
