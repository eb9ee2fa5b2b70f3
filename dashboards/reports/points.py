"""Figures of places, each beside itself in the periods it is held against, as rows of a query tell them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dashboards.reports.content import Both
from dashboards.reports.reading import NOTHING, Point, Row
from dashboards.reports.words import words

BUNDLE = "few"


@dataclass(frozen=True)
class Span:
    """A period of a figure, and those it is held against; `before`, `year_ago`: None where there is none."""

    period: str
    label: Both
    start: date
    is_latest: bool
    before: str | None
    before_label: Both | None
    year_ago: str | None
    year_ago_label: Both | None


@dataclass(frozen=True)
class Measured:
    """A figure of one place beside itself in the period before and a year ago."""

    now: Point
    before: Point
    year_ago: Point


@dataclass(frozen=True)
class Part:
    """A part of a place: an oblast, a district, an organisation. `few`: a bundle of small groups is nobody's."""

    code: str
    name: Both
    oblast: Both
    district: Both

    @property
    def is_bundle(self) -> bool:
        return self.code.startswith(BUNDLE)


Parts = dict[str, tuple[Part, Measured]]
"""A figure of the parts of a place, by their code."""


NAMES = (
    "{code} as code, place_name_kk, place_name_ru, oblast_name_kk, oblast_name_ru, district_code, district_name_kk, "
    "district_name_ru"
)


NAMES_SUMMED = "{code} as code, district_code, " + ", ".join(
    f"any_value({name}_{language}) as {name}_{language}"
    for name in ("place_name", "oblast_name", "district_name")
    for language in ("kk", "ru")
)
"""The same over several rows of a place."""


def _part(row: Row) -> Part:
    def named(column: str) -> Both:
        return Both(kk=row[f"{column}_kk"], ru=row[f"{column}_ru"])

    return Part(part_code(row), named("place_name"), named("oblast_name"), named("district_name"))


def point(row: Row) -> Point:
    """The figure a row tells."""
    return Point(
        part=row["part"],
        whole=row["whole"],
        is_share=row["is_share"] == 1,
        persons=row.get("based_on", row["persons"]),
        reported=row["organisations_reported"] or 0,
        due=row["organisations_due"],
        is_asked=words().figures[row["figure"]].is_asked,
        is_withheld=row["is_withheld"] == 1,
        is_ranked=row.get("is_ranked", int(row["part"] is not None)) == 1,
    )


def periods(span: Span) -> tuple[str, ...]:
    """A period and those it is held against."""
    return tuple(each for each in (span.period, span.before, span.year_ago) if each)


def compared(rows: list[Row], span: Span) -> Parts:
    """Parts that the period of a figure tells of, each beside itself in the periods it is held against."""
    points: dict[str, dict[str, Point]] = {}
    for row in rows:
        points.setdefault(part_code(row), {})[row["period"]] = point(row)
    return {
        part_code(row): (
            _part(row),
            Measured(
                *(
                    points[part_code(row)].get(each or "", NOTHING)
                    for each in (span.period, span.before, span.year_ago)
                )
            ),
        )
        for row in rows
        if row["period"] == span.period
    }


def part_code(row: Row) -> str:
    """The code of a part. Each district has a bundle of small groups."""
    return str(row["code"]) if row["code"] != BUNDLE else f"{BUNDLE} {row['district_code']}"
