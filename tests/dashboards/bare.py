"""Which charts may show nothing in a small country."""

from __future__ import annotations

from dashboards.definition import Chart

SELECTS = {"has_target", "is_outlier"}
"""Where no target is set for an indicator its charts say so; and no organisation may be far from those like it."""


def may_be_bare(chart: Chart) -> bool:
    """Whether a chart shows a choice of what there is, of which there may be none."""
    return bool(SELECTS & set(chart.where or {}))
