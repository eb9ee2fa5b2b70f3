"""Which submissions count in one version and not, or not so, in another, and what became of them.

In: two versions, opened on one connection. Out: a table `changed` of that connection, a row a submission with what
happened to it; how many of each kind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from ingest.ledger.records import Submission
from ingest.sql import literal
from warehouse.services.trust.opened import Files

CHANGED = "changed"
KINDS = (
    "corrected", "replaced", "accepted", "approved", "withdrawn", "returned", "held_back", "released", "no_longer",
    "erased", "basis",
)  # fmt: skip
"""What may have happened: a report took the place of another of its scope (`corrected`), whose place was taken
(`replaced`); one counts that did not (`accepted`); it counts on another basis (`approved`, `basis`); it was taken out;
a build left it out, or took it in again; it does not count for another reason; rows of erased persons went."""


def find_changed(con: duckdb.DuckDBPyConnection, before: Files, after: Files) -> dict[str, int]:
    """Make the table `changed(submission_id, form, node_code, period, part, happened, operational, official)`, the
    last two: whether it counts on that basis in either version; kind → how many."""
    scope = "form, node_code, period, part"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE {CHANGED} AS
        WITH a AS (FROM read_parquet({literal(before.submissions)})),
        b AS (FROM read_parquet({literal(after.submissions)})),
        both_sides AS (
            SELECT
                coalesce(a.submission_id, b.submission_id) AS submission_id,
                coalesce(a.form, b.form) AS form,
                coalesce(a.node_code, b.node_code) AS node_code,
                coalesce(a.period, b.period) AS period,
                coalesce(a.part, b.part) AS part,
                a.submission_id IS NOT NULL AS is_before,
                b.submission_id IS NOT NULL AS is_after,
                coalesce(a.is_operational, false) AS was_operational,
                coalesce(b.is_operational, false) AS is_operational,
                coalesce(a.is_official, false) AS was_official,
                coalesce(b.is_official, false) AS is_official,
                a.rows_accepted IS DISTINCT FROM b.rows_accepted AS has_other_rows
            FROM a FULL JOIN b USING (submission_id)
        ),
        gone AS (SELECT DISTINCT {scope} FROM both_sides WHERE was_operational AND NOT is_operational),
        come AS (SELECT DISTINCT {scope} FROM both_sides WHERE is_operational AND NOT was_operational)
        SELECT
            m.submission_id, m.form, m.node_code, m.period, m.part,
            CASE
                WHEN NOT m.was_operational AND m.is_operational AND gone.form IS NOT NULL THEN 'corrected'
                WHEN m.was_operational AND NOT m.is_operational AND come.form IS NOT NULL THEN 'replaced'
                WHEN NOT m.is_before THEN 'accepted'
                WHEN NOT m.is_after THEN 'no_longer'
                WHEN m.has_other_rows THEN 'erased'
                WHEN m.is_official AND NOT m.was_official THEN 'approved'
                ELSE 'basis'
            END AS happened,
            m.was_operational OR m.is_operational AS operational,
            m.was_official OR m.is_official AS official
        FROM both_sides AS m
        LEFT JOIN gone USING ({scope})
        LEFT JOIN come USING ({scope})
        WHERE
            m.is_before <> m.is_after OR m.was_operational <> m.is_operational OR m.was_official <> m.is_official
            OR m.has_other_rows
        """
    )
    _say_why(con, before, after)
    counted = con.execute(f"SELECT happened, count(*) FROM {CHANGED} GROUP BY 1").fetchall()
    found = dict(counted)
    return {kind: found[kind] for kind in KINDS if kind in found}


def _say_why(con: duckdb.DuckDBPyConnection, before: Files, after: Files) -> None:
    """Of what counts no longer: taken out, or held back by the build; of what counts now: released by it."""
    held_after, held_before = _held(after), _held(before)
    _become(con, "held_back", "no_longer", held_after)
    _become(con, "released", "accepted", held_before)
    left = [
        number
        for (number,) in con.execute(
            f"SELECT submission_id FROM {CHANGED} WHERE happened IN ('no_longer', 'replaced')"
        ).fetchall()
    ]
    for state in ("withdrawn", "returned"):
        numbers: list[int] = []
        for start in range(0, len(left), 500):
            some = Submission.objects.filter(pk__in=left[start : start + 500], state=state)
            numbers += some.values_list("pk", flat=True)
        for kind in ("no_longer", "replaced"):
            _become(con, state, kind, numbers)


def _become(con: duckdb.DuckDBPyConnection, kind: str, instead_of: str, numbers: Sequence[int]) -> None:
    if numbers:
        con.execute(
            f"UPDATE {CHANGED} SET happened = ? WHERE happened = ? AND list_contains(?, submission_id)",
            [kind, instead_of, list(numbers)],
        )


def _held(files: Files) -> list[int]:
    return [int(each["submission"]) for each in files.held_back]


def first_changed(con: duckdb.DuckDBPyConnection, most: int | None) -> list[dict[str, Any]]:
    """The first of them, those that were taken out or corrected before those that are new."""
    order = ", ".join(literal(kind) for kind in KINDS)
    rows = con.execute(
        f"SELECT submission_id, happened, form, node_code, period, part FROM {CHANGED}"
        f" ORDER BY list_position([{order}], happened), submission_id"
        + ("" if most is None else f" LIMIT {most}")
    ).fetchall()
    names = ("receipt", "happened", "form", "node", "period", "part")
    return [dict(zip(names, row, strict=True)) for row in rows]
