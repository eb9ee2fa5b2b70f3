"""What a chart of the definition is in Superset: its visualisation, form data and query.

In: a chart, its dataset, a language. Out: `(viz_type, form data, query)` for Superset's importer.
All that is peculiar to Superset's visualisations is here, so that a chart stays ten readable lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dashboards.authored import DefinitionError, meant
from dashboards.definition import Chart, Dataset
from dashboards.look import SCHEME, SEQUENTIAL_SCHEME
from dashboards.rendering import axes
from dashboards.rendering.metrics import FORMATS

DAY, MINUTE = "%d.%m.%Y", "%d.%m.%Y %H:%M"
Form = dict[str, Any]
Query = dict[str, Any]


def superset_chart(chart: Chart, dataset: Dataset, language: str) -> tuple[str, Form, Query]:
    """Return the visualisation's name, its form data and the query that fills it."""
    try:
        kind = KINDS[chart.kind]
    except KeyError:
        raise DefinitionError(
            "charts", "kind", f"{chart.kind} is unknown", meant(chart.kind, list(KINDS))
        ) from None
    viz_type, form, query = kind(chart, dataset, language)
    filters: list[Form] = [
        {"col": dataset.columns[c].physical(language), "op": "==", "val": v} for c, v in chart.where.items()
    ]
    form = {
        "viz_type": viz_type,
        "adhoc_filters": [condition(f["col"], f["val"]) for f in filters],
        "extra_form_data": {},
        **form,
    }
    if chart.kind == "ranking":
        # Superset draws a bar without a figure as nought and ranks it first.
        wholes = _wholes(chart, dataset)
        filters += [{"col": whole, "op": ">", "val": 0} for whole in wholes]
        form["adhoc_filters"] = [*form["adhoc_filters"], *map(_is_something, wholes)]
    base = {"filters": filters, "extras": {"having": "", "where": ""}, "time_range": "No filter"}
    return viz_type, form, {**base, **query}


def _wholes(chart: Chart, dataset: Dataset) -> list[str]:
    """The columns that its rates divide by: rows in which one is nought or unknown add to none of them."""
    shown = (dataset.metrics[each] for each in (*chart.metrics, chart.rank["by"]))
    return list(
        dict.fromkeys(whole for each in shown if (whole := each.share.get("of") or each.ratio.get("to")))
    )


def _number(chart: Chart, dataset: Dataset, language: str) -> tuple[str, Form, Query]:
    form = {
        "metric": chart.metric,
        "subtitle": chart.subtitle[language],
        "header_font_size": 0.5,
        "subtitle_font_size": 0.15,
        "y_axis_format": FORMATS[dataset.metrics[chart.metric].format],
        "show_metric_name": False,
    }
    return "big_number_total", form, {"metrics": [chart.metric], "columns": []}


def _bars(chart: Chart, dataset: Dataset, language: str) -> tuple[str, Form, Query]:
    """Horizontal stacked bars, the group that needs attention on top."""
    by = dataset.columns[chart.by].physical(language)
    order, lowest_on_top = chart.rank["by"], chart.rank["top"] == "lowest"
    form = {
        "x_axis": by,
        "metrics": list(chart.metrics),
        "groupby": [],
        "orientation": "horizontal",
        "stack": "Stack",
        "timeseries_limit_metric": order,
        "x_axis_sort": order,
        "x_axis_sort_asc": not lowest_on_top,  # horizontal bars are drawn from the bottom up
        # Without a size to sort by, Superset sorts the parts by label: otherwise in each language.
        "sort_series_type": "max",
        "sort_series_ascending": chart.stack_from == "smallest",
        "order_desc": True,
        "row_limit": 100,
        "truncate_metric": True,
        "show_legend": True,
        "legendType": "scroll",
        "legendOrientation": "top",
        "y_axis_format": FORMATS[chart.format],
        **axes.lying(chart),
        "rich_tooltip": True,
        "tooltipTimeFormat": DAY,
        "show_value": len(chart.metrics)
        == 1,  # on parts that stand one on another figures would cover each other
        "color_scheme": SCHEME,
        "label_colors": {},
        "x_axis_title_margin": 15,
        "y_axis_title_margin": 15,
        "xAxisForceCategorical": True,
    }
    query = {
        "columns": [by],
        "metrics": list(dict.fromkeys([*chart.metrics, order])),
        "orderby": [[order, lowest_on_top]],
        "row_limit": 100,
        "series_columns": [],
    }
    return "echarts_timeseries_bar", form, query


