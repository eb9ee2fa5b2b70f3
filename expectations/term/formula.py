"""How current marks make the mark of a term: SQL that the rules and the warehouse both run.

In: two tables, of marks and of weights. Out: expressions and steps of SQL, in words that DuckDB and Spark both have.
The rules put them into `term_mark` (`expectations.term.marks`); `bbaj generate` writes them as macros of the
warehouse, so that there is one formula. Whole numbers are added up and divided once: every engine gives the same.

Only what is whole is summed up, and nobody is asked about the rest: a learner whose marks of a subject are not there in
each month of the term (one who came or went, a month or a part nobody reported), who lacks a section or the term
assessment that others of the class have, or has marks in two classes, has no row. A class without a term assessment in
a subject is one that has a mark from the other two kinds.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingest.schema.forms.codelist import codelist

APART = 1
"""Percentage points by which a percentage may differ before another mark does."""
_FINE = 1_000_000_000  # of how many parts a share of points is told
_NOTHING = "0.000001"  # a percentage that is this near to a whole one is it


def recomputed(report: Sequence[str], learner: str) -> str:
    """Steps of SQL, to stand after `mark` and `weight`; the last is `recomputed(report…, learner, subject, lowest,
    highest)`: a percentage, `lowest` to `highest`, for the average of formative marks may be of shares or of points.

    `mark(report…, months, last_day, learner, grade, letter, subject, kind, points, points_max, month)`: the marks of
    the days of a term, `month` the month they were given in, if it is one of the `months` the report is of.
    `weight(code, first_day, last_day, formative, section, term)`: per cent, and the days they hold.
    """
    of_report = ", ".join(report)
    of_class = f"{of_report}, grade, letter, subject"
    same_class = " and ".join(
        f"learner.{name} = class.{name}" for name in (*report, "grade", "letter", "subject")
    )
    return f"""
        weighed as (
            select *, coalesce(points_max, {_usual_maximum()}) as most from mark
        ),

        learner as (
            select
                {of_report}, months, last_day, {learner}, grade, letter, subject,
                count(distinct month) as months_marked,
                cast(sum(case when kind = 'formative' then {_fine("points", "most")} end) as double)
                / ({_FINE} * nullif(sum(case when kind = 'formative' then 1 else 0 end), 0)) as mean_of_shares,
                {_share("formative")} as share_of_sums,
                sum(case when kind = 'section' then 1 else 0 end) as sections,
                {_share("section")} as of_sections,
                sum(case when kind = 'term' then 1 else 0 end) as terms,
                {_share("term")} as of_term
            from weighed
            where most > 0
            group by {of_report}, months, last_day, {learner}, grade, letter, subject
        ),

        class as (
            select {of_class}, max(sections) as sections, max(terms) as terms
            from learner
            group by {of_class}
        ),

        whole as (
            select
                learner.*,
                weight.formative,
                weight.section * learner.of_sections + weight.term * coalesce(learner.of_term, cast(0 as double))
                    as summative,
                count(*) over (partition by {", ".join(f"learner.{each}" for each in (*report, learner, "subject"))})
                    as classes
            from learner
            inner join class on {same_class}
            inner join weight
                on
                    weight.code = case when class.terms > 0 then 'with_term' else 'without_term' end
                    and learner.last_day between weight.first_day and weight.last_day
            where
                learner.months_marked = learner.months
                and learner.mean_of_shares is not null
                and learner.sections > 0
                and learner.sections = class.sections
                and learner.terms = class.terms
                and class.terms <= 1
        ),

        recomputed as (
            select
                {of_report}, {learner}, subject,
                summative + formative * least(mean_of_shares, share_of_sums) as lowest,
                summative + formative * greatest(mean_of_shares, share_of_sums) as highest
            from whole
            where classes = 1
        )
    """


def percent(table: str) -> str:
    """The percentage in the middle of what `table` gives."""
    return f"(({table}.lowest + {table}.highest) / 2)"


def rounded_percent(table: str) -> str:
    """The same as a whole number, by which the scale gives a mark."""
    return f"floor({percent(table)} + 0.5 + {_NOTHING})"


def differs(table: str, percent_from: str, percent_to: str, apart: int = APART) -> str:
    """Whether a mark of these percentages by the scale is none that `table` may give, `apart` points aside."""
    above = f"ceil({table}.highest + {apart} - {_NOTHING}) < {percent_from}"
    return f"({above} or floor({table}.lowest - {apart} + {_NOTHING}) > {percent_to})"


def _fine(part: str, whole: str) -> str:
    return f"cast(floor(cast({part} as double) / cast({whole} as double) * {_FINE}) as bigint)"


def _share(kind: str) -> str:
    part, whole = (
        f"cast(sum(case when kind = '{kind}' then {of} end) as double)" for of in ("points", "most")
    )
    return f"{part} / {whole}"


def _usual_maximum() -> str:
    return codelist("assessment_kind").by_code["formative"].extra["usual_maximum"]
