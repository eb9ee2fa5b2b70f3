"""Rules that hold a report against the one before it: the same node's latest accepted of an earlier period.

All of them ask: a school may double, an epidemic come, a building be measured anew. They read `earlier`, the rows
of that report, which holds no identifier of anybody. A node's first report has none; then nothing is said.
"""

from __future__ import annotations

from expectations.rules.fingerprint import fingerprint
from expectations.rules.group import GroupRule, place, placed
from expectations.rules.rule import BATCH, Rule

_KEY = "b._file, grade, letter, isodow(date)"


class SizeJump(GroupRule):
    """The list has not grown or shrunk by `least` rows and `most` per cent at once since the report before."""

    least: int = 20
    most: int = 20
    needs = ("previous", "whole")
    is_about_row = False
    reads = ("earlier",)

    def joins(self) -> str:
        return f"""
            {super().joins()}
            JOIN (SELECT _file, count(*) AS rows FROM earlier GROUP BY _file) AS e ON e._file = b._file
        """

    def fault(self) -> str:
        change = "abs(count(*) - any_value(e.rows))"
        return f"{change} >= {self.least} AND {change} * 100 > {self.most} * any_value(e.rows)"

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)", "earlier": "any_value(e.rows)"}


class AbsenceJump(Rule):
    """The share of lessons missed is not `most` percentage points away from that of the report before.

    Of fewer than `least` learner days nothing is said. `columns`: lessons missed and scheduled.
    """

    columns: list[str]
    least: int = 100
    most: int = 15
    needs = ("previous", "whole")
    is_about_row = False
    reads = ("earlier",)

    def query(self) -> str:
        missed, scheduled = self.columns
        share = f"100.0 * sum({missed}) / nullif(sum({scheduled}), 0)"
        query = f"""
            WITH now AS (
                SELECT b._file, min({place()}) AS first, count(*) AS days, {share} AS share
                FROM {BATCH} {self.joins()} WHERE {self.applies()} GROUP BY b._file
            ), before AS (
                SELECT _file, count(*) AS days, {share} AS share FROM earlier GROUP BY _file
            )
            SELECT w._file, w.first, round(w.share, 1) AS share, round(e.share, 1) AS earlier
            FROM now AS w JOIN before AS e USING (_file)
            WHERE w.days >= {self.least} AND e.days >= {self.least} AND abs(w.share - e.share) > {self.most}
        """
        return placed(query, "share", "earlier")


class WeekCopied(Rule):
    """The week is not that before it once more: the same absences in every class on every weekday, `least` or more.

    Compares, class by class and day by day, how many were away, for how many lessons and for which reasons: who it
    was is not kept. Points at the first row of the file.
    """

    least: int = 15
    needs = ("previous", "whole")
    speaks_of = ("grade", "letter", "date", "lessons_missed_valid", "absence_reason")
    is_about_row = False
    reads = ("earlier",)

    def query(self) -> str:
        def days(source: str, first: str) -> str:
            return f"""
                SELECT {_KEY} AS weekday, {first} AS first,
                    count(*) FILTER (lessons_missed > 0) AS away,
                    {fingerprint("lessons_missed", "lessons_missed_valid", "absence_reason")}
                        FILTER (lessons_missed > 0) AS pattern
                FROM {source}
                WHERE date IS NOT NULL GROUP BY ALL
            """

        query = f"""
            WITH now AS ({days(BATCH, f"min({place()})")}), before AS ({days("earlier AS b", "min(0)")})
            SELECT w._file, min(w.first) AS first, sum(w.away) AS many
            FROM now AS w
            JOIN scope AS s ON s._file = w._file AND s.has_previous AND s.has_whole
            LEFT JOIN before AS e ON e._file = w._file AND e.grade IS NOT DISTINCT FROM w.grade
                AND e.letter IS NOT DISTINCT FROM w.letter AND e.weekday = w.weekday AND e.away = w.away
                AND e.pattern IS NOT DISTINCT FROM w.pattern
            GROUP BY w._file
            HAVING count(*) = count(e._file) AND sum(w.away) >= {self.least}
        """
        return placed(query, "many")


class MarksJump(Rule):
    """The average mark of a grade in a subject (`columns`) is not more than one mark away from the term before.

    Of fewer than `least` marks nothing is said.
    """

    columns: list[str]
    least: int = 20
    needs = ("previous", "whole")
    is_about_row = False
    reads = ("earlier",)

    def query(self) -> str:
        grade, subject = self.columns
        query = f"""
            WITH now AS (
                SELECT b._file, b.{grade}, b.{subject}, min({place()}) AS first,
                    count(*) AS marks, avg(b.{self.column}) AS mark
                FROM {BATCH} {self.joins()}
                WHERE {self.applies(f"b.{self.column} IS NOT NULL")}
                GROUP BY b._file, b.{grade}, b.{subject}
            ), before AS (
                SELECT _file, {grade}, {subject}, count({self.column}) AS marks, avg({self.column}) AS mark
                FROM earlier GROUP BY ALL
            )
            SELECT w._file, w.first, round(w.mark, 2) AS average, round(e.mark, 2) AS earlier
            FROM now AS w JOIN before AS e USING (_file, {grade}, {subject})
            WHERE w.marks >= {self.least} AND e.marks >= {self.least} AND abs(w.mark - e.mark) > 1
        """
        return placed(query, "average", "earlier")


class ChangedMuch(Rule):
    """The number has not become `times` times what it was in the report before, or that part of it.

    `other` is the key of the row. Changes by less than `least` are left out.
    """

    other: str
    times: int = 2
    least: int = 10
    needs = ("previous",)
    reads = ("earlier",)

    def joins(self) -> str:
        return f"{super().joins()} JOIN earlier AS e ON e._file = b._file AND e.{self.other} = b.{self.other}"

    def fault(self) -> str:
        now, before = f"b.{self.column}", f"e.{self.column}"
        return (
            f"abs({now} - {before}) >= {self.least} "
            f"AND greatest({now}, {before}) >= {self.times} * least({now}, {before})"
        )

    def facts(self) -> dict[str, str]:
        return {"earlier": f"e.{self.column}::DOUBLE"}


class FactChanged(Rule):
    """What does not change of itself is what it was in the report before. `other` is the key of the row."""

    other: str
    needs = ("previous",)
    reads = ("earlier",)

    def joins(self) -> str:
        return f"{super().joins()} JOIN earlier AS e ON e._file = b._file AND e.{self.other} = b.{self.other}"

    def fault(self) -> str:
        return f"b.{self.column} <> e.{self.column}"

    def facts(self) -> dict[str, str]:
        return {"earlier": f"e.{self.column}"}


class ValueRestated(Rule):
    """A value that the report before gave for the same key (`columns`) is given once more as it was."""

    columns: list[str]
    needs = ("previous",)
    reads = ("earlier",)

    def joins(self) -> str:
        same = " AND ".join(f"e.{name} IS NOT DISTINCT FROM b.{name}" for name in self.columns)
        return f"{super().joins()} JOIN earlier AS e ON e._file = b._file AND {same}"

    def fault(self) -> str:
        return f"b.{self.column} <> e.{self.column}"

    def facts(self) -> dict[str, str]:
        return {"earlier": f"e.{self.column}::DOUBLE"}
