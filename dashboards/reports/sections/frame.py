"""What all sections share: what they are made of, their columns, and texts around a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.reports.bounds import Bounds
from dashboards.reports.content import Both, Cell, Column, Drawn, Row, Section, Source, Table, Unit
from dashboards.reports.definition import Section as Asked
from dashboards.reports.headlines import source
from dashboards.reports.measures import Measures, country_code
from dashboards.reports.points import Measured, Part
from dashboards.reports.reading import Point, difference
from dashboards.reports.words import Figure, words
from dashboards.reports.writing import number, percent, told

TABLES = {
    "distribution": "rpt_distribution",
    "missing": "rpt_reporting_discipline",
    "discipline": "rpt_reporting_discipline",
    "quality": "rpt_data_quality",
    "causes": "rpt_data_quality_by_cause",
    "subjects": "rpt_achievement_by_subject",
}
"""Where the rows of a kind of section stand, unless they are those of its figure."""
TABLES_OF_GROUPS = {"contingent": "rpt_contingent", "staff": "rpt_staff"}


@dataclass(frozen=True)
class Made:
    """What a section is made of."""

    measures: Measures
    bounds: Bounds
    asked: Asked

    @property
    def figure(self) -> Figure:
        return words().figures[self.asked.figure]

    @property
    def period_label(self) -> Both:
        """The period the section's figure tells of, or the summary's."""
        span = self.measures.span_of(self.asked.figure) if self.asked.figure else None
        return (span or self.measures.span).label

    def parts(self) -> list[tuple[Part, Measured]]:
        """The figure of the place's parts, the highest first; those without a value stand last, by name."""
        found = self.measures.of_parts(self.asked.figure).values()
        return sorted(found, key=_place_in_row)

    def section(
        self, drawn: Drawn, heading: Both, alt: Both, table: Table, measure: str = "", **more: str
    ) -> Section:
        """The section around a table."""
        label = self.figure.name if self.asked.figure else self.measures.of.title
        unit = ", %" if self.asked.figure and self.figure.unit == "share" else ""
        place = self.measures.place.name
        return Section(
            code=self.asked.code,
            drawn=drawn,
            heading=heading,
            subtitle=told(
                lambda each: f"{label.of(each)}{unit}. {place.of(each)}, {self.period_label.of(each)}"
            ),
            alt=alt,
            table=table,
            measure=measure,
            first=self.asked.first,
            notes=self.asked.notes,
            source=self._source(),
            **more,
        )

    def _source(self) -> Source:
        """The table the section's rows stand in, and which of them they are."""
        table = TABLES.get(self.asked.kind) or TABLES_OF_GROUPS.get(self.asked.figure)
        if table is None or (self.asked.kind not in TABLES and self.asked.kind != "groups"):
            return source(self.measures, self.asked.figure or self.measures.of.main)
        measures = self.measures
        conditions = {"basis": measures.basis}
        span = measures.span_of(self.asked.figure) if self.asked.figure else measures.span
        if self.asked.kind != "discipline":
            conditions["period"] = (span or measures.span).period
        if self.asked.kind in ("missing", "quality", "causes"):
            conditions["form"] = self.asked.form or measures.of.form
        if self.asked.kind in ("groups", "subjects"):
            conditions["level"] = measures.place.level
        if self.asked.breakdown:
            conditions["breakdown"] = self.asked.breakdown
        if self.asked.kind == "distribution":
            conditions["figure"] = self.asked.figure
        if measures.place.level != "republic":
            conditions[f"{measures.place.level}_code"] = country_code(measures.place)
        point = measures.own(self.asked.figure or measures.of.main, (span or measures.span).period)
        asked = " ".join(f"{column}={value}" for column, value in conditions.items())
        return Source(
            table=table,
            conditions=conditions,
            reported=point.reported,
            due=point.due,
            explained=f"{table} {asked}",
        )


def _place_in_row(each: tuple[Part, Measured]) -> tuple[bool, float, str]:
    part, found = each
    return (found.now.value is None, -(found.now.value or 0), part.name.kk)


def value_of(figure: Figure, point: Point) -> str:
    """A value in a sentence."""
    if point.value is None:
        return ""
    return (
        percent(point.value, figure.digits) if figure.unit == "share" else number(point.value, figure.digits)
    )


def column(code: str, unit: Unit, digits: int = 0) -> Column:
    """A column whose name is among the words."""
    return Column(code=code, label=words().columns[code], unit=unit, digits=digits)


def figure_column(name: str) -> Column:
    """The column of a figure itself."""
    figure = words().figures[name]
    unit = ", %" if figure.unit == "share" else ""
    label = told(lambda each: f"{figure.name.of(each)}{unit}")
    return Column(code=name, label=label, unit=figure.unit, digits=figure.digits)


def compared_columns(figure: Figure) -> tuple[Column, ...]:
    """How much a figure changed, where it is held against anything."""
    if figure.rhythm == "school_year":
        return ()
    if figure.unit == "share":
        return (
            column("change_before", "points", figure.digits), column("change_year_ago", "points", figure.digits)
        )  # fmt: skip
    return column("count_before", "count"), column("count_year_ago", "count")


def compared_cells(made: Made, found: Measured) -> tuple[Cell, ...]:
    """The cells of these columns. The first of a school year has nothing before it; a year ago may not be known."""
    if made.figure.rhythm == "school_year":
        return ()
    span = made.measures.span_of(made.asked.figure)
    before = difference(found.now, found.before) if span and span.before else Cell(symbol="z")
    return before, difference(found.now, found.year_ago)


def counted(value: int | None) -> Cell:
    """A number of people, reports or organisations."""
    return Cell(value=value) if value is not None else Cell(symbol="x")


def own_row(measures: Measures, cells: Iterable[Cell]) -> Row:
    """The row of the place whose parts the others are."""
    return Row(code=country_code(measures.place), name=measures.place.name, cells=tuple(cells), is_total=True)


def plain(kk: str, ru: str) -> Both:
    """A text of our own."""
    return Both(kk=kk, ru=ru)
