"""How far those who did not report could move a figure: between what, not by how much.

Each organisation that did not report is thought to lie between the lowest and the highest value that is plausible of
those like it, of its kind and kind of locality in the whole republic (`Plausible` of the definition says which columns
of rpt_distribution these are); where too few are like it, between nothing and everything. It weighs as its list of
learners says, or, without one, as the mean list of the place. Of a figure that is withheld nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dashboards.reports.measures import Measures
from dashboards.reports.points import part_code
from dashboards.reports.reading import CHILDREN, STRUCTURE, Point, Row, code_of, itself, parts, within
from dashboards.reports.words import words

NONE: tuple[None, None] = (None, None)


@dataclass(frozen=True)
class Missing:
    """An organisation without a report, or the small groups of a district that have none. `part`: code of the place's
    part it lies in; `learners`: on its list, None where nobody knows."""

    code: str
    part: str
    low: float | None
    high: float | None
    learners: int | None

    @property
    def between(self) -> tuple[float, float]:
        return (self.low, self.high) if self.low is not None and self.high is not None else (0.0, 1.0)


@dataclass(frozen=True)
class Coverage:
    """On how many learners' lists a figure of a place rests. `listed`: organisations with a list."""

    enrolled: int = 0
    covered: int = 0
    listed: int = 0

    @property
    def share(self) -> float | None:
        return self.covered / self.enrolled if self.enrolled else None


