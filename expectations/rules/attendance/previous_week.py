"""Rules that hold a week against the one before it: the same node's latest accepted.

They read `earlier`, the rows of that report, which holds no identifier of anybody. A node's first report has none; then
nothing is said.
"""

from __future__ import annotations

from expectations.rules.fingerprint import fingerprint
from expectations.rules.group import place, placed
from expectations.rules.rule import BATCH, Rule

_KEY = "b._file, grade, letter, isodow(date)"


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
