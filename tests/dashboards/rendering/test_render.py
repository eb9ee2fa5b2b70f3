"""The rendered bundles: whole in both languages, the same each time, no word of English."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from dashboards.definition import Chart, Definition, load
from dashboards.rendering.render import bundle, identifier, render

WAREHOUSE = Path("/somewhere/published/current/warehouse.duckdb")
TEXTS = {
    "slice_name",
    "subtitle",
    "verbose_name",
    "dashboard_title",
    "table_name",
    "sliceName",
    "text",
    "code",
    "name",
    "description",
}
KAZAKH = set("әғқңөұүһі")


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load()


@pytest.fixture(scope="module", params=["kk", "ru"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def files(definition: Definition, language: str) -> dict[str, Any]:
    return {path: yaml.safe_load(text) for path, text in render(definition, language, WAREHOUSE).items()}


def texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, key)
    elif isinstance(value, str) and key in TEXTS:
        yield key, value


def test_the_same_definition_gives_the_same_bytes(definition: Definition, language: str) -> None:
    assert bundle(render(definition, language, WAREHOUSE)) == bundle(render(load(), language, WAREHOUSE))


def test_no_text_holds_a_latin_word(files: dict[str, Any]) -> None:
    columns = {c["column_name"] for f in files.values() for c in f.get("columns", [])}
    found = [
        (p, t)
        for p, f in files.items()
        for _, t in texts(f)
        if re.search("[A-Za-z]{2,}", re.sub(r"\]\(/[^)]*\)", "]", t)) and t not in columns  # links apart
    ]
    assert found == []


def test_every_text_is_in_its_language(definition: Definition) -> None:
    """Same places in both languages, and nowhere a Kazakh letter in a Russian text."""
    kk, ru = (render(definition, lang, WAREHOUSE) for lang in ("kk", "ru"))
    assert kk.keys() == ru.keys()
    for path in kk:
        in_kk, in_ru = (list(texts(yaml.safe_load(side[path]))) for side in (kk, ru))
        assert [key for key, _ in in_kk] == [key for key, _ in in_ru], path
        assert [t for _, t in in_ru if KAZAKH & set(t.lower())] == [], path


def test_an_identifier_is_made_of_its_path_alone() -> None:
    assert identifier("kk", "charts/attendance-rate") == identifier("kk", "charts/attendance-rate")
    assert identifier("kk", "charts/attendance-rate") != identifier("ru", "charts/attendance-rate")
    assert identifier("kk", "charts/attendance-rate") == "c2d72166-0ebe-5e5c-9aa4-8868ce0cd920"


def test_identifiers_differ_between_languages_and_files(definition: Definition) -> None:
    everything = [
        yaml.safe_load(text)["uuid"]
        for lang in ("kk", "ru")
        for path, text in render(definition, lang, WAREHOUSE).items()
        if not path.startswith(("metadata", "databases"))
    ]
    assert len(everything) == len(set(everything))


def test_the_warehouse_is_opened_read_only_and_shut(files: dict[str, Any]) -> None:
    database = files["databases/warehouse.yaml"]
    assert database["sqlalchemy_uri"] == f"duckdb:///{WAREHOUSE}"
    assert database["extra"]["engine_params"]["connect_args"] == {
        "read_only": True,
        "config": {
            "enable_external_access": False,
            "memory_limit": "2GB",
            "temp_directory": "",
            "lock_configuration": True,
        },
    }
    may = {name: value for name, value in database.items() if name.startswith(("allow_", "expose_"))}
    assert may == {
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "allow_csv_upload": False,
    }
    assert database["extra"]["schemas_allowed_for_csv_upload"] == []


def wholes(chart: Chart, definition: Definition) -> list[str]:
    """What the rates of a chart divide by."""
    metrics = definition.datasets[chart.dataset].metrics
    shown = [metrics[each] for each in (*chart.metrics, chart.rank["by"])]
    return list(
        dict.fromkeys(whole for each in shown if (whole := each.share.get("of") or each.ratio.get("to")))
    )


def test_no_row_that_a_ranking_leaves_out_would_add_to_its_rates(definition: Definition) -> None:
    ranked = [chart for chart in definition.charts.values() if chart.kind == "ranking"]
    assert ranked
    assert {len(wholes(chart, definition)) for chart in ranked} <= {0, 1}


def test_a_chart_leaves_out_what_its_definition_says_and_nothing_else(
    files: dict[str, Any], definition: Definition, language: str
) -> None:
    assert any(chart.where for chart in definition.charts.values())
    for name, chart in definition.charts.items():
        rendered = files[f"charts/{name}.yaml"]
        columns = definition.datasets[chart.dataset].columns
        expected = [
            (columns[column].physical(language), "==", value) for column, value in chart.where.items()
        ]
        # What has no figure would be drawn as nought and ranked first; lines and tables show it as a gap.
        if chart.kind == "ranking":
            expected += [(whole, ">", 0) for whole in wholes(chart, definition)]
        [query] = json.loads(rendered["query_context"])["queries"]
        singles = (f"basis_{language}", f"structure_{language}")
        own = [each for each in query["filters"] if each["col"] not in singles]
        shown = rendered["params"]["adhoc_filters"]
        assert [(each["col"], each["op"], each["val"]) for each in own] == expected, name
        assert [(each["subject"], each["operator"], each["comparator"]) for each in shown] == expected, name
        ids = {"==": "EQUALS", ">": "GREATER_THAN"}
        assert all(
            each["clause"] == "WHERE" and each["operatorId"] == ids[each["operator"]] for each in shown
        ), name


# What begins where: the query's first row, and for bars, which are drawn from the bottom up, the axis' end.
_ORDERS = {"lowest": (True, False), "highest": (False, True)}


def test_a_chart_is_in_the_order_its_definition_says(files: dict[str, Any], definition: Definition) -> None:
    kinds = set()
    for name, chart in definition.charts.items():
        form = files[f"charts/{name}.yaml"]["params"]
        [query] = json.loads(files[f"charts/{name}.yaml"]["query_context"])["queries"]
        if chart.kind == "ranking":
            is_ascending, bars = _ORDERS[chart.rank["top"]]
            assert query["orderby"] == [[chart.rank["by"], is_ascending]], name
            assert (form["x_axis_sort"], form["x_axis_sort_asc"]) == (chart.rank["by"], bars), name
            assert form["timeseries_limit_metric"] == chart.rank["by"], name
            assert form["sort_series_ascending"] == (chart.stack_from == "smallest"), name
        elif chart.kind == "trend":
            assert query["orderby"] == [[chart.rank["by"], True]], name  # time runs to the right
            assert (form["x_axis_sort"], form["x_axis_sort_asc"]) == (chart.rank["by"], True), name
        elif chart.kind == "table" and chart.sort:
            descending = chart.sort["descending"]
            assert query["orderby"] == [[chart.sort["by"], not descending]], name
            assert (form["timeseries_limit_metric"], form["order_desc"]) == (chart.sort["by"], descending), (
                name
            )
        else:
            continue
        kinds.add((chart.kind, chart.rank.get("top") or chart.sort.get("descending")))
    assert kinds >= {("ranking", "lowest"), ("ranking", "highest"), ("table", True), ("table", False)}


def test_the_basis_is_required_single_and_has_a_default(
    files: dict[str, Any], definition: Definition, language: str
) -> None:
    for path, dashboard in files.items():
        if path.startswith("dashboards/"):
            first = dashboard["metadata"]["native_filter_configuration"][0]
            default = definition.basis.values["operational"][language]
            assert first["controlValues"]["enableEmptyFilter"] and not first["controlValues"]["multiSelect"]
            assert first["defaultDataMask"]["filterState"]["value"] == [default]
            assert first["scope"]["excluded"] == []  # it covers every chart


def test_a_choice_that_is_always_made_narrows_the_page_from_the_first(files: dict[str, Any]) -> None:
    """Superset writes the first item in the field, and applies it by itself where the filter says so alone."""
    seen = 0
    for path, dashboard in files.items():
        if path.startswith("dashboards/"):
            for choice in dashboard["metadata"]["native_filter_configuration"]:
                is_first = choice["controlValues"]["defaultToFirstItem"]
                assert choice["requiredFirst"] == is_first, (path, choice["name"])
                assert choice["controlValues"]["enableEmptyFilter"] or not is_first
                seen += is_first
    assert seen > 4


def test_the_structure_is_required_single_and_stands_beside_the_basis(
    files: dict[str, Any], definition: Definition, language: str
) -> None:
    """And narrows every chart but those whose model has no places."""
    default = definition.structure.values["as_was"][language]
    for path, dashboard in files.items():
        if path.startswith("dashboards/"):
            second = dashboard["metadata"]["native_filter_configuration"][1]
            assert second["id"] == "NATIVE_FILTER-structure" and second["description"]
            assert second["controlValues"]["enableEmptyFilter"] and not second["controlValues"]["multiSelect"]
            assert second["defaultDataMask"]["filterState"]["value"] == [default]
            charts = {
                cell["meta"]["chartId"]: cell["meta"]["uuid"]
                for cell in dashboard["position"].values()
                if isinstance(cell, dict) and cell["type"] == "CHART"
            }
            queries = {
                chart["uuid"]: json.loads(chart["query_context"])["queries"]
                for each, chart in files.items()
                if each.startswith("charts/")
            }
            for number, uuid in charts.items():
                is_told = any(
                    f["col"] == f"structure_{language}" for q in queries[uuid] for f in q["filters"]
                )
                assert (
                    is_told
                    == (number in second["chartsInScope"])
                    == (number not in second["scope"]["excluded"])
                )
            assert len(second["chartsInScope"]) > 3


def test_a_place_that_did_not_change_is_a_row_of_each_structure(files: dict[str, Any], language: str) -> None:
    """And one that did of its own, in what a dataset selects of its model."""
    selected = files["datasets/warehouse/persistent-absence.yaml"]["sql"]
    names = sorted(
        set(re.findall(r"\b[a-z_]+\b", selected)) - {"union", "all", "structure", "rpt_persistent_absence"}
    )
    rows = ", ".join(f"('{each}', {number})" for number, each in enumerate(("both", "as_was", "as_is")))
    columns = ", ".join(
        f"learners as {each}" for each in names if each not in ("learners", "as_was", "as_is", "both")
    )
    with duckdb.connect() as con:
        con.execute(
            f"create view rpt_persistent_absence as select structure, learners, {columns} "
            f"from (values {rows}) as t(structure, learners)"
        )
        found = con.execute(f"select structure, learners from ({selected}) order by all").fetchall()
    assert found == [("as_is", 0), ("as_is", 2), ("as_was", 0), ("as_was", 1)]


def test_every_saved_query_stands_on_one_basis(files: dict[str, Any], language: str) -> None:
    for path, chart in files.items():
        if path.startswith("charts/"):
            for query in json.loads(chart["query_context"])["queries"]:
                on_basis = [f for f in query["filters"] if f["col"] == f"basis_{language}"]
                assert len(on_basis) == 1 and len(on_basis[0]["val"]) == 1, path


def test_every_metric_refuses_two_bases(files: dict[str, Any]) -> None:
    for path, dataset in files.items():
        for metric in dataset.get("metrics", []) if path.startswith("datasets/") else []:
            guarded = metric["expression"].startswith("CASE WHEN MIN(basis) = MAX(basis) ")
            assert guarded or metric["verbose_name"] is None, (path, metric["metric_name"])


def test_charts_hold_no_sql(files: dict[str, Any]) -> None:
    for path, chart in files.items():
        if path.startswith("charts/"):
            assert not re.search(r"(?i)\b(select|sum|case when|nullif)\b", json.dumps(chart["params"])), path


def test_rows_fill_the_grid_and_no_more(definition: Definition) -> None:
    for dashboard in definition.dashboards.values():
        assert all(sum(row.charts.values()) == 12 for row in dashboard.rows if row.charts)


def test_no_object_of_a_bundle_stands_twice(definition: Definition, language: str) -> None:
    """Superset's importer changes numbers in place: a shared object would be changed as often as it is named."""
    for path, text in render(definition, language, WAREHOUSE).items():
        assert not re.search(r"(?m)[&*]id\d{3}", text), path
