"""Figures of a place and of its parts, in the periods a summary speaks of, each beside those it is held against.

In: an open published file. Out: `Measures`, which asks the file once for all periods of a place's own figures and once
for those of its parts. Key figures stand in rpt_key_figure; others are summed from the marts that `words.yaml` names.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property

from dashboards.reports.content import Both, Place
from dashboards.reports.definition import Definition
from dashboards.reports.points import NAMES, NAMES_SUMMED, Measured, Parts, Span, compared, periods, point
from dashboards.reports.reading import CHILDREN as LEVEL_BELOW
from dashboards.reports.reading import (
    COUNTRY,
    NOTHING,
    STRUCTURE,
    File,
    Inside,
    Point,
    Row,
    code_of,
    itself,
    parts,
    text,
    within,
)
from dashboards.reports.words import words


class NoPeriodError(ValueError):
    """The file knows nothing of the period, or of none at all."""


class Measures:
    """What the file says of a place on a basis. `period`: that of the summary's main figure."""

    def __init__(self, file: File, place: Place, basis: str, of: Definition, period: str | None) -> None:
        self.file, self.place, self.basis, self.of = file, place, basis, of
        self.span = self._span_of_summary(period)
        self.kept: dict[str, list[Row]] = {}
        """What was asked for one part of a summary and another needs too."""
        self._of_marts: dict[tuple[str, str], Parts] = {}
        self._of_levels: dict[str, dict[str, Parts]] = {}

    def _span_of_summary(self, period: str | None) -> Span:
        spans = self.spans.get(self.of.main, {})
        found = spans.get(period) if period else next((s for s in spans.values() if s.is_latest), None)
        if found is None:
            raise NoPeriodError(
                f"nothing is known of {self.of.main} in {period or 'any period'} ({self.basis})"
            )
        return found

    @cached_property
    def _rows(self) -> list[Row]:
        """All periods of the key figures of the place and of the republic, which every file tells."""
        own = itself(self.place)
        columns = (
            "level, oblast_code, district_code, period_start_date, is_latest, figure, period, part, whole"
        )
        query = (
            f"select {columns}, persons, based_on, organisations_reported, organisations_due, is_withheld, is_ranked, "
            "is_share, period_label_kk, period_label_ru, before_period_label_kk, before_period_label_ru, "
            "year_ago_period_label_kk, year_ago_period_label_ru from rpt_key_figure "
            f"where basis = ? and {STRUCTURE} and (level = 'republic' or ({own.condition})) "
            "order by figure, period_start_date"
        )
        return self.file.rows(query, (self.basis, *own.values))

    @cached_property
    def spans(self) -> dict[str, dict[str, Span]]:
        """The periods of each key figure, oldest first, as the republic has them."""
        of_country = [row for row in self._rows if row["level"] == "republic"]
        by_label = {(row["figure"], row["period_label_kk"]): row["period"] for row in of_country}
        found: dict[str, dict[str, Span]] = {}
        for row in of_country:
            figure, before, ago = (
                row["figure"],
                text(row, "before_period_label"),
                text(row, "year_ago_period_label"),
            )
            found.setdefault(figure, {})[row["period"]] = Span(
                row["period"],
                Both(kk=row["period_label_kk"], ru=row["period_label_ru"]),
                row["period_start_date"],
                row["is_latest"] == 1,
                by_label.get((figure, before.kk)) if before else None,
                before,
                by_label.get((figure, ago.kk)) if ago else None,
                ago,
            )
        return found

    @cached_property
    def _own(self) -> dict[tuple[str, str], Point]:
        place = (self.place.level, self.place.oblast_code, self.place.district_code)
        return {
            (row["figure"], row["period"]): point(row)
            for row in self._rows
            if (row["level"], row["oblast_code"], row["district_code"]) == place
        }

    @cached_property
    def last_day(self) -> date:
        """The last day of the summary's period."""
        return self.span.start + timedelta(days=words().rhythms[self.of.rhythm].days)

    def span_of(self, name: str) -> Span | None:
        """The period of a figure that a summary of this period tells: its own where it has the same rhythm, otherwise
        the newest known that began by its end; of a shorter one, in it."""
        figure = words().figures[name]
        key = figure.follows or name
        spans = self.spans.get(key, {})
        if figure.rhythm == self.of.rhythm:
            return spans.get(self.span.period)
        rhythms = words().rhythms
        is_shorter = rhythms[figure.rhythm].days < rhythms[self.of.rhythm].days
        first = self.span.start if is_shorter else date.min
        begun = [span for span in spans.values() if first <= span.start <= self.last_day]
        known = [span for span in begun if self._country_has(key, span.period)]
        return max(known or begun, key=lambda span: span.start, default=None)

    def _country_has(self, key: str, period: str) -> bool:
        return any(
            row["part"] is not None
            for row in self._rows
            if row["level"] == "republic" and (row["figure"], row["period"]) == (key, period)
        )

    def own(self, name: str, period: str | None) -> Point:
        """A figure of the place itself in a period."""
        if period is None:
            return NOTHING
        if words().figures[name].mart:
            return self._summed_own[name].get(period, NOTHING)
        return self._own.get((name, period), NOTHING)

    def measured(self, name: str) -> Measured | None:
        """A figure of the place itself; None where no period of it is known."""
        span = self.span_of(name)
        if span is None:
            return None
        return Measured(
            self.own(name, span.period), self.own(name, span.before), self.own(name, span.year_ago)
        )

    @cached_property
    def _summed_own(self) -> dict[str, dict[str, Point]]:
        return {
            name: {row["period"]: point(row) for row in self._summed(name, itself(self.place), "")}
            for name in self._wanted
            if name and words().figures[name].mart
        }

    @cached_property
    def _wanted(self) -> set[str]:
        rules = {rule.figure for rule in self.of.calls.rules_of_regions}
        sections = {name for each in self.of.sections for name in (each.figure, *each.beside)}
        return {self.of.main, *self.of.headlines, *sections, *rules, *self._of_calls}

    @property
    def _of_calls(self) -> set[str]:
        """Figures that are asked of single organisations."""
        return {rule.figure for rule in self.of.calls.rules_of_organisations}

    def _summed(self, name: str, inside: Inside, columns: str, periods: tuple[str, ...] = ()) -> list[Row]:
        """Sums of a mart's columns, in the shape of key figures."""
        figure = words().figures[name]
        some = f"and {figure.period} in ({', '.join('?' * len(periods))})" if periods else ""
        query = (
            f"select '{name}' as figure, {columns}{figure.period} as period, sum({figure.part})::bigint as part, "
            f"sum({figure.whole})::bigint as whole, max({figure.persons}) as persons, "
            f"max({figure.reported}) as organisations_reported, max({figure.due}) as organisations_due, "
            f"max(is_withheld) as is_withheld, {int(figure.unit == 'share')} as is_share "
            f"from {figure.mart} where basis = ? and {STRUCTURE} and {inside.condition} {some} group by all"
        )
        return self.file.rows(query, (self.basis, *inside.values, *periods))

    def of_parts(self, name: str) -> Parts:
        """A figure of the place's parts, by code, in the figure's period."""
        return self._below(name, LEVEL_BELOW[self.place.level], parts(self.place))

    def of_organisations(self, name: str) -> Parts:
        """The same of all organisations of the place."""
        inside = within(self.place)
        return self._below(
            name, "organisation", Inside(f"level = 'organisation' and {inside.condition}", inside.values)
        )

    def _below(self, name: str, level: str, inside: Inside) -> Parts:
        if words().figures[name].mart:
            if (name, level) not in self._of_marts:
                self._of_marts[name, level] = self._summed_parts(name, level, inside)
            return self._of_marts[name, level]
        if level not in self._of_levels:
            self._of_levels[level] = self._key_figures(level, inside)
        return self._of_levels[level].get(name, {})

    def _key_figures(self, level: str, inside: Inside) -> dict[str, Parts]:
        """Each key figure of the places of a level in the figure's period, by figure and code."""
        wanted = self._wanted if level != "organisation" or self.place.level == "district" else self._of_calls
        keys = [name for name in wanted if name and not words().figures[name].mart]
        spans = {name: span for name in keys if (span := self.span_of(name))}
        pairs = [(name, period) for name, span in spans.items() for period in periods(span)]
        if not pairs:
            return {}
        query = (
            f"select figure, period, part, whole, {NAMES.format(code=code_of(level))}, persons, based_on, "
            "organisations_reported, organisations_due, is_withheld, is_ranked, is_share from rpt_key_figure where "
            f"basis = ? and {STRUCTURE} and {inside.condition} and (figure, period) in "
            f"({', '.join(['(?, ?)'] * len(pairs))})"
        )
        rows = self.file.rows(query, (self.basis, *inside.values, *(each for pair in pairs for each in pair)))
        by_figure: dict[str, list[Row]] = {name: [] for name in spans}
        for row in rows:
            by_figure[row["figure"]].append(row)
        return {name: compared(by_figure[name], span) for name, span in spans.items()}

    def _summed_parts(self, name: str, level: str, inside: Inside) -> Parts:
        span = self.span_of(name)
        if span is None:
            return {}
        names = NAMES_SUMMED.format(code=code_of(level)) + ", "
        return compared(self._summed(name, inside, names, periods(span)), span)


def country_code(place: Place) -> str:
    """The code of a place's own row: KATO, `all` of the republic."""
    return {"republic": COUNTRY, "oblast": place.oblast_code, "district": place.district_code}[place.level]
