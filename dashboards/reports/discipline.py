"""Organisations whose report of a period does not count, and how many of theirs in a row do not.

On the operational basis these are missing reports; on the official one those that await approval too.
"""

from __future__ import annotations

from dashboards.reports.content import Both
from dashboards.reports.measures import Measures
from dashboards.reports.reading import STRUCTURE, Row, within
from dashboards.reports.writing import Amount, fill

_UNASKED = Both(
    kk="Бұл кезең үшін тапсыру мерзімі белгіленбеген, {n} ұйым есеп тапсырды",
    ru="Срок сдачи за этот период не назначен, "
    "{n:отчиталась|отчитались|отчитались} {n} {n:организация|организации|организаций}",
)
_NOT_YET = Both(kk="Есеп тапсыру мерзімі әлі келген жоқ", ru="Срок сдачи отчётов ещё не наступил")


def not_reported(measures: Measures, form: str) -> list[Row]:
    """One row an organisation: code, names, status, days late, learners on its list, reports missed in a row. Those
    that missed most come first, then the latest, then the largest."""
    key = f"not reported {form}"
    if key not in measures.kept:
        measures.kept[key] = _asked(measures, form)
    return measures.kept[key]


def due(measures: Measures, form: str) -> int:
    """How many organisations were to report by now: nobody before the deadline, nor where there is none."""
    key = f"due {form}"
    if key not in measures.kept:
        measures.kept[key] = _due(measures, form)
    return int(measures.kept[key][0]["due"])


def without_deadline(measures: Measures, form: str, reported: int) -> Both | None:
    """What is to be known of a period nobody was to report of by now: reports came unasked, or the deadline is yet to
    come. None of another."""
    if due(measures, form):
        return None
    return fill(_UNASKED, n=Amount(reported)) if reported else _NOT_YET


def _due(measures: Measures, form: str) -> list[Row]:
    inside = within(measures.place)
    return measures.file.rows(
        "select count(distinct node_code) as due from rpt_reporting_discipline where basis = ? and "
        f"{STRUCTURE} and form = ? and period = ? and node_kind = 'organisation' and is_due = 1 and {inside.condition}",
        (measures.basis, form, measures.span.period, *inside.values),
    )


def _asked(measures: Measures, form: str) -> list[Row]:
    inside, span = within(measures.place), measures.span
    names = [
        f"{column}_{each}"
        for column in ("node_name", "oblast_name", "district_name", "status")
        for each in ("kk", "ru")
    ]
    # A report in several parts is one; the first that counts ends those in a row.
    query = (
        f"with of_period as (select node_code, period, {', '.join(f'any_value({each}) as {each}' for each in names)}, "
        "max(is_reported) as is_reported, max(days_late) as days_late, min(period_start_date) as period_start_date "
        f"from rpt_reporting_discipline where basis = ? and {STRUCTURE} and form = ? and node_kind = 'organisation' "
        f"and is_due = 1 and period_start_date <= ? and {inside.condition} group by node_code, period), "
        "told as (select *, row_number() over (partition by node_code order by period_start_date desc, period desc) "
        "as turn from of_period), "
        "in_a_row as (select node_code, coalesce(min(turn) filter (is_reported = 1), max(turn) + 1) - 1 as in_a_row "
        "from told group by node_code), "
        "sized as (select organisation_code as node_code, max(learners_enrolled) as learners from rpt_attendance "
        f"where basis = ? and {STRUCTURE} and level = 'organisation' and period = ? and {inside.condition} "
        "group by organisation_code) "
        "select * from told inner join in_a_row using (node_code) left join sized using (node_code) "
        "where turn = 1 and period = ? and is_reported = 0 "
        "order by in_a_row desc, days_late desc, learners desc nulls last, node_code"
    )
    of_form = (measures.basis, form, span.start, *inside.values)
    of_sizes = (measures.basis, span.period, *inside.values)
    return measures.file.rows(query, (*of_form, *of_sizes, span.period))
