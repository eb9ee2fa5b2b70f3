"""Rules on regional indicators: parts and wholes, units, levels, years beside each other.

The columns are those of the form regional_indicators; what an indicator counts, whether it adds up and what it is
part of stand in the codelist `regional_indicator`.
"""

from __future__ import annotations

from typing import Any, ClassVar

from expectations.rules.group import place, placed
from expectations.rules.rule import BATCH, Rule, Stage, text
from ingest.schema.forms.codelist import codelist

_OTHER = BATCH.replace(" AS b", " AS a")
# The first year a period text speaks of; a school year counts by the year it begins in.
_YEAR = "TRY_CAST(left({0}.value_period, 4) AS INTEGER)"


def _indicators(**extra: str) -> str:
    """The codes whose columns in the codelist hold these values, as a list of SQL."""
    found = [
        text(entry.code)
        for entry in codelist("regional_indicator").codes
        if all(entry.extra[name] == value for name, value in extra.items())
    ]
    return ", ".join(found) or "NULL"


class CountNotWhole(Rule):
    """What is counted (`other`: the indicator) is a whole number."""

    other: str

    def fault(self) -> str:
        return (
            f"b.{self.other} IN ({_indicators(unit='count')}) AND b.{self.column} <> floor(b.{self.column})"
        )


class PercentAboveHundred(Rule):
    """A share (`other`: the indicator) is not above one hundred per cent."""

    other: str

    def fault(self) -> str:
        return f"b.{self.other} IN ({_indicators(unit='percent')}) AND b.{self.column} > 100"


class PartsAndWhole(Rule):
    """A rule on a value against the sum of others of the file that are parts of it, for indicators that add up.

    `other` is the column that tells whole and parts apart. Points at the whole.
    """

    is_base: ClassVar[bool] = True
    stage: ClassVar[Stage] = "group"
    speaks_of: ClassVar[tuple[str, ...]] = ("area", "indicator", "kato", "level", "value_period")

    other: str
    whole: ClassVar[str]
    parts: ClassVar[tuple[str, ...]]
    same: ClassVar[str]
    """What a row `a` of a part has in common with the row `b` of the whole, besides indicator and period."""

    def query(self) -> str:
        parts = ", ".join(map(text, self.parts))
        return f"""
            SELECT b._file, b._table, b._row, sum(a.value)::DOUBLE AS parts
            FROM {BATCH}
            JOIN {_OTHER} ON a._file = b._file AND a.indicator = b.indicator AND a.value_period = b.value_period
                AND {self.same} AND a.{self.other} IN ({parts}) AND (a._bad & {self.bad_bits}) = 0
            WHERE {self.applies(f"b.{self.other} = {text(self.whole)}")}
                AND b.indicator IN ({_indicators(is_additive="true")})
            GROUP BY b._file, b._table, b._row, b.{self.column}
            HAVING {self.fault()}
        """


class PartsFitWhole(PartsAndWhole):
    """Urban and rural together are the whole."""

    whole = "all"
    parts = ("urban", "rural")
    same = "a.level = b.level AND a.kato IS NOT DISTINCT FROM b.kato"

    def fault(self) -> str:
        return f"count(*) = {len(self.parts)} AND sum(a.value) <> b.{self.column}"


class DistrictsExceedRegion(PartsAndWhole):
    """The districts of a region, which have its first two digits, are together not above it."""

    whole = "oblast"
    parts = ("district",)
    same = "a.area = b.area AND left(a.kato, 2) = left(b.kato, 2)"

    def fault(self) -> str:
        return f"sum(a.value) > b.{self.column}"


class PartAboveWhole(Rule):
    """An indicator that is part of another (`other`: the indicator) is not above it."""

    other: str
    stage = "group"
    speaks_of = ("area", "kato", "level", "value_period")

    def query(self) -> str:
        pairs = ", ".join(
            f"({text(entry.code)}, {text(entry.extra['part_of'])})"
            for entry in codelist("regional_indicator").codes
            if entry.extra["part_of"]
        )
        return f"""
            SELECT b._file, b._table, b._row, a.value::DOUBLE AS whole
            FROM {BATCH}
            JOIN (VALUES {pairs}) AS p(part, whole) ON p.part = b.{self.other}
            JOIN {_OTHER} ON a._file = b._file AND a.level = b.level AND a.kato IS NOT DISTINCT FROM b.kato
                AND a.area = b.area AND a.value_period = b.value_period AND a.{self.other} = p.whole
                AND (a._bad & {self.bad_bits}) = 0
            WHERE {self.applies()} AND b.{self.column} > a.value
        """


class IndicatorJump(Rule):
    """From one year of the file to the next a value does not grow or shrink by more than `most` per cent.

    Values below `least` are left out: of few the change is great.
    """

    most: int = 50
    least: int = 20
    stage = "group"
    speaks_of = ("area", "indicator", "kato", "level", "value_period")

    def query(self) -> str:
        year = _YEAR.format("b")
        query = f"""
            WITH v AS (
                SELECT b._file, {place()} AS first, b.{self.column}::DOUBLE AS value, {year} AS year,
                    lag(b.{self.column}::DOUBLE) OVER same AS earlier, lag({year}) OVER same AS earlier_year
                FROM {BATCH} WHERE {self.applies(f"b.{self.column} IS NOT NULL")}
                WINDOW same AS (
                    PARTITION BY b._file, b.indicator, b.level, b.kato, b.area, length(b.value_period)
                    ORDER BY b.value_period
                )
            )
            SELECT _file, first, earlier, round(100 * (value - earlier) / earlier)::INTEGER AS share
            FROM v
            WHERE earlier > 0 AND year - earlier_year <= 1 AND greatest(value, earlier) >= {self.least}
                AND abs(value - earlier) * 100 > {self.most} * earlier
        """
        return placed(query, "earlier", "share")

    def params(self) -> dict[str, Any]:
        return {"most": self.most}


class ValueAfterPeriod(Rule):
    """A value is of a year that has begun by the end of the period the file reports on."""

    needs = ("period",)

    def fault(self) -> str:
        return f"{_YEAR.format('b')} > extract(year FROM s.period_end)"

    def facts(self) -> dict[str, str]:
        return {"end": "strftime(s.period_end, '%d.%m.%Y')"}


class TerritoryOfSubmitter(Rule):
    """A value is of the territory of who hands it in: of a region or its districts (`other`: the code, which has the
    region's first two digits), or, from the republic, of any. The column is the level.
    """

    other: str
    needs = ("node",)

    def fault(self) -> str:
        elsewhere = f"left(b.{self.other}, 2) <> left(s.node_code, 2)"
        return f"s.node_kind <> 'republic' AND (b.{self.column} = 'republic' OR {elsewhere})"

    def facts(self) -> dict[str, str]:
        return {"submitter": "s.node_code"}


class CodeOfRepublic(Rule):
    """A value of the republic as a whole has no code of a territory; `other` is the column of the level."""

    other: str

    def fault(self) -> str:
        return f"b.{self.other} = 'republic' AND b.{self.column} IS NOT NULL"
