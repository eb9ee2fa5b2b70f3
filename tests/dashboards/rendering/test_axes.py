"""Axes end on round numbers, bars begin with nothing, and what stands under a figure can be read."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from dashboards.definition import Chart, load
from dashboards.rendering.chart_kinds import superset_chart

DEFINITION = load()


def options(chart: Chart) -> dict[str, dict[str, float]]:
    """What is handed on to ECharts itself."""
    _, form, _ = superset_chart(chart, DEFINITION.datasets[chart.dataset], "kk")
    return dict(json.loads(form.get("echart_options", "{}")))


@pytest.mark.parametrize("kind", ["columns", "ranking"])
def test_bars_begin_with_nothing_and_their_axis_counts_by_whole_things(kind: str) -> None:
    counted = [
        chart for chart in DEFINITION.charts.values() if chart.kind == kind and chart.format == "count"
    ]
    assert counted
    for chart in counted:
        _, form, _ = superset_chart(chart, DEFINITION.datasets[chart.dataset], "kk")
        assert form["y_axis_bounds"][0] == 0
        assert options(chart)["yAxis" if kind == "columns" else "xAxis"] == {"minInterval": 1}


def test_an_axis_to_the_whole_is_divided_into_fifths() -> None:
    whole = replace(DEFINITION.charts["reports-by-form"], ceiling=1)
    assert options(whole)["xAxis"] == {"interval": 0.2}
    assert options(replace(whole, ceiling=100))["xAxis"] == {"interval": 20}


def test_what_stands_under_a_figure_is_not_made_small_by_its_length() -> None:
    """Superset shrinks it until it fits into one line of the chart's width."""
    shown = [
        (name, width, words)
        for dashboard in DEFINITION.dashboards.values()
        for row in dashboard.rows
        for name, width in row.charts.items()
        for words in DEFINITION.charts[name].subtitle.values()
    ]
    assert shown
    assert [each for each in shown if len(each[2]) > 11.5 * each[1]] == []