def _trend(chart: Chart, dataset: Dataset, language: str) -> tuple[str, Form, Query]:
    """A line over periods. The axis shows the periods' names, in the order of a metric: a time axis would
    put its ticks between the weeks."""
    over = dataset.columns[chart.over].physical(language)
    order = chart.rank["by"]
    form = {
        "x_axis": over,
        "metrics": list(chart.metrics),
        "groupby": [],
        "timeseries_limit_metric": order,
        "x_axis_sort": order,
        "x_axis_sort_asc": True,
        "xAxisForceCategorical": True,
        "row_limit": 10_000,
        "truncate_metric": True,
        "show_legend": len(chart.metrics) > 1,
        "legendType": "scroll",
        "legendOrientation": "top",
        "y_axis_format": FORMATS[chart.format],
        **axes.upright(chart),
        "rich_tooltip": True,
        "markerEnabled": True,
        "markerSize": 8,
        "show_value": True,
        "color_scheme": SCHEME,
        "x_axis_title_margin": 15,
        "y_axis_title_margin": 15,
    }
    query = {
        "columns": [over],
        "metrics": list(dict.fromkeys([*chart.metrics, order])),
        "series_columns": [],
        "orderby": [[order, True]],
        "row_limit": 10_000,
    }
    return "echarts_timeseries_line", form, query


def _columns(chart: Chart, dataset: Dataset, language: str) -> tuple[str, Form, Query]:
    """Upright bars over the groups of one kind, in the order of a metric, with their figures on them."""
    _, form, query = _trend(chart, dataset, language)
    unlike = {"markerEnabled", "markerSize"}
    kept = {key: value for key, value in form.items() if key not in unlike}
    form = {**kept, **axes.columns(chart), "orientation": "vertical"}
    return "echarts_timeseries_bar", form, query


def _table(chart: Chart, dataset: Dataset, language: str) -> tuple[str, Form, Query]:
    columns = [dataset.columns[c].physical(language) for c in chart.columns]
    order = str(chart.sort.get("by", ""))
    descending = bool(chart.sort.get("descending", True))
    form: Form = {
        "query_mode": "aggregate",
        "groupby": columns,
        "metrics": list(chart.metrics),
        "timeseries_limit_metric": order or None,
        "order_desc": descending,
        "row_limit": 10_000,
        "server_page_length": 10,
        "page_length": chart.page or None,
        "include_search": chart.search,
        "allow_rearrange_columns": False,
        "table_timestamp_format": DAY,
        "show_cell_bars": False,
        "color_pn": False,
        "column_config": _column_config(chart, dataset, language),
        "percent_metrics": [],
        "show_totals": chart.totals,
    }
    query = {
        "columns": columns,
        "metrics": list(chart.metrics),
        "orderby": [[order, not descending]] if order else [],
        "row_limit": 10_000,
    }
    return "table", form, query


def _map(chart: Chart, dataset: Dataset, language: str) -> tuple[str, Form, Query]:
    """The regions as a map (`region_map`); `by` is the column of their KATO codes."""
    by = dataset.columns[chart.by].physical(language)
    form = {
        "select_country": "kazakhstan",
        "entity": by,
        "metric": chart.metric,
        "number_format": FORMATS[dataset.metrics[chart.metric].format],
        "linear_color_scheme": SEQUENTIAL_SCHEME["id"],
        "color_scheme": None,  # one colour a region would say nothing
        "row_limit": 100,
    }
    return "country_map", form, {"columns": [by], "metrics": [chart.metric], "row_limit": 100}


def _column_config(chart: Chart, dataset: Dataset, language: str) -> dict[str, Any]:
    config: dict[str, Any] = {}
    for name in chart.columns:
        column = dataset.columns[name]
        formats = {"date": DAY, "timestamp": MINUTE, "local_timestamp": MINUTE}
        if column.type in formats:
            config[column.physical(language)] = {
                "d3TimeFormat": formats[column.type],
                "horizontalAlign": "left",
            }
        elif column.type == "integer":
            config[column.physical(language)] = {"d3NumberFormat": "d", "horizontalAlign": "left"}
    for name in chart.metrics:
        config[name] = {"d3NumberFormat": FORMATS[dataset.metrics[name].format], "horizontalAlign": "right"}
    return config


def condition(column: str, value: Any) -> Form:
    """That a column holds a value, as Superset's pages write it."""
    return {
        "expressionType": "SIMPLE",
        "clause": "WHERE",
        "subject": column,
        "operator": "==",
        "operatorId": "EQUALS",
        "comparator": value,
        "filterOptionName": f"filter_{column}",
        "isExtra": False,
        "isNew": False,
    }


def _is_something(whole: str) -> Form:
    """That a row has any of it, as Superset's pages write it."""
    return {**condition(whole, 0), "operator": ">", "operatorId": "GREATER_THAN"}


KINDS: dict[str, Callable[[Chart, Dataset, str], tuple[str, Form, Query]]] = {
    "number": _number,
    "ranking": _bars,
    "trend": _trend,
    "columns": _columns,
    "table": _table,
    "map": _map,
}
