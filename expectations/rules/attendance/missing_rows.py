"""Rules on rows that are not there: of a class, a learner, a day of the week."""

from __future__ import annotations

from expectations.rules.attendance.class_day import ClassDayRule
from expectations.rules.group import class_name, of_prepared, place, placed
from expectations.rules.rule import BATCH, Rule


class ClassDayMissing(ClassDayRule):
    """A class of the file has rows for every day on which at least half of its classes have. Names class and day.

    A class all of whose learners (`other`) stand in another one too is a slip in the class, which is asked about.
    """

    other: str
    is_about_cell = False
    asks_for_days = True
    speaks_of = ("grade", "letter")

    def query(self) -> str:
        query = f"""
            WITH class AS (
                SELECT _file, grade, letter, min(first) AS first, list(date) AS days, sum(learners) AS rows
                FROM class_day GROUP BY _file, grade, letter
            ), taught AS (
                SELECT _file, date, count(*) AS classes FROM class_day GROUP BY _file, date
            ), file AS (
                SELECT _file, count(*) AS classes FROM class GROUP BY _file
            ), doubtful AS (
                SELECT DISTINCT b._file, b.grade, b.letter FROM {BATCH} WHERE (b._bad & {self.bad_bits}) <> 0
            ), elsewhere AS (
                SELECT b._file, b.grade, b.letter, count(*) AS rows
                FROM {BATCH} SEMI JOIN distinct_{self.other} AS d ON d._file = b._file AND d.value = b.{self.other}
                    AND (d.grade <> d.grade_to OR d.letter <> d.letter_to OR (d.lacks_letter AND d.letter IS NOT NULL))
                GROUP BY ALL
            )
            SELECT c._file, c.first, strftime(d.date, '%d.%m.%Y') AS day,
                {class_name("c.grade", "c.letter")} AS class_name
            FROM class AS c JOIN taught AS d USING (_file) JOIN file AS f USING (_file)
            ANTI JOIN doubtful AS n ON n._file = c._file AND n.grade IS NOT DISTINCT FROM c.grade
                AND n.letter IS NOT DISTINCT FROM c.letter
            ANTI JOIN elsewhere AS e ON e._file = c._file AND e.grade = c.grade
                AND e.letter IS NOT DISTINCT FROM c.letter AND e.rows >= c.rows
            WHERE d.classes >= 2 AND d.classes * 2 >= f.classes AND NOT list_contains(c.days, d.date)
        """
        return of_prepared(query, "day", "class_name")


class WeekIncomplete(ClassDayRule):
    """The file has rows for every day from Monday to Friday on which, by the calendar, there are lessons.

    Days off for some grades alone count as days of lessons. Of files below `least` rows nothing is said.
    """

    least: int = 20
    asks_for_days = True
    needs = ("period", "calendar", "whole")
    reads = ("class_day", "period_day")

    def query(self) -> str:
        query = f"""
            WITH file AS (
                SELECT _file, min(first) AS first, sum(learners) AS rows FROM class_day GROUP BY _file
            ), lessons AS (
                SELECT s._file, p.day
                FROM scope AS s
                JOIN period_day AS p ON p.day BETWEEN s.period_start AND s.period_end AND isodow(p.day) <= 5
                WHERE s.has_calendar AND s.has_whole
                    AND EXISTS (
                        SELECT 1 FROM reference_calendar
                        WHERE segment = 'term' AND p.day BETWEEN start_date AND end_date
                    )
                    AND NOT EXISTS (
                        SELECT 1 FROM reference_calendar
                        WHERE segment IN ('break', 'holiday') AND grade_from IS NULL
                            AND p.day BETWEEN start_date AND end_date
                    )
            )
            SELECT f._file, f.first, string_agg(strftime(d.day, '%d.%m.%Y'), ', ' ORDER BY d.day) AS days
            FROM file AS f
            JOIN lessons AS d ON d._file = f._file
            ANTI JOIN class_day AS c ON c._file = d._file AND c.date = d.day
            WHERE f.rows >= {self.least}
            GROUP BY f._file, f.first
        """
        return of_prepared(query, "days")


