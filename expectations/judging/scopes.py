"""Whose reports the files of a batch are, and what is known of their surroundings.

In: a connection that holds the reference tables, the files' scopes. Out: `scope`, one row per file, with what rules
may ask of its surroundings; and which needs of the rules are met for each file.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import duckdb

from expectations.judging.scope import Scope
from expectations.rules.rule import Need

_NEEDS = get_args(Need)


def make_scope(con: duckdb.DuckDBPyConnection, scopes: Iterable[tuple[int, Scope]]) -> None:
    """Make `scope` in the connection."""
    con.execute(
        "CREATE TABLE given_scope (_file INTEGER, node_code VARCHAR, node_kind VARCHAR, "
        "period_start DATE, period_end DATE, has_whole BOOLEAN, received_on DATE)"
    )
    rows = [
        (
            *(file, s.node_code, s.node_kind, s.period and s.period.start, s.period and s.period.end),
            *(s.is_whole, s.received_on),
        )
        for file, s in scopes
    ]
    if rows:
        con.executemany("INSERT INTO given_scope VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    # School years turn on 1 September; the calendar of a year is known when it has a term in that year.
    con.execute(
        """
        CREATE TABLE scope AS
        WITH year AS (
            SELECT _file, make_date(extract(year FROM period_start)
                - CASE WHEN extract(month FROM period_start) < 9 THEN 1 ELSE 0 END, 9, 1) AS first_day
            FROM given_scope
        ), roster AS (
            SELECT g._file, max(r.period) AS last_roster,
                max(r.period) FILTER (WHERE r.period <= strftime(g.period_start, '%Y-%m')) AS first_roster,
                max(r.period) FILTER (WHERE r.period < strftime(g.period_start, '%Y-%m')) AS roster_before
            FROM given_scope AS g
            JOIN (SELECT DISTINCT bin, period FROM reference_learner) AS r ON r.bin = g.node_code
                AND r.period <= strftime(g.period_end, '%Y-%m')
            GROUP BY g._file
        ), staff AS (
            SELECT g._file,
                coalesce(max(r.period_start) FILTER (WHERE r.period_start <= g.period_start),
                    min(r.period_start)) AS first_staff
            FROM given_scope AS g
            JOIN (SELECT DISTINCT node_code, period_start FROM reference_staff) AS r
                ON r.node_code = g.node_code AND r.period_start <= g.period_end
            GROUP BY g._file
        ), marked AS (
            SELECT g._file, count(DISTINCT r.period) AS months FROM given_scope AS g
            JOIN (SELECT DISTINCT node_code, period FROM reference_marks) AS r ON r.node_code = g.node_code
                AND r.period BETWEEN strftime(g.period_start, '%Y-%m') AND strftime(g.period_end, '%Y-%m')
            GROUP BY g._file
        ), report AS (
            SELECT g._file, max(e.period_start) AS previous_start FROM given_scope AS g
            JOIN (SELECT DISTINCT node_code, period_start FROM reference_earlier) AS e
                ON e.node_code = g.node_code AND e.period_start < g.period_start
            GROUP BY g._file
        )
        SELECT g.*, roster.last_roster, coalesce(roster.first_roster, '') AS first_roster,
            roster.roster_before, report.previous_start, staff.first_staff,
            -- Departments hand in no list of their staff: there is none to wait for.
            (staff._file IS NOT NULL OR coalesce(g.node_kind <> 'organisation', FALSE)) AS has_staff,
            coalesce(marked.months > date_diff('month', g.period_start, g.period_end), FALSE) AS has_marks,
            report.previous_start IS NOT NULL AS has_previous,
            roster.roster_before IS NOT NULL AS has_previous_list,
            (SELECT count(*) > 0 FROM (SELECT 1 FROM reference_elsewhere LIMIT 1)) AS has_elsewhere,
            g.node_code IS NOT NULL AS has_node,
            g.received_on IS NOT NULL AS has_receipt,
            p.study_days, p.bin IS NOT NULL AS has_passport,
            g.period_start IS NOT NULL AS has_period,
            (SELECT count(*) > 0 FROM reference_territory) AS has_territory,
            (SELECT count(*) > 0 FROM reference_organisation) AS has_organisation,
            coalesce(roster._file IS NOT NULL, FALSE) AS has_learner,
            y._file IS NOT NULL AS has_calendar
        FROM given_scope AS g
        LEFT JOIN roster ON roster._file = g._file
        LEFT JOIN report ON report._file = g._file
        LEFT JOIN staff ON staff._file = g._file
        LEFT JOIN marked ON marked._file = g._file
        LEFT JOIN (SELECT bin, max(study_days) AS study_days FROM reference_passport GROUP BY bin) AS p
            ON p.bin = g.node_code
        LEFT JOIN (
            SELECT DISTINCT year._file FROM year JOIN reference_calendar AS c ON c.segment = 'term'
                AND c.start_date BETWEEN year.first_day AND year.first_day + INTERVAL 1 YEAR
        ) AS y ON y._file = g._file
        """
    )


def covered(con: duckdb.DuckDBPyConnection) -> dict[int, frozenset[str]]:
    """What is known of each file's surroundings: file → names of needs that are met."""
    flags = ", ".join(f"has_{need}" for need in _NEEDS)
    rows = con.execute(f"SELECT _file, {flags} FROM scope").fetchall()
    return {row[0]: frozenset(need for need, met in zip(_NEEDS, row[1:], strict=True) if met) for row in rows}
