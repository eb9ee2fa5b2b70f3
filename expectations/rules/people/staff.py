"""Rules on a list of staff: load and rate, years of service and age, posts, education and category.

Nearly all of them ask: a young graduate, a head who teaches, a pensioner at the blackboard are in order once
explained. The columns are those of the form staff_roster.
"""

from __future__ import annotations

from typing import Any

from expectations.rules.group import GroupRule, place
from expectations.rules.rule import BATCH, Rule, text
from ingest.schema.texts.message import interval

_OTHER_POSTS = ("administrative", "technical", "nurse", "laboratory")
# Categories of teachers: moderator, expert, researcher, master.
_TEACHING_CATEGORIES = ("31", "32", "33", "34", "35")
# Degrees that follow a master's course or later: whoever has one has postgraduate education.
_POSTGRADUATE_DEGREES = ("02", "03", "04", "05", "06")


def _any_of(codes: tuple[str, ...]) -> str:
    return ", ".join(text(code) for code in codes)


class HoursFitRate(Rule):
    """Weekly hours of a teacher are near the rate (`other`): `least` to `most` hours for one rate.

    The law's norm for general schools is 16 hours a week for one rate; the bounds leave room for the norms of
    other organisations and for work beside lessons.
    """

    other: str
    least: int = 12
    most: int = 26

    def _per_rate(self) -> str:
        return f"(b.{self.column}::DOUBLE / nullif(b.{self.other}::DOUBLE, 0))"

    def fault(self) -> str:
        return (
            f"b.{self.column} > 0 AND {self._per_rate()} NOT BETWEEN {self.least} AND {self.most} "
            f"OR (b.{self.column} > 0 AND b.{self.other} = 0)"
        )

    def facts(self) -> dict[str, str]:
        return {"rate": f"b.{self.other}::DOUBLE"}

    def params(self) -> dict[str, Any]:
        return {"allowed": interval(self.least, self.most)}


class PersonRateTooHigh(GroupRule):
    """All posts of a person (`columns`) together make no more than `most` rates."""

    most: int = 2

    def fault(self) -> str:
        return f"sum(b.{self.column}) > {self.most}"

    def facts(self) -> dict[str, str]:
        return {"many": f"sum(b.{self.column})::DOUBLE", "_is_alone": "count(*) = 1"}

    def params(self) -> dict[str, Any]:
        return {"most": self.most}


class MainPostTwice(Rule):
    """A person (`other`) has one permanent post in an organisation; further ones are second posts."""

    other: str
    stage = "group"
    speaks_of = ("position",)

    def query(self) -> str:
        return f"""
            WITH g AS (
                SELECT b._file, b._table, b._row, row_number() OVER same AS nth, b.position,
                    first_value({place()}) OVER same AS first_row, first_value(b.position) OVER same AS post
                FROM {BATCH}
                WHERE {self.applies(f"b.{self.column} = '1'", f"b.{self.other} IS NOT NULL")}
                WINDOW same AS (PARTITION BY b._file, b.{self.other} ORDER BY b._table, b._row)
            )
            SELECT _file, _table, _row, first_row FROM g WHERE nth > 1 AND position <> post
        """


class HoursThoughAway(Rule):
    """Who is on leave, ill or in the army (`other`) has no lessons."""

    other: str

    def fault(self) -> str:
        return f"b.{self.column} > 0 AND b.{self.other} <> '01'"


class ExperienceFitsAge(Rule):
    """Years of service are not more than the years since the sixteenth birthday (`other`: the birth date)."""

    other: str
    least: int = 16
    needs = ("period",)

    def _age(self) -> str:
        return f"date_sub('year', b.{self.other}, s.period_end)"

    def fault(self) -> str:
        # A birth after the period is a finding of its own.
        return f"b.{self.other} <= s.period_end AND b.{self.column} > {self._age()} - {self.least}"

    def facts(self) -> dict[str, str]:
        return {"age": self._age()}


class ExperienceBelowService(Rule):
    """Years of service are not fewer than the years since the day of hiring (`other`), leaves aside."""

    other: str
    needs = ("period",)

    def _years(self) -> str:
        return f"date_sub('year', b.{self.other}, s.period_end)"

    def fault(self) -> str:
        return f"b.{self.column} < {self._years()} - 1"

    def facts(self) -> dict[str, str]:
        return {"years": self._years()}


class GraduatedTooYoung(Rule):
    """The diploma was given at the age of `least` or later (`other`: the birth date)."""

    other: str
    least: int = 17

    def fault(self) -> str:
        return f"b.{self.column} - extract(year FROM b.{self.other}) < {self.least}"

    def facts(self) -> dict[str, str]:
        return {"born": f"strftime(b.{self.other}, '%d.%m.%Y')"}


class YearAfterPeriod(Rule):
    """The year is not after the period the file reports on."""

    needs = ("period",)

    def fault(self) -> str:
        return f"b.{self.column} > extract(year FROM s.period_end)"

    def facts(self) -> dict[str, str]:
        return {"year": "extract(year FROM s.period_end)"}


class DismissedBeforePeriod(Rule):
    """Who was dismissed before the period began is no longer on the list."""

    needs = ("period",)

    def fault(self) -> str:
        return f"b.{self.column} < s.period_start"

    def facts(self) -> dict[str, str]:
        return {"start": "strftime(s.period_start, '%d.%m.%Y')"}


class DegreeFitsEducation(Rule):
    """Whoever has an academic degree has postgraduate education (`other`)."""

    other: str

    def fault(self) -> str:
        return f"b.{self.column} IN ({_any_of(_POSTGRADUATE_DEGREES)}) AND b.{self.other} <> '7'"


class EducationFitsPosition(Rule):
    """Teachers (`other`) have technical, vocational or higher education."""

    other: str

    def fault(self) -> str:
        return (
            f"b.{self.other} IN ('teacher', 'director', 'deputy') AND b.{self.column} IN ('0', '1', '2', '3')"
        )


class CategoryFitsPosition(Rule):
    """A qualification category of teachers belongs to nobody in a technical or office post (`other`)."""

    other: str

    def fault(self) -> str:
        return f"b.{self.column} IN ({_any_of(_TEACHING_CATEGORIES)}) AND b.{self.other} IN ({_any_of(_OTHER_POSTS)})"


class SeveralHeads(Rule):
    """An organisation has one head at work. Points at the second."""

    other: str
    stage = "group"
    speaks_of = ("staff_status",)

    def query(self) -> str:
        return f"""
            WITH g AS (
                SELECT b._file, b._table, b._row, first_value({place()}) OVER same AS first_row,
                    b.{self.other} AS number, first_value(b.{self.other}) OVER same AS first_number
                FROM {BATCH}
                WHERE {self.applies(f"b.{self.column} = 'director'", "b.staff_status = '01'")}
                WINDOW same AS (PARTITION BY b._file ORDER BY b._table, b._row)
            )
            SELECT _file, _table, _row, first_row FROM g WHERE number <> first_number
        """


class HeadMissing(GroupRule):
    """A list of `least` posts or more names the head of the organisation."""

    asks_for_all = True

    least: int = 10

    def fault(self) -> str:
        return f"count(*) >= {self.least} AND count(*) FILTER (b.{self.column} = 'director') = 0"

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)"}
