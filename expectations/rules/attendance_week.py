"""Rules on a week of attendance: absence and its reason, timetables, days copied, missing or too good.

All of them ask: a flu week, a school trip or a Sunday worked off are in order once explained. The columns
are those of the form attendance; rules on a class read `class_day`, which the batch is aggregated to once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from expectations.rules.fingerprint import fingerprint
from expectations.rules.group import class_name, of_prepared, place, placed
from expectations.rules.minority import MinorityRule
from expectations.rules.rule import BATCH, Rule, Stage, Table, text
from ingest.schema.codelist import codelist

# One row per file, class and day. `pattern`: the same for the same absences of the same learners, whatever the
# day; it leaves out how long the day was, so that a copied day is known again.
_CLASS_DAY = f"""
CREATE TABLE class_day AS
WITH b AS (
    SELECT _file, _table, _row, iin, {{sound}}
    FROM batch WHERE {{are_sound}}
)
SELECT _file, grade, letter, date, min({place()}) AS first, count(*) AS learners,
    sum(lessons_scheduled) AS scheduled, min(lessons_scheduled) AS shortest, max(lessons_scheduled) AS longest,
    sum(lessons_missed) AS missed, count(*) FILTER (lessons_missed > 0) AS away,
    count(*) FILTER (lessons_missed >= lessons_scheduled) AS away_all_day,
    min(absence_reason) FILTER (lessons_missed > 0) AS first_reason,
    max(absence_reason) FILTER (lessons_missed > 0) AS last_reason,
    {fingerprint("iin", "absence_reason", "lessons_missed_valid = lessons_missed")}
        FILTER (lessons_missed > 0) AS pattern
