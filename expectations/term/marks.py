"""What the current marks of a term make together: `term_mark`, one row per file, learner and subject.

In: the judging database with `scope`, `reference_marks` and `reference_calendar`, the codelist `assessment_weight`
with its days of validity. Out: SQL that makes the table: the percentage of the term, `lowest` to `highest`, by the
formula of `term_formula`, which says who has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from expectations.rules.rule import text
from expectations.term.formula import recomputed
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
                r.kind, r.points, r.points_max,
                CASE WHEN strftime(r.date, '%Y-%m') BETWEEN s.first_month AND s.last_month
                    THEN strftime(r.date, '%Y-%m') END AS month
            FROM reference_marks AS r
            JOIN span AS s ON s.node_code = r.node_code AND r.date BETWEEN s.first_day AND s.last_day
        ), {recomputed(("_file",), "iin")}
        SELECT _file, iin, subject, lowest, highest FROM recomputed
    """


def _weights() -> Iterator[str]:
    for entry in codelist("assessment_weight").codes:
        shares = ", ".join(entry.extra[f"{kind}_share"] for kind in ("formative", "section", "term"))
        first, last = _validity(entry)
        yield f"({text(entry.code)}, DATE '{first}', DATE '{last}', {shares})"


def _validity(entry: Code) -> tuple[str, str]:
    first, last = _FOREVER
    return (entry.valid_from or first).isoformat(), (entry.valid_to or last).isoformat()