class Bounds:
    """The bounds of the figures of one place and of its parts."""

    def __init__(self, measures: Measures) -> None:
        self.measures = measures
        self._found: dict[str, list[Missing]] = {}

    def missing(self, name: str) -> list[Missing]:
        """Who did not report of a figure's period, by code."""
        if name not in self._found:
            self._found[name] = self._ask(name)
        return self._found[name]

    def of_place(self, name: str) -> tuple[float | None, float | None]:
        """The lowest and the highest value the place could have; none where all reported or nothing can be said."""
        span = self.measures.span_of(name)
        point = self.measures.own(name, span.period if span else None)
        return self._between(name, point, self.missing(name), self._sizes_of(name).get("", Coverage()))

    def of_part(self, name: str, code: str, point: Point) -> tuple[float | None, float | None]:
        """The same of a part."""
        missing = [each for each in self.missing(name) if each.part == code]
        return self._between(name, point, missing, self._sizes_of(name).get(code, Coverage()))

    def _between(
        self, name: str, point: Point, missing: list[Missing], coverage: Coverage
    ) -> tuple[float | None, float | None]:
        if not missing or not point.is_share or point.symbol == "c":
            return NONE
        mean = coverage.enrolled / coverage.listed if coverage.listed else None
        sizes = [each.learners if each.learners is not None else mean for each in missing]
        known = [(each.between, size) for each, size in zip(missing, sizes, strict=True) if size]
        covered = self._covered(name, missing, coverage)
        if len(known) < len([size for size in sizes if size != 0]) or (point.whole and not covered):
            return NONE
        of_each = point.whole / covered if point.whole and covered else 1.0
        part, whole = (point.part or 0, point.whole or 0) if point.value is not None else (0, 0)
        all_of_it = whole + sum(size * of_each for _, size in known)
        if not all_of_it:
            return NONE
        low, high = (
            (part + sum(size * of_each * between[end] for between, size in known)) / all_of_it
            for end in (0, 1)
        )
        return low, high

    def _sizes_of(self, name: str) -> dict[str, Coverage]:
        return self.coverage if self._is_weekly(name) else self._listed

    @cached_property
    def _listed(self) -> dict[str, Coverage]:
        """Learners on the month's lists, by code of the place's part; of the place itself under no code."""
        place = self.measures.place
        level, own, inside = CHILDREN[place.level], itself(place), parts(place)
        rows = self.measures.file.rows(
            f"select level, {code_of(level)} as code, district_code, part, organisations_reported as listed from "
            f"rpt_key_figure where figure = 'contingent' and basis = ? and {STRUCTURE} and period = ? and "
            f"(({own.condition}) or ({inside.condition}))",
            (self.measures.basis, self._month, *own.values, *inside.values),
        )
        return {
            (part_code(row) if row["level"] == level else ""): Coverage(row["part"] or 0, 0, row["listed"])
            for row in rows
        }

    def _covered(self, name: str, missing: list[Missing], coverage: Coverage) -> float:
        """Learners on the lists of those who reported."""
        if self._is_weekly(name):
            return coverage.covered
        return coverage.enrolled - sum(each.learners or 0 for each in missing)

    def _is_weekly(self, name: str) -> bool:
        """Of a week the marts say how many learners are covered; of other periods the month's lists do."""
        return words().figures[name].rhythm == "week"

    def _ask(self, name: str) -> list[Missing]:
        span = self.measures.span_of(name)
        if span is None or name not in self._told:
            return []
        place, plausible = self.measures.place, self.measures.of.plausible
        inside = within(place)
        table, learners, condition, values = self._sizes(name)
        query = (
            f"select organisation_code as code, any_value({code_of(CHILDREN[place.level])}) as part, "
            f"any_value({plausible.low}) / 100.0 as low, any_value({plausible.high}) / 100.0 as high, "
            "any_value(sized.learners) as learners from rpt_distribution left join "
            f"(select organisation_code, {learners} as learners from {table} where basis = ? and {STRUCTURE} and "
            f"level = 'organisation' and {condition}) as sized using (organisation_code) "
            "where basis = ? and structure = 'as_was' and level = 'organisation' and figure = ? and period = ? and "
            f"standing = 'not_reported' and {inside.condition} group by organisation_code order by organisation_code"
        )
        asked = (self.measures.basis, *values, self.measures.basis, name, span.period, *inside.values)
        found = [
            Missing(row["code"], row["part"], _number(row["low"]), _number(row["high"]), row["learners"])
            for row in self.measures.file.rows(query, asked)
        ]
        return found + (self._small_groups() if self._is_weekly(name) else [])

    def _sizes(self, name: str) -> tuple[str, str, str, tuple[str, ...]]:
        """Where the size of an organisation stands: table, column, condition and its values."""
        if self._is_weekly(name):
            return "rpt_attendance", "learners_enrolled", "period = ?", (self._week,)
        return "rpt_key_figure", "part", "figure = 'contingent' and period = ?", (self._month,)

    @cached_property
    def _month(self) -> str:
        """The lists that say how large an organisation is: the newest of the summary's period, or the first after."""
        spans = sorted(self.measures.spans.get("contingent", {}).values(), key=lambda span: span.start)
        before = [span.period for span in spans if span.start <= self.measures.last_day]
        return before[-1] if before else spans[0].period if spans else ""

    @cached_property
    def _week(self) -> str:
        span = self.measures.span_of("attendance")
        return span.period if span else ""

    def _small_groups(self) -> list[Missing]:
        """What of the bundles of small groups did not report, of which nobody is told apart."""
        return [
            Missing(code, code, None, None, each.enrolled - each.covered)
            for code, each in self._bundles.items()
            if each.enrolled > each.covered
        ]

    @cached_property
    def _told(self) -> set[str]:
        rows = self.measures.file.rows("select distinct figure from rpt_distribution")
        return {row["figure"] for row in rows}

    @cached_property
    def _bundles(self) -> dict[str, Coverage]:
        level = CHILDREN[self.measures.place.level]
        found: dict[str, Coverage] = {}
        for row in self._rows_of("organisation_code = 'few'"):
            code = part_code({**row, "code": row[code_of(level)]})
            before = found.get(code, Coverage())
            found[code] = Coverage(
                before.enrolled + (row["learners_enrolled"] or 0),
                before.covered + (row["learners_covered"] or 0),
            )
        return found

    @cached_property
    def coverage(self) -> dict[str, Coverage]:
        """Of the week's attendance, by code of the place's part; of the place itself under no code."""
        place = self.measures.place
        level, own, inside = CHILDREN[place.level], itself(place), parts(place)
        found: dict[str, Coverage] = {}
        for row in self._rows_of(
            f"(({own.condition}) or ({inside.condition}))", (*own.values, *inside.values)
        ):
            code = part_code({**row, "code": row[code_of(level)]}) if row["level"] == level else ""
            of = ("learners_enrolled", "learners_covered", "organisations_listed")
            found[code] = Coverage(*(row[column] or 0 for column in of))
        return found

    def _rows_of(self, condition: str, values: tuple[str, ...] = ()) -> list[Row]:
        inside = within(self.measures.place)
        return self.measures.file.rows(
            "select level, oblast_code, district_code, organisation_code, learners_enrolled, learners_covered, "
            f"organisations_listed from rpt_attendance where basis = ? and {STRUCTURE} and period = ? and "
            f"{condition}" + (f" and {inside.condition}" if not values else ""),
            (self.measures.basis, self._week, *(values or inside.values)),
        )


def _number(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
