"""Sections of a summary, one module a subject. A kind of section is a function here and a word in a definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dashboards.reports.bounds import Bounds
from dashboards.reports.content import Section
from dashboards.reports.measures import Measures
from dashboards.reports.sections import groups, quality, ranking, reporting, spread, trend
from dashboards.reports.sections.frame import Made

KINDS: dict[str, Callable[[Made], Section]] = {
    "ranking": ranking.ranking,
    "tiles": ranking.tiles,
    "bounds": ranking.bounds,
    "missing": reporting.missing,
    "trend": trend.trend,
    "distribution": spread.distribution,
    "quality": quality.quality,
    "causes": quality.causes,
    "discipline": quality.discipline,
    "groups": groups.groups,
    "subjects": groups.subjects,
}


def sections(measures: Measures, bounds: Bounds) -> Iterator[Section]:
    """Those a place of this level has, in the order of the definition."""
    for asked in measures.of.sections:
        if measures.place.level in asked.levels:
            yield KINDS[asked.kind](Made(measures, bounds, asked))
