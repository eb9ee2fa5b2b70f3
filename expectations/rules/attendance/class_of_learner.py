"""Rules on a learner of the week beside the roster: one class, the one of the roster, not before enrolment or after
leaving."""

from __future__ import annotations

from expectations.rules.group import class_name, of_prepared, place, placed
from expectations.rules.rule import BATCH, Rule

OTHER_CLASS = """(
    {0}.grade <> {1}.grade OR ({0}.grade = {1}.grade AND {0}.letter IS DISTINCT FROM {1}.letter
    AND lower(coalesce({0}.letter, '')) <> lower(coalesce({1}.letter, '')))
)"""
"""SQL: whether of two rows with `grade` and `letter` each names a class, and another."""


class TwoClassesInWeek(Rule):
    """A learner stands under one class (`columns`: grade and letter) in the whole file.

    Points at the grade or letter of the rows that differ from the learner's class on the roster, if it is one of
    them, else from that of most rows; where both are as many, at all of them.
    """

    columns: list[str]
    stage = "group"
    reads = ("enrolled",)

    def query(self) -> str:
        grade, letter = self.columns
        return f"""
            WITH b AS (
                SELECT b._file, b._table, b._row, b.{grade} AS grade, lower(coalesce(b.{letter}, '')) AS letter, d.n
                FROM {BATCH}
                JOIN distinct_{self.column} AS d ON d._file = b._file AND d.value = b.{self.column}
                    AND (
                        d.grade <> d.grade_to OR lower(d.letter) <> lower(d.letter_to)
                        OR (d.lacks_letter AND d.letter IS NOT NULL)
                    )
                WHERE {self.applies(f"b.{grade} IS NOT NULL")}
            ), counted AS (
                SELECT b._file, b.n, b.grade, b.letter, count(DISTINCT (b._table, b._row)) AS rows,
                    min({place()}) AS first, bool_or(r.n IS NOT NULL) AS is_listed
                FROM b LEFT JOIN enrolled AS r ON r._file = b._file AND r.n = b.n AND r.is_latest
                    AND r.grade = b.grade AND lower(coalesce(r.letter, '')) = b.letter
                GROUP BY ALL
            ), c AS (
                SELECT *, row_number() OVER best AS nth,
                    nth_value(first, 1) OVER best AS first_1, nth_value(first, 2) OVER best AS first_2,
                    nth_value(grade, 1) OVER best AS grade_1, nth_value(grade, 2) OVER best AS grade_2,
                    nth_value(is_listed, 1) OVER best <> nth_value(is_listed, 2) OVER best
                        OR nth_value(rows, 1) OVER best > nth_value(rows, 2) OVER best AS _is_sure
                FROM counted
                WINDOW best AS (
                    PARTITION BY _file, n ORDER BY is_listed DESC, rows DESC, first
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
                )
            )
            SELECT b._file, b._table, b._row,
                CASE WHEN b.grade <> CASE c.nth WHEN 1 THEN c.grade_2 ELSE c.grade_1 END
                    THEN '{grade}' ELSE '{letter}' END AS _column,
                CASE c.nth WHEN 1 THEN c.first_2 ELSE c.first_1 END AS _like, c._is_sure
            FROM b JOIN c ON c._file = b._file AND c.n = b.n AND c.grade = b.grade AND c.letter = b.letter
            WHERE NOT (c.nth = 1 AND c._is_sure)
        """


