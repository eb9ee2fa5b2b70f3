"""The numbers of the first page: each with the period before, the same time last year, and how far those who did not
report could move it."""

from __future__ import annotations

from dashboards.reports.bounds import Bounds
from dashboards.reports.content import Cell, Headline, Source, Symbol
from dashboards.reports.measures import Measures, country_code
from dashboards.reports.points import Measured
from dashboards.reports.reading import NOTHING, Point, difference
from dashboards.reports.words import words


def headlines(measures: Measures, bounds: Bounds) -> tuple[Headline, ...]:
    """Those of the summary, in its order."""
    return tuple(headline(measures, bounds, name) for name in measures.of.headlines)


def headline(measures: Measures, bounds: Bounds, name: str) -> Headline:
    """One number; not known in the summary's own period where the file knows it in none."""
    figure, span = words().figures[name], measures.span_of(name) or measures.span
    found = measures.measured(name) or Measured(NOTHING, NOTHING, NOTHING)
    low, high = bounds.of_place(name)
    ago: Symbol = "z" if figure.rhythm == "school_year" else "x"
    return Headline(
        code=name,
        label=figure.name,
        unit=figure.unit,
        digits=figure.digits,
        direction=figure.direction,
        value=found.now.cell,
        period=span.label,
        # The first of a school year has nothing before it; of the year ago nothing may be known, and what is added up
        # from the beginning of the year has no same time in a year that is over.
        before=_then(found.before, span.before, "z"),
        before_period=span.before_label,
        change_before=_change(found.now, found.before, span.before, "z"),
        year_ago=_then(found.year_ago, span.year_ago, ago),
        year_ago_period=span.year_ago_label,
        change_year_ago=_change(found.now, found.year_ago, span.year_ago, ago),
        based_on=found.now.persons,
        based_on_label=figure.of,
        reported=found.now.reported,
        due=found.now.due,
        low=low,
        high=high,
        source=source(measures, name),
    )


def _then(point: Point, period: str | None, no_period: Symbol) -> Cell:
    return Cell(symbol=no_period) if period is None else point.cell


def _change(now: Point, then: Point, period: str | None, no_period: Symbol) -> Cell:
    return Cell(symbol=no_period) if period is None else difference(now, then)


def source(measures: Measures, name: str) -> Source:
    """Where a figure of the place stands, and how to ask what it rests on."""
    figure, span = words().figures[name], measures.span_of(name)
    key = figure.period or "period"
    conditions = {"basis": measures.basis, "level": measures.place.level}
    if not figure.mart:
        conditions["figure"] = name
    if span:
        conditions[key if key.isidentifier() else "period"] = span.period
    if measures.place.level != "republic":
        conditions[f"{measures.place.level}_code"] = country_code(measures.place)
    table = figure.mart or "rpt_key_figure"
    point = measures.own(name, span.period if span else None)
    asked = " ".join(f"{column}={value}" for column, value in conditions.items())
    return Source(
        table=table,
        conditions=conditions,
        reported=point.reported,
        due=point.due,
        # Of a period that is several of the table nobody can ask by its key.
        explained=f"{table} {asked}" if span and key.isidentifier() else "",
    )
