"""Rules on the points of a month: how often a kind of assessment is held, on which days, beside which other.

Source: rules of assessment, order No. 125 of 18 March 2008 in the edition of 30 April 2025, as quoted in `domain`: no
more than three section assessments a term, one term assessment, no more than three of these a day, none on the last
day of the term, none on the day of a section assessment of the subject. One finding a class where all of it is meant.
"""

from __future__ import annotations

from typing import Any

from expectations.rules.group import GroupRule, class_name, place, placed
from expectations.rules.rule import BATCH, Rule


class TermAssessmentTwice(Rule):
    """A learner has one term assessment in a subject and term. Points at the later one.

    `columns`: learner, subject, day. Which term a day is in says the calendar; without it the month is one.
    """

    columns: list[str]
    stage = "group"
    wants = ("calendar",)

    def query(self) -> str:
        learner, subject, day = (f"b.{name}" for name in self.columns)
        filled = [f"{name} IS NOT NULL" for name in (learner, subject, day)]
        term = f"""coalesce((
            SELECT max(c.start_date) FROM reference_calendar AS c WHERE c.segment = 'term' AND c.start_date <= {day}
        ), DATE '0001-01-01')"""
        return f"""
            WITH t AS (
                SELECT b._file, b._table, b._row, {learner} AS learner, {subject} AS subject, {day} AS day,
                    {term} AS term, {place()} AS place
                FROM {BATCH} {self.joins()}
                WHERE {self.applies(f"b.{self.column} = 'term'", *filled)}
            ), n AS (
                SELECT *, row_number() OVER same AS nth, first_value(place) OVER same AS first_row
                FROM t WINDOW same AS (PARTITION BY _file, learner, subject, term ORDER BY day, _table, _row)
            )
            SELECT _file, _table, _row, first_row FROM n WHERE nth > 1
        """


class ManySectionAssessments(Rule):
    """A learner has no more than `most` section assessments of a subject in a term, and so in a month.

    `columns`: learner, grade, letter, subject. One finding a class and subject.
    """

    columns: list[str]
    most: int = 3
    stage = "group"
    is_about_row = False

    def query(self) -> str:
        learner, grade, letter, subject = self.columns
        query = f"""
            WITH own AS (
                SELECT b._file, b.{grade} AS grade, lower(coalesce(b.{letter}, '')) AS letter, b.{subject} AS subject,
                    min({place()}) AS first, count(*) AS held, any_value(b.{letter}) AS written
                FROM {BATCH}
                WHERE {self.applies(f"b.{self.column} = 'section'", f"b.{learner} IS NOT NULL")}
                GROUP BY b._file, b.{learner}, b.{grade}, lower(coalesce(b.{letter}, '')), b.{subject}
                HAVING count(*) > {self.most}
            )
            SELECT _file, min(first) AS first, max(held) AS many, count(*) AS learners
            FROM own GROUP BY _file, grade, letter, subject
        """
        return placed(query, "many", "learners")

    def params(self) -> dict[str, Any]:
        return {"most": self.most}


class SectionOnTermDay(GroupRule):
    """A class has no section and no term assessment of one subject on one day (`columns` together)."""

    def groups(self) -> list[str]:
        grade, letter, subject, day = self.columns or []
        return [f"b.{grade}", f"lower(coalesce(b.{letter}, ''))", f"b.{subject}", f"b.{day}"]

    def chosen(self) -> str:
        return f"b.{self.column} = 'section'"

    def fault(self) -> str:
        return f"bool_or(b.{self.column} = 'section') AND bool_or(b.{self.column} = 'term')"

    def facts(self) -> dict[str, str]:
        grade, letter, _, day = self.columns or []
        named = class_name(f"any_value(b.{grade})", f"any_value(b.{letter})")
        return {"class": named, "day": f"strftime(any_value(b.{day}), '%d.%m.%Y')"}


class ManyTermAssessmentsInDay(Rule):
    """A learner has no more than `most` term assessments on one day. One finding a class and day.

    `columns`: learner, grade, letter, day.
    """

    columns: list[str]
    most: int = 3
    stage = "group"
    is_about_row = False

    def query(self) -> str:
        learner, grade, letter, day = self.columns
        query = f"""
            WITH own AS (
                SELECT b._file, b.{grade} AS grade, lower(coalesce(b.{letter}, '')) AS letter, b.{day} AS day,
                    min({place()}) AS first, count(*) AS held
                FROM {BATCH}
                WHERE {self.applies(f"b.{self.column} = 'term'", f"b.{learner} IS NOT NULL")}
                GROUP BY b._file, b.{learner}, b.{grade}, lower(coalesce(b.{letter}, '')), b.{day}
                HAVING count(*) > {self.most}
            )
            SELECT _file, min(first) AS first, max(held) AS many, count(*) AS learners,
                strftime(day, '%d.%m.%Y') AS day
            FROM own GROUP BY _file, grade, letter, day
        """
        return placed(query, "many", "learners", "day")

    def params(self) -> dict[str, Any]:
        return {"most": self.most}


class TermAssessmentOnLastDay(GroupRule):
    """No term assessment is held on the last day of lessons of a term. One finding a class and subject.

    That day is the last of the term by the calendar that is neither at a weekend nor a public holiday.
    """

    needs = ("calendar",)

    def groups(self) -> list[str]:
        grade, letter, subject = self.columns or []
        return [f"b.{grade}", f"lower(coalesce(b.{letter}, ''))", f"b.{subject}"]

    def joins(self) -> str:
        return f"""{super().joins()} JOIN (
            SELECT t.end_date, max(d.day) AS last_day
            FROM reference_calendar AS t
            JOIN (SELECT unnest(range(10)) AS back) AS n ON TRUE
            JOIN LATERAL (SELECT t.end_date - CAST(n.back AS INTEGER) AS day) AS d ON TRUE
            WHERE t.segment = 'term' AND isodow(d.day) < 6 AND NOT EXISTS (
                SELECT 1 FROM reference_calendar AS h
                WHERE h.segment = 'holiday' AND d.day BETWEEN h.start_date AND h.end_date
            )
            GROUP BY t.end_date
        ) AS t ON b.{self.column} BETWEEN t.last_day AND t.end_date"""

    def fault(self) -> str:
        return "count(*) > 0"

    def facts(self) -> dict[str, str]:
        return {"many": "count(*)"}