class ClassDiffersFromRoster(Rule):
    """The class of the learner (`columns`: grade and letter) is that of the latest roster. One finding a learner, at
    the grade or letter that differs.

    Silent where the roster names no class, and of whom the file names two: that is for `two_classes_in_week`.
    """

    columns: list[str]
    needs = ("node", "period", "learner")
    reads = ("enrolled",)

    def query(self) -> str:
        grade, letter = self.columns
        query = f"""
            WITH c AS MATERIALIZED (
                SELECT w._file, w.n, w.first, w.grade, w.letter,
                    r.grade AS roster_grade, coalesce(r.letter, '') AS roster_letter
                FROM enrolled AS r JOIN distinct_{self.column} AS w ON w._file = r._file AND w.n = r.n
                WHERE r.is_latest AND r.is_in_other_class
                    AND w.grade = w.grade_to AND w.letter IS NOT DISTINCT FROM w.letter_to
            ), also AS (
                SELECT DISTINCT c._file, c.n
                FROM c JOIN enrolled AS r ON r._file = c._file AND r.n = c.n AND r.is_latest
                WHERE r.grade IS NOT NULL AND NOT r.is_in_other_class
            )
            SELECT _file, first, {class_name("roster_grade", "roster_letter")} AS roster_class,
                CASE WHEN grade <> roster_grade THEN '{grade}' ELSE '{letter}' END AS _column,
                CASE WHEN grade <> roster_grade THEN CAST(roster_grade AS VARCHAR) ELSE roster_letter END AS _usual
            FROM c ANTI JOIN also USING (_file, n)
            QUALIFY row_number() OVER (PARTITION BY _file, first ORDER BY roster_grade, roster_letter) = 1
        """
        return of_prepared(query, "roster_class", "_column", "_usual")


class AttendanceBeforeEnrolment(Rule):
    """A learner (`other`) has no row of a day before the enrolment that the roster gives. One finding a learner.

    Of several lists that hold for the period the earliest enrolment counts.
    """

    other: str
    needs = ("node", "period", "learner")
    reads = ("enrolled",)
    is_about_row = False

    def query(self) -> str:
        query = f"""
            WITH late AS (
                SELECT r._file, r.n, min(r.enrolled_date) AS since
                FROM enrolled AS r JOIN scope AS s ON s._file = r._file AND r.enrolled_date > s.period_start
                GROUP BY r._file, r.n
            ), since AS (
                SELECT d._file, d.value, late.since
                FROM late JOIN distinct_{self.other} AS d ON d._file = late._file AND d.n = late.n
                ANTI JOIN enrolled AS r ON r._file = late._file AND r.n = late.n
                    AND (r.enrolled_date IS NULL OR r.enrolled_date < late.since)
            )
            SELECT b._file, min({place()}) AS first, e.since,
                array_to_string(list_transform(
                    list_sort(list(DISTINCT b.{self.column})), day -> strftime(day, '%d.%m.%Y')
                ), ', ') AS days
            FROM {BATCH} {self.joins()} JOIN since AS e ON e._file = b._file AND e.value = b.{self.other}
            WHERE {self.applies(f"b.{self.column} < e.since")}
            GROUP BY b._file, e.value, e.since
        """
        return placed(query, "since", "days")


class AttendanceAfterLeaving(Rule):
    """A learner (`other`) has no row of a day after the one on which, by the roster, he left. One finding a learner.

    The last of the lists that hold for the period and name the learner counts: who is back on it has not left.
    """

    other: str
    needs = ("node", "period", "learner")
    reads = ("enrolled",)
    is_about_row = False

    def query(self) -> str:
        query = f"""
            WITH gone AS (
                SELECT _file, n, max(left_date) AS until
                FROM enrolled
                SEMI JOIN (SELECT _file, n FROM enrolled WHERE left_date IS NOT NULL) AS said USING (_file, n)
                GROUP BY _file, n
                HAVING NOT bool_or(is_latest AND left_date IS NULL)
            ), until AS (
                SELECT d._file, d.value, gone.until
                FROM gone JOIN distinct_{self.other} AS d ON d._file = gone._file AND d.n = gone.n
            )
            SELECT b._file, min({place()}) AS first, e.until,
                array_to_string(list_transform(
                    list_sort(list(DISTINCT b.{self.column})), day -> strftime(day, '%d.%m.%Y')
                ), ', ') AS days
            FROM {BATCH} {self.joins()} JOIN until AS e ON e._file = b._file AND e.value = b.{self.other}
            WHERE {self.applies(f"b.{self.column} > e.until")}
            GROUP BY b._file, e.value, e.until
        """
        return placed(query, "until", "days")
