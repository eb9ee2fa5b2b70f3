"""Where the axis of values begins and ends and which figures stand on it.

In: a chart. Out: what Superset's bars and lines need in their form data. What Superset has no control for goes through
its field for ECharts' own options, as text.
"""

from __future__ import annotations

import json
from typing import Any

from dashboards.definition import Chart

_COUNTED = frozenset({"count", "order"})


def upright(chart: Chart) -> dict[str, Any]:
    """Of lines: they show a change and may begin where the values do."""
    # Few lines of a grid would be three hundredths apart and end with 99 % and 100 %.
    return {
        "truncateYAxis": True,
        "y_axis_bounds": [chart.floor, chart.ceiling],
        **_options("yAxis", {"splitNumber": 5} if chart.ceiling else _steps(chart)),
    }


def columns(chart: Chart) -> dict[str, Any]:
    """Of upright bars: a bar's length is its value, so that it begins with nothing."""
    return {
        "truncateYAxis": True,
        "y_axis_bounds": [chart.floor or 0, chart.ceiling],
        **_options("yAxis", _steps(chart)),
    }


def lying(chart: Chart) -> dict[str, Any]:
    """Of bars from left to right. Their axis of values is the one across."""
    return {
        "y_axis_bounds": [0, chart.ceiling],
        # It would end the axis of horizontal bars at the longest of them.
        "truncateYAxis": chart.ceiling is not None,
        **_options("xAxis", _steps(chart), **_room_at_the_end(chart)),
    }


def _room_at_the_end(chart: Chart) -> dict[str, Any]:
    """The last figure of the axis stands half beyond its end. Superset makes room where figures stand at the bars."""
    return {"grid": {"right": 28}} if len(chart.metrics) > 1 else {}


def _steps(chart: Chart) -> dict[str, Any]:
    """How far figures on the axis are apart: there is no half of a school, and fifths fill a whole."""
    if chart.format in _COUNTED:
        return {"minInterval": 1}
    return {"interval": chart.ceiling / 5} if chart.ceiling else {}


def _options(axis: str, options: dict[str, Any], **more: dict[str, Any]) -> dict[str, str]:
    chosen = {**({axis: options} if options else {}), **more}
    return {"echart_options": json.dumps(chosen, sort_keys=True)} if chosen else {}