FROM b WHERE date IS NOT NULL AND grade IS NOT NULL
GROUP BY _file, grade, letter, date
"""


def class_day(bits: Mapping[str, int]) -> str:
    """The SQL that makes `class_day`. `bits`: of the columns, those in `_bad`; a cell judged already counts as empty,
    but the learner was there: only where class or day are in doubt the row is left out."""
    sound = ", ".join(
        f"CASE WHEN (_bad & {bits[name]}) = 0 THEN {name} END AS {name}"
        for name in ("lessons_scheduled", "lessons_missed", "lessons_missed_valid", "absence_reason")
    )
    keys = ("grade", "letter", "date")
    are_sound = f"(_bad & {sum(bits[name] for name in keys)}) = 0"
    return _CLASS_DAY.format(sound=f"{', '.join(keys)}, {sound}", are_sound=are_sound)


# A row `b` of the class and day `d`.
_SAME_DAY = (
    "d._file = b._file AND d.grade = b.grade AND d.letter IS NOT DISTINCT FROM b.letter AND d.date = b.date"
)


def _codes(is_valid: bool) -> str:
    said = "true" if is_valid else "false"
    listed = [entry.code for entry in codelist("absence_reason").codes if entry.extra["is_valid"] == said]
    return ", ".join(text(code) for code in listed)


class ReasonWithoutAbsence(Rule):
    """Where no lesson was missed (`other` is 0) no reason of absence stands. Lateness and learning at home may."""

    other: str

    def fault(self) -> str:
        return f"b.{self.other} = 0 AND b.{self.column} IN ({_codes(True)}, {_codes(False)})"


class LateThoughAbsent(Rule):
    """Nobody is late on a day on which every lesson was missed. `columns`: missed and scheduled."""

    columns: list[str]

    def fault(self) -> str:
        missed, scheduled = self.columns
        return f"b.{self.column} AND b.{missed} >= b.{scheduled}"


class ValidWithoutReason(Rule):
    """Lessons missed with a valid reason have one: the reason (`other`) is not one without validity.

    Says nothing where only some of the lessons missed (`columns`) were valid: the main reason may be another.
    """

    other: str
    columns: list[str]

    def fault(self) -> str:
        (missed,) = self.columns
        return f"b.{self.column} > 0 AND b.{self.column} = b.{missed} AND b.{self.other} IN ({_codes(False)})"


class ReasonSaysValid(Rule):
    """Where the main reason (`other`) is a valid one, some of the lessons missed are valid."""

    other: str
    columns: list[str]

    def fault(self) -> str:
        (missed,) = self.columns
        return f"b.{self.column} = 0 AND b.{missed} > 0 AND b.{self.other} IN ({_codes(True)})"


class ClassDayRule(Rule):
    """A rule that reads `class_day` as `d`: `fault` says which of its rows are unusual."""

    is_base: ClassVar[bool] = True
    stage: ClassVar[Stage] = "group"
    is_about_row: ClassVar[bool] = False
    reads: ClassVar[tuple[Table, ...]] = ("class_day",)

    def query(self) -> str:
        query = f"SELECT d._file, d.first{self.said()} FROM class_day AS d WHERE {self.fault()}"
        return of_prepared(query, *self.facts())


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
                FROM {BATCH} JOIN d ON {_SAME_DAY} AND b.{self.column} > d.most
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
        return f"SEMI JOIN class_day AS d ON {_SAME_DAY} AND d.longest - d.shortest > {self.most}"

    def matters(self) -> str:
        return f"abs(v.value - v.usual) > {self.most}"


class WholeClassAbsent(ClassDayRule):
    """Of a class of `least` learners or more not all are away all day."""

    least: int = 8

    def fault(self) -> str:
        return f"d.learners >= {self.least} AND d.away_all_day = d.learners"

    def facts(self) -> dict[str, str]:
        return {"many": "d.learners", "day": "strftime(d.date, '%d.%m.%Y')"}


class LessonsOnSunday(ClassDayRule):
    """There are no lessons on a Sunday. One finding a file and day."""

    def query(self) -> str:
        query = """
            SELECT _file, min(first) AS first, sum(learners) AS many
            FROM class_day WHERE isodow(date) = 7 GROUP BY _file, date
        """
        return of_prepared(query, "many")


class LessonsOnUnusualSaturday(ClassDayRule):
    """Lessons on a Saturday are those of a school that has them: more than a third of its classes, where it has
    `least` classes or more, and on the Saturday of the week before as well. One finding a file and day."""

    least: int = 3
    reads = ("class_day", "earlier")

    def query(self) -> str:
        query = f"""
            WITH day AS (
                SELECT _file, date, min(first) AS first, sum(learners) AS many, count(*) AS classes
                FROM class_day WHERE isodow(date) = 6 GROUP BY _file, date
            ), file AS (
                SELECT _file, count(DISTINCT (grade, letter)) AS classes FROM class_day GROUP BY _file
            ), before AS (
                SELECT _file, bool_or(isodow(date) = 6) AS has_saturday FROM earlier GROUP BY _file
            )
            SELECT d._file, d.first, d.many, d.classes
            FROM day AS d JOIN file AS f USING (_file) LEFT JOIN before AS e USING (_file)
            WHERE (f.classes >= {self.least} AND d.classes * 3 <= f.classes) OR NOT e.has_saturday
        """
        return of_prepared(query, "many", "classes")


class ClassDayMissing(ClassDayRule):
    """A class of the file has rows for every day on which at least half of its classes have. Names class and day.

    A class all of whose learners (`other`) stand in another one too is a slip in the class, which is asked about.
    """

    other: str
    is_about_cell = False
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
                    AND (d.grade <> d.grade_to OR d.letter <> d.letter_to)
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


class DayCopied(ClassDayRule):
    """No two days of a file have exactly the same absences of the same learners, `least` of them or more."""

    least: int = 15

    def query(self) -> str:
        query = f"""
            WITH day AS (
                SELECT _file, date, min(first) AS first, sum(away) AS away, sum(pattern) AS pattern
                FROM class_day GROUP BY _file, date
            ), same AS (
                SELECT *, lag(date) OVER (PARTITION BY _file, pattern, away ORDER BY date) AS earlier
                FROM day WHERE away >= {self.least}
            )
            SELECT _file, first, strftime(earlier, '%d.%m.%Y') AS day, away AS many
            FROM same WHERE earlier IS NOT NULL
        """
        return of_prepared(query, "day", "many")


class WeekIncomplete(ClassDayRule):
    """The file has rows for every day from Monday to Friday on which, by the calendar, there are lessons.

    Days off for some grades alone count as days of lessons. Of files below `least` rows nothing is said.
    """

    least: int = 20
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


class FileRule(ClassDayRule):
    """A rule that looks at a file as a whole: `fault` speaks in aggregates of `class_day`."""

    is_base: ClassVar[bool] = True

    def query(self) -> str:
        query = f"""
            SELECT _file, min(first) AS first{self.said()} FROM class_day GROUP BY _file HAVING {self.fault()}
        """
        return of_prepared(query, *self.facts())


class FullAttendance(FileRule):
    """Among `least` learner days or more there is an absence."""

    least: int = 600

    def fault(self) -> str:
        return f"sum(learners) >= {self.least} AND sum(missed) = 0"

    def facts(self) -> dict[str, str]:
        return {"many": "sum(learners)"}


class OneReasonOnly(FileRule):
    """`least` absences or more do not all have one reason."""

    least: int = 40

    def fault(self) -> str:
        return f"sum(away) >= {self.least} AND min(first_reason) = max(last_reason)"

    def facts(self) -> dict[str, str]:
        return {"many": "sum(away)"}


class AbsenceImplausible(FileRule):
    """Of `least` learner days or more no more than half of the lessons are missed."""

    least: int = 100

    def fault(self) -> str:
        return f"sum(learners) >= {self.least} AND sum(missed) * 2 > sum(scheduled)"

    def facts(self) -> dict[str, str]:
        return {"share": "round(100.0 * sum(missed) / sum(scheduled))::INTEGER"}


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
                    AND (d.grade <> d.grade_to OR lower(d.letter) <> lower(d.letter_to))
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
        # Nearly everybody is in the class of the roster: only who is not is looked at closely.
        other = """(
            r.grade <> {0}.grade OR (r.letter IS DISTINCT FROM {0}.letter
            AND lower(coalesce(r.letter, '')) <> lower(coalesce({0}.letter, '')))
        )"""
        query = f"""
            WITH c AS MATERIALIZED (
                SELECT w._file, w.n, w.first, w.grade, w.letter,
                    r.grade AS roster_grade, coalesce(r.letter, '') AS roster_letter
                FROM distinct_{self.column} AS w
                JOIN enrolled AS r ON r._file = w._file AND r.n = w.n AND r.is_latest
                WHERE r.grade IS NOT NULL AND {other.format("w")}
                    AND w.grade = w.grade_to AND w.letter IS NOT DISTINCT FROM w.letter_to
            ), also AS (
                SELECT DISTINCT c._file, c.n
                FROM c JOIN enrolled AS r ON r._file = c._file AND r.n = c.n AND r.is_latest
                WHERE r.grade IS NOT NULL AND NOT {other.format("c")}
            )
            SELECT _file, first, {class_name("roster_grade", "roster_letter")} AS roster_class,
                CASE WHEN grade <> roster_grade THEN '{grade}' ELSE '{letter}' END AS _column,
                CASE WHEN grade <> roster_grade THEN CAST(roster_grade AS VARCHAR) ELSE roster_letter END AS _usual
            FROM c ANTI JOIN also USING (_file, n)
            QUALIFY row_number() OVER (PARTITION BY _file, first ORDER BY roster_grade, roster_letter) = 1
        """
        return of_prepared(query, "roster_class", "_column", "_usual")
