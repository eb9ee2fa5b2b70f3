"""The dashboard itself in Superset's terms: rows, cells, notes and native filters.

In: `Definition`, a dashboard's name, a language, the function that names assets. Out: the bundle's content.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

from dashboards.definition import Basis, Dashboard, Definition, Filter, Row
from dashboards.look import DASHBOARD_CSS, PAINT, PHONE_CSS
from dashboards.rendering.chart_kinds import condition
from dashboards.words.meanings import WORDS, address, main_datasets
from dashboards.words.speech import DASHBOARD_LANGUAGES

Identify = Callable[[str, str], str]


PHONE = "-phone"
"""Ends the address of the dashboard as phones get it: Superset gives each chart the width it has in its row."""


def dashboard_file(
    definition: Definition,
    name: str,
    language: str,
    identify: Identify,
    structured: Collection[str],
    *,
    on_phone: bool = False,
) -> dict[str, Any]:
    """The bundle's file of one dashboard in one language; on a phone its charts stand below each other.

    `structured`: the datasets that are told of places as they were and as they are.
    """
    dashboard = definition.dashboards[name]
    if on_phone:
        dashboard = replace(dashboard, rows=tuple(_below_each_other(definition, dashboard.rows)))
    dashboard = replace(dashboard, rows=(*dashboard.rows, _meanings(definition, name)))
    numbers = chart_numbers(dashboard)
    filters = []
    for key, choice in dashboard.filters.items():
        filters.append(_filter(definition, dashboard, key, choice, numbers, language, identify))
        if choice.kind == "basis":
            filters += _structure_filter(definition, numbers, language, identify, structured)
    return {
        "dashboard_title": dashboard.title[language] + (" · телефон" if on_phone else ""),
        "description": dashboard.description[language],
        "css": DASHBOARD_CSS + (PHONE_CSS if on_phone else ""),
        "slug": f"{name}-{language}{PHONE if on_phone else ''}",
        "uuid": identify(language, f"dashboards/{name}{PHONE if on_phone else ''}"),
        "position": _position(definition, dashboard, numbers, language, identify),
        "metadata": {
            "timed_refresh_immune_slices": [],
            "expanded_slices": {},
            "refresh_frequency": 0,
            # Each chart names its own: a scheme of the dashboard would paint maps one colour a region.
            "color_scheme": "",
            "label_colors": _label_colors(definition, dashboard, language),
            "shared_label_colors": [],
            "color_scheme_domain": [],
            "cross_filters_enabled": True,
            "default_filters": "{}",
            "chart_configuration": _clicks(definition, numbers),
            "native_filter_configuration": filters,
            "filter_bar_orientation": "HORIZONTAL" if on_phone else "VERTICAL",
        },
        "published": True,
        "version": "1.0.0",
    }


def _below_each_other(definition: Definition, rows: tuple[Row, ...]) -> Iterator[Row]:
    """Numbers two by two, every other chart in the whole width."""
    for row in rows:
        numbers = [chart for chart in row.charts if definition.charts[chart].kind == "number"]
        for at in range(0, len(numbers), 2):
            yield replace(row, charts=dict.fromkeys(numbers[at : at + 2], 6))
        for chart in row.charts:
            if chart not in numbers:
                height = 42 if definition.charts[chart].kind == "map" else row.height
                yield replace(row, charts={chart: 12}, height=height)
        if row.note:
            yield replace(row, height=3 * row.height)


def _clicks(definition: Definition, numbers: dict[str, int]) -> dict[str, Any]:
    """Which charts a click in a chart narrows: all others, by Superset's default.

    Of a horizontal bar Superset 6.1 takes the figure for the group, and every other chart would be empty: a click
    there narrows none.
    """
    none = {"scope": {"rootPath": ["ROOT_ID"], "excluded": list(numbers.values())}, "chartsInScope": []}
    return {
        str(number): {"id": number, "crossFilters": none}
        for name, number in numbers.items()
        if definition.charts[name].kind == "ranking"
    }


def chart_numbers(dashboard: Dashboard) -> dict[str, int]:
    """Numbers of the charts inside the bundle, by which its parts refer to each other.

    The importer replaces them.
    """
    names = [chart for row in dashboard.rows for chart in row.charts]
    return {chart: number for number, chart in enumerate(names, start=1)}


def _label_colors(definition: Definition, dashboard: Dashboard, language: str) -> dict[str, str]:
    """One colour per metric on the whole dashboard: late is gold wherever it appears."""
    colors: dict[str, str] = {}
    for name in chart_numbers(dashboard):
        chart = definition.charts[name]
        metrics = definition.datasets[chart.dataset].metrics
        for metric, paint in zip(chart.metrics, chart.colors, strict=False):
            # Superset looks a series' colour up by its name in some charts and by its label in others
            colors |= {metric: PAINT[paint], metrics[metric].label[language]: PAINT[paint]}
    return colors


def _position(
    definition: Definition, dashboard: Dashboard, numbers: dict[str, int], language: str, identify: Identify
) -> dict[str, Any]:
    position: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": dashboard.title[language]}},
    }
    rows = []
    for index, row in enumerate(dashboard.rows):
        row_id = f"ROW-{index}"
        rows.append(row_id)
        cells = _cells(definition, row, row_id, numbers, language, identify)
        position[row_id] = {
            "type": "ROW",
            "id": row_id,
            "children": list(cells),
            "parents": ["ROOT_ID", "GRID_ID"],
            "meta": {"background": "BACKGROUND_TRANSPARENT"},
        }
        position.update(cells)
    position["GRID_ID"] = {"type": "GRID", "id": "GRID_ID", "children": rows, "parents": ["ROOT_ID"]}
    return position


def _meanings(definition: Definition, name: str) -> Row:
    """The last row of every dashboard: the way to the page that says what its indicators mean."""
    first = next(main_datasets(definition, name), "")
    links = {of: f"[{WORDS['title'][of]}]({address(of, first)})" for of in DASHBOARD_LANGUAGES}
    return Row(height=8, note=links)


def _cells(
    definition: Definition, row: Row, row_id: str, numbers: dict[str, int], language: str, identify: Identify
) -> dict[str, Any]:
    parents = ["ROOT_ID", "GRID_ID", row_id]
    if row.note:
        cell = f"MARKDOWN-{row_id}"
        meta = {"width": 12, "height": row.height, "code": row.note[language]}
        return {cell: {"type": "MARKDOWN", "id": cell, "children": [], "parents": parents, "meta": meta}}
    cells = {}
    for chart, width in row.charts.items():
        cell = f"CHART-{chart}"
        meta = {
            "chartId": numbers[chart],
            "uuid": identify(language, f"charts/{chart}"),
            "sliceName": definition.charts[chart].title[language],
            "width": width,
            "height": row.height,
        }
        cells[cell] = {"type": "CHART", "id": cell, "children": [], "parents": parents, "meta": meta}
    return cells


def default_of(single: Basis, column: str, language: str) -> dict[str, Any]:
    """What Superset keeps of a filter that holds the default."""
    value = [single.values[single.default][language]]
    return {
        "extraFormData": {"filters": [{"col": column, "op": "IN", "val": value}]},
        "filterState": {"value": value, "label": value[0], "validateStatus": False},
    }


def _structure_filter(
    definition: Definition,
    numbers: dict[str, int],
    language: str,
    identify: Identify,
    structured: Collection[str],
) -> Iterator[dict[str, Any]]:
    """The switch between places as they were and as they are: required, of one value, for every chart that has
    places."""
    structure = definition.structure
    column = f"{structure.column}_{language}"
    narrowed = {
        name: number for name, number in numbers.items() if definition.charts[name].dataset in structured
    }
    if not narrowed:
        return
    dataset = definition.charts[next(iter(narrowed))].dataset
    yield {
        "id": f"NATIVE_FILTER-{structure.column}",
        "name": structure.label[language],
        "description": structure.hint[language],
        "filterType": "filter_select",
        "type": "NATIVE_FILTER",
        "targets": [{"datasetUuid": identify(language, f"datasets/{dataset}"), "column": {"name": column}}],
        "controlValues": {
            "enableEmptyFilter": True,
            "multiSelect": False,
            "searchAllOptions": False,
            "creatable": False,
            "inverseSelection": False,
            "defaultToFirstItem": False,
            "sortAscending": True,  # what was stands first in either language
        },
        "requiredFirst": False,
        "adhoc_filters": [],
        "sortMetric": None,
        "defaultDataMask": default_of(structure, column, language),
        "cascadeParentIds": [],
        "scope": {
            "rootPath": ["ROOT_ID"],
            "excluded": [n for n in numbers.values() if n not in narrowed.values()],
        },
        "chartsInScope": list(narrowed.values()),
        "tabsInScope": [],
    }


def _filter(
    definition: Definition,
    dashboard: Dashboard,
    key: str,
    choice: Filter,
    numbers: dict[str, int],
    language: str,
    identify: Identify,
) -> dict[str, Any]:
    dataset = definition.datasets[choice.dataset]
    column = dataset.columns[choice.column].physical(language)
    is_basis = choice.kind == "basis"
    is_one = is_basis or choice.latest or choice.single
    default: dict[str, Any] = {"extraFormData": {}, "filterState": {}}
    if is_basis:
        default = default_of(definition.basis, column, language)
    return {
        "id": f"NATIVE_FILTER-{key}",
        "name": choice.label[language],
        "description": choice.hint.get(language, ""),
        "filterType": "filter_select",
        "type": "NATIVE_FILTER",
        "targets": [
            {"datasetUuid": identify(language, f"datasets/{choice.dataset}"), "column": {"name": column}},
        ],
        "controlValues": {
            "enableEmptyFilter": is_one,
            "multiSelect": not is_one,
            "searchAllOptions": False,
            "creatable": False,  # a reader picks, and cannot type a territory that does not exist
            "inverseSelection": False,
            "defaultToFirstItem": choice.latest or choice.single,
            "sortAscending": not choice.latest,
        },
        "adhoc_filters": [
            condition(dataset.columns[name].physical(language), value) for name, value in choice.where.items()
        ],
        "sortMetric": choice.order_by or None,
        # Without it the first item is written in the field and narrows nothing until the reader presses the button.
        "requiredFirst": choice.latest or choice.single,
        "defaultDataMask": default,
        "cascadeParentIds": [f"NATIVE_FILTER-{choice.within}"] if choice.within else [],
        "scope": {"rootPath": ["ROOT_ID"], "excluded": [numbers[c] for c in choice.excluded]},
        "chartsInScope": [number for chart, number in numbers.items() if chart not in choice.excluded],
        "tabsInScope": [],
    }
