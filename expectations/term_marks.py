"""What the current marks of a term make together: `term_mark`, one row per file, learner and subject.

In: the judging database with `scope`, `reference_marks` and `reference_calendar`, the codelist `assessment_weight`
with its days of validity. Out: SQL that makes the table: the percentage of the term, `lowest` to `highest`, for the
average of formative marks may be taken of shares or of points.

Only what is whole is summed up, and nobody is asked about the rest: a learner whose marks of a subject are not there in
each month of the term (one who came or went, a month or a part nobody reported), who lacks a section or the term
assessment that others of the class have, or has marks in two classes, has no row. A class without a term assessment in
a subject is one that has a mark from the other two kinds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from expectations.rules.rule import text
from ingest.schema.forms.codelist import Code, codelist

_FOREVER = (date(1, 1, 1), date(9999, 12, 31))

# Which term of the calendar a period is about: the one most of whose days it has.
_TERM = """
    SELECT g._file, arg_max(c.start_date, least(c.end_date, g.period_end) - greatest(c.start_date, g.period_start))
            AS first_day,
        arg_max(c.end_date, least(c.end_date, g.period_end) - greatest(c.start_date, g.period_start)) AS last_day
    FROM scope AS g JOIN reference_calendar AS c ON c.segment = 'term'
        AND c.start_date <= g.period_end AND c.end_date >= g.period_start
    GROUP BY g._file
"""


def term_mark() -> str:
    """SQL that makes `term_mark(_file, iin, subject, lowest, highest)`."""
    return f"""
        CREATE TABLE term_mark AS
        WITH weight(code, first_day, last_day, formative, section, term) AS (VALUES {", ".join(_weights())}
        ), span AS (
            SELECT s._file, s.node_code, coalesce(t.first_day, s.period_start) AS first_day,
                coalesce(t.last_day, s.period_end) AS last_day,
                strftime(s.period_start, '%Y-%m') AS first_month, strftime(s.period_end, '%Y-%m') AS last_month,
                date_diff('month', s.period_start, s.period_end) + 1 AS months
            FROM scope AS s LEFT JOIN ({_TERM}) AS t ON t._file = s._file
            WHERE s.has_marks
        ), mark AS (
            SELECT s._file, s.months, s.last_day, r.iin, r.grade, lower(coalesce(r.letter, '')) AS letter, r.subject,
                r.kind, r.points::DOUBLE AS points, coalesce(r.points_max, {_usual_maximum()})::DOUBLE AS most,
                CASE WHEN strftime(r.date, '%Y-%m') BETWEEN s.first_month AND s.last_month
                    THEN strftime(r.date, '%Y-%m') END AS month
            FROM reference_marks AS r
            JOIN span AS s ON s.node_code = r.node_code AND r.date BETWEEN s.first_day AND s.last_day
        ), learner AS (
            SELECT _file, months, last_day, iin, grade, letter, subject, count(DISTINCT month) AS months_marked,
                avg(points / most) FILTER (kind = 'formative') AS mean_of_shares,
                sum(points) FILTER (kind = 'formative') / sum(most) FILTER (kind = 'formative') AS share_of_sums,
                count(*) FILTER (kind = 'section') AS sections,
                sum(points) FILTER (kind = 'section') / sum(most) FILTER (kind = 'section') AS of_sections,
                count(*) FILTER (kind = 'term') AS terms,
                sum(points) FILTER (kind = 'term') / sum(most) FILTER (kind = 'term') AS of_term
            FROM mark WHERE most > 0
            GROUP BY _file, months, last_day, iin, grade, letter, subject
        ), class AS (
            SELECT _file, grade, letter, subject, max(sections) AS sections, max(terms) AS terms
            FROM learner GROUP BY ALL
        ), whole AS (
            SELECT l.*, w.formative, w.section, w.term,
                w.section * l.of_sections + w.term * coalesce(l.of_term, 0) AS summative
            FROM learner AS l
            JOIN class AS c USING (_file, grade, letter, subject)
            JOIN weight AS w ON w.code = CASE WHEN c.terms > 0 THEN 'with_term' ELSE 'without_term' END
                AND l.last_day BETWEEN w.first_day AND w.last_day
            WHERE l.months_marked = l.months AND l.mean_of_shares IS NOT NULL
                AND l.sections > 0 AND l.sections = c.sections AND l.terms = c.terms AND c.terms <= 1
        )
        SELECT _file, iin, subject, summative + formative * least(mean_of_shares, share_of_sums) AS lowest,
            summative + formative * greatest(mean_of_shares, share_of_sums) AS highest
        FROM whole
        QUALIFY count(*) OVER (PARTITION BY _file, iin, subject) = 1
    """


def _weights() -> Iterator[str]:
    for entry in codelist("assessment_weight").codes:
        shares = ", ".join(entry.extra[f"{kind}_share"] for kind in ("formative", "section", "term"))
        first, last = _validity(entry)
        yield f"({text(entry.code)}, DATE '{first}', DATE '{last}', {shares})"


def _validity(entry: Code) -> tuple[str, str]:
    first, last = _FOREVER
    return (entry.valid_from or first).isoformat(), (entry.valid_to or last).isoformat()


def _usual_maximum() -> str:
    return codelist("assessment_kind").by_code["formative"].extra["usual_maximum"]
