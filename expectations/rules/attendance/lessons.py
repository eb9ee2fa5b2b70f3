"""Rules on the lessons of a day: how many, of whom, and whether it is a day of lessons at all."""

from __future__ import annotations

from expectations.rules.attendance.class_day import SAME_DAY, ClassDayRule
from expectations.rules.group import of_prepared, place, placed
from expectations.rules.minority import MinorityRule
from expectations.rules.rule import BATCH, Rule


class LessonsAboveUsual(Rule):
    """A day has no more lessons than is usual: 6 in grades 0 and 1, 7 in 2 to 4, 10 above.

    Where most of a class have as many, one finding for the class at the first of them. Where few have, each of them;
    but nothing where they are so far from the others (`apart`) that `timetables_differ` speaks of them.
    """

    apart: int = 3
    stage = "group"
    reads = ("class_day",)
    speaks_of = ("grade", "letter", "date")

    def query(self) -> str:
        most = "CASE WHEN d.grade <= 1 THEN 6 WHEN d.grade <= 4 THEN 7 ELSE 10 END"
        query = f"""
            WITH d AS (
                SELECT *, {most} AS most FROM class_day AS d WHERE d.longest > {most}
            ), above AS (
                SELECT d.*, b.{self.column} AS many, {place()} AS spot,
                    2 * count(*) OVER same > d.learners AS is_most, row_number() OVER same AS nth
                FROM {BATCH} JOIN d ON {SAME_DAY} AND b.{self.column} > d.most
                WHERE {self.applies()}
                WINDOW same AS (
                    PARTITION BY d._file, d.grade, d.letter, d.date ORDER BY {place()}
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                )
            )
            SELECT _file, spot AS first, many, most FROM above
            WHERE CASE WHEN is_most THEN nth = 1 ELSE longest - shortest <= {self.apart} END
        """
        return placed(query, "many", "most")


class TimetablesDiffer(MinorityRule):
    """Learners of one class have about as many lessons on one day: `most` apart at the most. Points at those whose
    number is far from that of most of the class (`columns`: grade, letter, date)."""

    most: int = 3
    reads = ("class_day",)

    def suspects(self) -> str:
        return f"SEMI JOIN class_day AS d ON {SAME_DAY} AND d.longest - d.shortest > {self.most}"

    def matters(self) -> str:
        return f"abs(v.value - v.usual) > {self.most}"


class LessonsOnSunday(ClassDayRule):
    """There are no lessons on a Sunday. One finding a file and day."""

    def query(self) -> str:
        query = """
            SELECT _file, min(first) AS first, sum(learners) AS many
            FROM class_day WHERE isodow(date) = 7 GROUP BY _file, date
        """
        return of_prepared(query, "many")


class SaturdayInFiveDayWeek(ClassDayRule):
    """A school whose passport says five days a week has no lessons on a Saturday, and grades 0 and 1 have none in any.

    One finding a file and day.
    """

    needs = ("node", "passport")

    def query(self) -> str:
        query = """
            SELECT d._file, min(d.first) AS first, sum(d.learners) AS many, s.study_days AS days
            FROM class_day AS d JOIN scope AS s ON s._file = d._file AND s.has_node AND s.has_passport
            WHERE isodow(d.date) = 6 AND (s.study_days = 5 OR d.grade <= 1)
            GROUP BY d._file, d.date, s.study_days
        """
        return of_prepared(query, "many", "days")


class LessonsOnUnusualSaturday(ClassDayRule):
    """Lessons on a Saturday are those of a school that has them: more than a third of its classes, where it has
    `least` classes or more, and on the Saturday of the week before as well. One finding a file and day.

    Where there is a passport, it says how many days the week has: `saturday_in_five_day_week` speaks of the Saturdays
    that are none by it.
    """

    least: int = 3
    reads = ("class_day", "earlier")

    def query(self) -> str:
        query = f"""
            WITH day AS (
                SELECT _file, date, min(first) AS first, sum(learners) AS many, count(*) AS classes
                FROM class_day ANTI JOIN scope AS s ON s._file = class_day._file AND s.has_passport
                    AND (s.study_days = 5 OR class_day.grade <= 1)
                WHERE isodow(date) = 6 GROUP BY _file, date
            ), file AS (
                SELECT _file, count(DISTINCT (grade, letter)) AS classes FROM class_day GROUP BY _file
            ), before AS (
                SELECT _file, bool_or(isodow(date) = 6) AS has_saturday FROM earlier GROUP BY _file
            )
            SELECT d._file, d.first, d.many, d.classes
            FROM day AS d JOIN file AS f USING (_file) JOIN scope AS s USING (_file) LEFT JOIN before AS e USING (_file)
            WHERE (f.classes >= {self.least} AND d.classes * 3 <= f.classes)
                OR (NOT e.has_saturday AND NOT s.has_passport)
        """
        return of_prepared(query, "many", "classes")