class LearnersLackDays(Rule):
    """A learner has a row for every day on which half of the class (`columns`) or more have.

    Points at the first row of each learner who lacks some and names the days. Says nothing while fewer than `least`
    learners and a quarter of the class lack days: some come or leave within the week. A row in doubt may be the very
    one that seems to be lacking. Reads `class_day`.
    """

    columns: list[str]
    other: str
    least: int = 5
    stage = "group"
    is_about_cell = False
    is_about_row = False
    asks_for_rows = True
    reads = ("class_day",)

    def _suspects(self) -> str:
        """The files that are worth counting learner by learner: every class of any other has equal days."""
        return f"""
            SELECT c._file
            FROM (
                SELECT _file, grade, letter, max(learners) AS most, sum(learners) AS rows, count(*) AS days
                FROM class_day GROUP BY ALL
            ) AS c
            JOIN (
                SELECT _file, count(*) AS learners FROM distinct_{self.other} GROUP BY _file
            ) AS l ON l._file = c._file
            GROUP BY c._file, l.learners
            HAVING sum(c.most * c.days - c.rows) >= {self.least} OR sum(c.most) <> l.learners
        """

    def query(self) -> str:
        grade, letter = self.columns
        key = f"b._file, b.{grade} AS grade, lower(coalesce(b.{letter}, '')) AS letter"
        query = f"""
            WITH rows AS (
                SELECT {key}, b.{self.other} AS learner, b.{self.column} AS day, {place()} AS first
                FROM {BATCH} SEMI JOIN ({self._suspects()}) AS f ON f._file = b._file
                WHERE {self.applies(f"b.{self.column} IS NOT NULL")}
            ), w AS (
                SELECT _file, grade, letter, learner, min(first) AS first, list(DISTINCT day) AS days
                FROM rows GROUP BY ALL
            ), day AS (
                SELECT _file, grade, letter, day, count(*) AS learners FROM rows GROUP BY ALL
            ), compared AS (
                SELECT *, max(learners) OVER (PARTITION BY _file, grade, letter) AS most FROM day
            ), c AS (
                SELECT _file, grade, letter, list(day ORDER BY day) AS taught
                FROM compared WHERE learners * 2 >= most GROUP BY ALL
            ), doubtful AS (
                SELECT DISTINCT b._file, b.{self.other} AS learner FROM {BATCH} WHERE (b._bad & {self.bad_bits}) <> 0
            ), lacking AS (
                SELECT w.*, list_filter(c.taught, day -> NOT list_contains(w.days, day)) AS missing
                FROM w JOIN c ON c._file = w._file AND c.grade IS NOT DISTINCT FROM w.grade AND c.letter = w.letter
            ), compared_with AS (
                SELECT l.*, count(*) FILTER (len(missing) > 0) OVER class AS many, count(*) OVER class AS learners
                FROM lacking AS l ANTI JOIN doubtful AS d ON d._file = l._file AND d.learner = l.learner
                WINDOW class AS (PARTITION BY l._file, l.grade, l.letter)
            )
            SELECT _file, first,
                array_to_string(list_transform(missing, day -> strftime(day, '%d.%m.%Y')), ', ') AS days
            FROM compared_with
            WHERE len(missing) > 0 AND many >= {self.least} AND many * 4 >= learners
        """
        return placed(query, "days")


class LearnerDayMissing(Rule):
    """A learner (`other`) has a row for every day of the class (`columns`) between the first and the last of his own.

    Who comes or leaves within the week lacks days at an end; a gap between two days is a row left out. A row that
    names another class, a day that cannot be read or one on which the class has no lessons, fills it: the row is there,
    and others ask about its day; so does one of the class and day that bears another's number. Says nothing of a class
    of which `most` or more lack days: that is for `learners_lack_days`.
    """

    columns: list[str]
    other: str
    most: int = 5
    stage = "group"
    is_about_cell = False
    is_about_row = False
    asks_for_rows = True
    reads = ("class_day",)

    def query(self) -> str:
        grade, letter = self.columns
        same = "AND {0}.grade = {1}.grade AND {0}.letter IS NOT DISTINCT FROM {1}.letter"
        query = f"""
            WITH c AS (
                SELECT *, max(learners) OVER (PARTITION BY _file, grade, letter) AS most FROM class_day
            ), gap AS (
                SELECT DISTINCT _file, grade, letter FROM c WHERE learners < most AND learners * 2 >= most
            ), rows AS (
                SELECT b._file, b.{grade} AS grade, b.{letter} AS letter, b.{self.other} AS learner,
                    b.{self.column} AS day, {place()} AS first
                FROM {BATCH} SEMI JOIN gap AS g ON g._file = b._file AND g.grade = b.{grade}
                    AND g.letter IS NOT DISTINCT FROM b.{letter}
                WHERE {self.applies(f"b.{self.column} IS NOT NULL", f"b.{self.other} IS NOT NULL")}
            ), w AS (
                SELECT _file, grade, letter, learner, min(first) AS first, min(day) AS begins, max(day) AS ends
                FROM rows GROUP BY ALL HAVING count(DISTINCT day) < max(day) - min(day) + 1
            ), there AS (
                SELECT b._file, b.{self.other} AS learner,
                    CASE WHEN (b._bad & {self.bad_bits}) = 0 AND NOT coalesce(c.learners * 2 < c.most, FALSE)
                        THEN b.{self.column} END AS day
                FROM {BATCH} SEMI JOIN w ON w._file = b._file AND w.learner = b.{self.other}
                LEFT JOIN c ON c._file = b._file AND c.date = b.{self.column}
                    AND c.grade = b.{grade} AND c.letter IS NOT DISTINCT FROM b.{letter}
            ), in_doubt AS (
                SELECT DISTINCT b._file, b.{grade} AS grade, b.{letter} AS letter, b.{self.column} AS day
                FROM {BATCH} SEMI JOIN gap AS g ON g._file = b._file AND g.grade = b.{grade}
                    AND g.letter IS NOT DISTINCT FROM b.{letter}
                WHERE (b._bad & {self.bad_bits}) <> 0
            ), lacking AS (
                SELECT w._file, w.grade, w.letter, w.first,
                    string_agg(strftime(c.date, '%d.%m.%Y'), ', ' ORDER BY c.date) AS days
                FROM w JOIN c ON c._file = w._file {same.format("c", "w")}
                    AND c.learners * 2 >= c.most AND c.date > w.begins AND c.date < w.ends
                ANTI JOIN there AS r ON r._file = w._file AND r.learner = w.learner
                    AND (r.day = c.date OR r.day IS NULL)
                ANTI JOIN in_doubt AS n ON n._file = w._file {same.format("n", "w")} AND n.day = c.date
                GROUP BY w._file, w.grade, w.letter, w.first
            )
            SELECT _file, first, days FROM lacking
            QUALIFY count(*) OVER (PARTITION BY _file, grade, letter) < {self.most}
        """
        return placed(query, "days")
