"""Rules on the results of a term: marks against percentages, subjects against grades, marks too alike.

All of them ask: a class may well be excellent, or a subject taught ahead of time. The columns are those of the
form term_results. Source of the shares and of the scale: rules of assessment, order No. 125 of 18 March 2008,
paragraph 28, and the codelist `mark`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from expectations.rules.fingerprint import fingerprint
from expectations.rules.group import GroupRule, place, placed
from expectations.rules.rule import BATCH, Rule, text
from ingest.schema.forms.codelist import codelist

# The last month of the last term, in which alone marks of the year stand.
_LAST_MONTH = "extract(month FROM s.period_end) = 5"


def _listed(codes: list[str]) -> str:
    return ", ".join(text(code) for code in codes) or "NULL"


class MarkFitsPercent(Rule):
    """The mark is the one that the percentage of the term (`other`) gives by the scale.

    Percentages between two whole numbers may be rounded either way.
    """

    other: str

    def fault(self) -> str:
        otherwise = " OR ".join(
            f"(b.{self.column} = {entry.code} AND (ceil(b.{self.other}) < {entry.extra['percent_from']} "
            f"OR floor(b.{self.other}) > {entry.extra['percent_to']}))"
            for entry in codelist("mark").codes
        )
        # A percentage that is none has no mark; that it is none is a finding of its own.
        return f"b.{self.other} BETWEEN 0 AND 100 AND ({otherwise})"

    def facts(self) -> dict[str, str]:
        steps = " ".join(
            f"WHEN round(b.{self.other}) <= {entry.extra['percent_to']} THEN {entry.code}"
            for entry in codelist("mark").codes
        )
        return {"percent": f"b.{self.other}::DOUBLE", "expected": f"CASE {steps} END"}


class PercentFitsShares(Rule):
    """The percentage of the term is the sum of the shares of its three parts, about two points apart at most.

    `columns`: formative percentage, points and maximum of the section assessments, points and maximum of the term
    assessment. Silent where a part is missing: then other shares hold. `formative`, `section`, `term`: the shares.
    """

    columns: list[str]
    formative: int = 25
    section: int = 25
    term: int = 50

    def _sum(self) -> str:
        percent, points, most, term_points, term_most = (f"b.{name}" for name in self.columns)
        return (
            f"({self.formative} * {percent} / 100.0 + {self.section} * {points}::DOUBLE / {most} "
            f"+ {self.term} * {term_points}::DOUBLE / {term_most})"
        )

    def fault(self) -> str:
        return f"abs(b.{self.column} - {self._sum()}) > 2"

    def facts(self) -> dict[str, str]:
        return {"expected": f"round({self._sum()}, 1)"}

    def params(self) -> dict[str, Any]:
        return {"shares": f"{self.formative} % + {self.section} % + {self.term} %"}


class OutcomeFitsSubject(Rule):
    """A mark is given in a subject (`other`) that is marked; passed or not passed in one that is not."""

    other: str

    def fault(self) -> str:
        entries = codelist("subject").codes
        marked = [entry.code for entry in entries if entry.extra["is_marked"] == "true"]
        unmarked = [entry.code for entry in entries if entry.extra["is_marked"] != "true"]
        return (
            f"(b.{self.column} = 'marked' AND b.{self.other} IN ({_listed(unmarked)})) OR "
            f"(b.{self.column} IN ('passed', 'not_passed') AND b.{self.other} IN ({_listed(marked)}))"
        )


class SubjectFitsGrade(Rule):
    """The subject is taught in the grade (`other`) by the standard plans; the codelist says from which to which."""

    other: str

    def fault(self) -> str:
        return (
            " OR ".join(
                f"(b.{self.column} = {text(entry.code)} AND b.{self.other} NOT BETWEEN "
                f"{entry.extra['grade_from']} AND {entry.extra['grade_to']})"
                for entry in codelist("subject").codes
                if entry.extra.get("grade_from") and entry.extra.get("grade_to")
            )
            or "FALSE"
        )

    def facts(self) -> dict[str, str]:
        return {"grade": f"b.{self.other}"}


class MarkBeforeYearEnd(Rule):
    """Marks of the year, of examinations and final ones are given with the last term alone."""

    needs = ("period",)

    def fault(self) -> str:
        return f"b.{self.column} IS NOT NULL AND NOT {_LAST_MONTH}"


class YearMarkMissing(Rule):
    """Who has a mark of the last term (`other`) has one of the year."""

    other: str
    needs = ("period",)

    def fault(self) -> str:
        return f"b.{self.column} IS NULL AND b.{self.other} IS NOT NULL AND {_LAST_MONTH}"


class FinalMarkBetween(Rule):
    """The final mark lies between that of the year and that of the examination (`columns`)."""

    columns: list[str]

    def fault(self) -> str:
        year, exam = (f"b.{name}" for name in self.columns)
        return (
            f"b.{self.column} NOT BETWEEN least(coalesce({year}, {exam}), coalesce({exam}, {year})) "
            f"AND greatest(coalesce({year}, {exam}), coalesce({exam}, {year}))"
        )


class OneMarkForClass(GroupRule):
    """A class (`columns`: grade, letter, subject) of `least` marks or more does not hold one mark alone."""

    least: int = 15

    def fault(self) -> str:
        return f"count(b.{self.column}) >= {self.least} AND min(b.{self.column}) = max(b.{self.column})"

    def facts(self) -> dict[str, str]:
        return {"many": f"count(b.{self.column})"}


class OnlyGoodMarks(GroupRule):
    """Among `least` marks or more of a school there is one below good."""

    least: int = 200

    def fault(self) -> str:
        good = min(int(entry.code) for entry in codelist("mark").codes if entry.extra["is_good"] == "true")
        return f"count(b.{self.column}) >= {self.least} AND min(b.{self.column}) >= {good}"

    def facts(self) -> dict[str, str]:
        return {"many": f"count(b.{self.column})"}


class ManyNotAttested(GroupRule):
    """Of `least` results or more no more than `most` per cent are without attestation."""

    least: int = 50
    most: int = 30

    def _share(self) -> str:
        return f"100.0 * count(*) FILTER (b.{self.column} = 'not_attested') / count(*)"

    def fault(self) -> str:
        return f"count(*) >= {self.least} AND {self._share()} > {self.most}"

    def facts(self) -> dict[str, str]:
        return {"share": f"round({self._share()})::INTEGER"}


class MarksCopied(Rule):
    """No two subjects of a class have the same marks learner by learner, `least` of them or more, not all alike.

    `columns`: grade, letter, subject. Points at the later subject and names the first row of the other.
    """

    columns: list[str]
    least: int = 10
    stage = "group"
    speaks_of = ("iin",)
    is_about_row = False

    def query(self) -> str:
        group = ", ".join(f"b.{name}" for name in self.columns)
        classes = ", ".join(self.columns[:2])
        query = f"""
            WITH subject AS (
                SELECT b._file, {group}, min({place()}) AS first, count(*) AS many,
                    {fingerprint("b.iin", f"b.{self.column}")} AS pattern
                FROM {BATCH}
                WHERE {self.applies(f"b.{self.column} IS NOT NULL")}
                GROUP BY b._file, {group}
                HAVING count(*) >= {self.least} AND min(b.{self.column}) < max(b.{self.column})
            ), same AS (
                SELECT *, lag(first) OVER (PARTITION BY _file, {classes}, many, pattern ORDER BY first) AS earlier
                FROM subject
            )
            SELECT _file, first, many, earlier AS first_row FROM same WHERE earlier IS NOT NULL
        """
        return placed(query, "many", "first_row")


class LearnersLackSubject(Rule):
    """Who is in a class has a row for every subject that nearly all of the class have: four in five or more.

    `columns`: grade, letter, subject. Classes below `least` learners are left out. Points at the first row of each
    learner who lacks some and names the subjects.
    """

    columns: list[str]
    least: int = 8
    stage = "group"
    is_about_row = False
    codes: ClassVar[Mapping[str, str]] = {"subjects": "subject"}

    def query(self) -> str:
        grade, letter, subject = self.columns
        # A row in doubt may be the very one that seems to be lacking; so may one of a subject that few have, or one
        # of the class and subject that bears the number of a learner of another class.
        query = f"""
            WITH r AS (
                SELECT DISTINCT b._file, b.{grade} AS grade, lower(coalesce(b.{letter}, '')) AS letter,
                    b.{subject} AS subject, b.{self.column} AS learner
                FROM {BATCH} WHERE {self.applies(f"b.{self.column} IS NOT NULL", f"b.{subject} IS NOT NULL")}
            ), held AS (
                SELECT _file, grade, letter, learner, count(*) AS rows FROM r GROUP BY ALL
            ), counted AS (
                SELECT *, rows = max(rows) OVER (PARTITION BY _file, learner) AS is_own FROM held
            ), learner AS (
                SELECT _file, grade, letter, learner FROM counted WHERE is_own
            ), stranger AS (
                SELECT DISTINCT r._file, r.grade, r.letter, r.subject
                FROM r JOIN counted AS c USING (_file, grade, letter, learner) WHERE NOT c.is_own
            ), class AS (
                SELECT _file, grade, letter, count(*) AS learners FROM learner GROUP BY ALL
            ), expected AS (
                SELECT _file, grade, letter, subject
                FROM r JOIN class USING (_file, grade, letter)
                WHERE learners >= {self.least}
                GROUP BY _file, grade, letter, subject, learners HAVING count(*) * 5 >= learners * 4
            ), doubtful AS (
                SELECT DISTINCT b._file, b.{self.column} AS learner, b.{subject} AS subject
                FROM {BATCH} WHERE (b._bad & {self.bad_bits}) <> 0
            ), odd AS (
                SELECT _file, grade, letter, learner, count(*) AS many
                FROM r ANTI JOIN expected USING (_file, grade, letter, subject)
                GROUP BY ALL
            ), lacking AS (
                SELECT e._file, l.learner, list(e.subject ORDER BY e.subject) AS subjects, count(*) AS many
                FROM learner AS l
                JOIN expected AS e USING (_file, grade, letter)
                ANTI JOIN r ON r._file = e._file AND r.learner = l.learner AND r.subject = e.subject
                ANTI JOIN stranger AS s ON s._file = e._file AND s.grade = e.grade AND s.letter = e.letter
                    AND s.subject = e.subject
                ANTI JOIN doubtful AS d ON d._file = e._file AND (d.learner = l.learner OR d.subject = e.subject)
                LEFT JOIN odd AS o ON o._file = e._file AND o.grade = l.grade AND o.letter = l.letter
                    AND o.learner = l.learner
                GROUP BY e._file, l.learner, o.many HAVING count(*) > coalesce(o.many, 0)
            )
            SELECT b._file, min({place()}) AS first, l.subjects, l.many
            FROM {BATCH} JOIN lacking AS l ON l._file = b._file AND l.learner = b.{self.column}
            GROUP BY b._file, l.learner, l.subjects, l.many
        """
        return placed(query, "subjects", "many")
