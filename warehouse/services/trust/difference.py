"""What moved between two publications, or a publication and a build: which figures, by how much, because of what.

In: two versions. Out: `Difference`. Both are opened on one connection and held against each other there: nothing of a
country's size goes through Python but what is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pyarrow as pa

from ingest.databases import ARROW_ROWS
from ingest.home import Home
from ingest.ledger.records import InstallationEvent, Publication
from warehouse.services.trust.attribution import BECAUSE, attribute
from warehouse.services.trust.changed_reports import find_changed, first_changed
from warehouse.services.trust.moved import MOVED, find_moved
from warehouse.services.trust.opened import Files, Opened, asking, attach, columns_of, files_of
from warehouse.storage.shown.publish import PublicationError

PREVIOUS = "previous"
"""The publication shown before the one that is compared with."""
FIRST = 10
_MOST_RECEIPTS = 5


@dataclass(frozen=True)
class Difference:
    """`reports`: what happened → to how many submissions; `changed`: the first of them. `figures`: how many differ, in
    `rows` rows, `new` and `gone` of them in one version alone. `tables` and `summary`: the same by table, and by table,
    form, period and territory, the worst first; `changes`: the first figures themselves, the worst first. `causes`:
    what else moves figures, see `_causes`."""

    before: Files
    after: Files
    reports: dict[str, int]
    changed: list[dict[str, Any]]
    figures: int
    rows: int
    new: int
    gone: int
    tables: list[dict[str, Any]]
    summary: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    causes: dict[str, Any] = field(default_factory=dict)
    whole: pa.Table | None = None


def difference(
    home: Home, before: str, after: str, *, most: int | None = FIRST, with_all: bool = False
) -> Difference:
    """What moved. `most`: so many of each list; `with_all`: every figure that moved, as a table, too.

    Raises PublicationError where one of the two is not kept.
    """
    new = files_of(home, after)
    old = _previous_to(home, new) if before == PREVIOUS else files_of(home, before)
    with _both(old, new) as (con, a, b):
        reports = find_changed(con, old, new)
        remodelled = find_moved(con, a, b)
        attribute(con, a, b)
        [(figures, rows, fresh, gone)] = con.execute(
            f"SELECT count(*), count(DISTINCT (table_name, row_number)),"
            f" count(DISTINCT (table_name, row_number)) FILTER (kind = 'new'),"
            f" count(DISTINCT (table_name, row_number)) FILTER (kind = 'gone') FROM {MOVED}"
        ).fetchall()
        return Difference(
            old,
            new,
            reports,
            first_changed(con, most),
            int(figures),
            int(rows),
            int(fresh),
            int(gone),
            _asked(con, _TABLES, None),
            _asked(con, _SUMMARY, most),
            _asked(con, _CHANGES, most),
            _causes(con, a, b, remodelled),
            con.execute(_CHANGES).to_arrow_table(ARROW_ROWS) if with_all else None,
        )


def _previous_to(home: Home, after: Files) -> Files:
    """The newest publication before it whose files are kept."""
    numbers = Publication.objects.order_by("-number").values_list("number", flat=True)
    for number in numbers:
        if number != after.number and (after.number is None or number < after.number):
            try:
                return files_of(home, str(number))
            except PublicationError:
                continue
    raise PublicationError("none_before", "there is nothing to compare with", number=after.label)


@contextmanager
def _both(before: Files, after: Files) -> Iterator[tuple[duckdb.DuckDBPyConnection, Opened, Opened]]:
    with asking() as con:
        opened = []
        for prefix, files in (("a_", before), ("b_", after)):
            tables, apart = attach(con, files, prefix)
            opened.append(Opened(files, con, tables, apart, columns_of(con, tables)))
        yield con, opened[0], opened[1]


_RECEIPTS = f"""
    SELECT
        table_name,
        row_number,
        count(*) AS receipt_count,
        list(submission_id ORDER BY submission_id)[1:{_MOST_RECEIPTS}] AS receipts
    FROM (SELECT DISTINCT table_name, row_number, submission_id FROM {BECAUSE})
    GROUP BY ALL
"""
_ORDER = 'share DESC, abs(coalesce("change", 0)) DESC, table_name, period, about, figure, basis'
_TABLES = f"""
    SELECT
        table_name AS "table",
        count(*) AS figures,
        count(DISTINCT row_number) AS "rows",
        count(DISTINCT row_number) FILTER (kind = 'new') AS "new",
        count(DISTINCT row_number) FILTER (kind = 'gone') AS gone
    FROM {MOVED}
    GROUP BY ALL
    ORDER BY figures DESC, 1
"""
_SUMMARY = f"""
    WITH told AS (
        SELECT m.*, r.receipts
        FROM {MOVED} AS m
        LEFT JOIN ({_RECEIPTS}) AS r USING (table_name, row_number)
    ),
    worst AS (
        SELECT
            table_name, form, period, oblast_code, district_code,
            count(*) AS figures,
            max(share) AS largest_share,
            max(abs(coalesce("change", 0))) AS largest_change,
            list_sort(list_distinct(flatten(list(coalesce(receipts, []))))) AS receipts
        FROM told
        GROUP BY ALL
    ),
    shown AS (
        SELECT
            table_name, form, period, oblast_code, district_code, figure, basis, said_before, said_after, "change",
            row_number() OVER (
                PARTITION BY table_name, form, period, oblast_code, district_code ORDER BY {_ORDER}
            ) AS place
        FROM told
    )
    SELECT
        w.table_name AS "table",
        w.form,
        w.period,
        w.oblast_code AS oblast,
        w.district_code AS district,
        w.figures,
        s.figure,
        s.basis,
        s.said_before AS before,
        s.said_after AS after,
        s."change",
        w.largest_share AS share,
        len(w.receipts) AS receipt_count,
        w.receipts[1:{_MOST_RECEIPTS}] AS receipts
    FROM worst AS w
    JOIN shown AS s
        ON
            s.place = 1
            AND w.table_name = s.table_name
            AND w.form IS NOT DISTINCT FROM s.form
            AND w.period IS NOT DISTINCT FROM s.period
            AND w.oblast_code IS NOT DISTINCT FROM s.oblast_code
            AND w.district_code IS NOT DISTINCT FROM s.district_code
    ORDER BY w.largest_share DESC, w.largest_change DESC, 1, 2, 3, 4, 5
"""
_CHANGES = f"""
    SELECT
        m.table_name AS "table",
        m.figure,
        m.kind,
        m.basis,
        m.level,
        m.form,
        m.period,
        m.oblast_code AS oblast,
        m.district_code AS district,
        m.about,
        m.said_before AS before,
        m.said_after AS after,
        m."change",
        m.share,
        coalesce(r.receipt_count, 0) AS receipt_count,
        coalesce(r.receipts, []) AS receipts
    FROM {MOVED} AS m
    LEFT JOIN ({_RECEIPTS}) AS r USING (table_name, row_number)
    ORDER BY m.share DESC, abs(coalesce(m."change", 0)) DESC, 1, 7, 8, 9, 10, 2, 4, 5
"""


def _asked(con: duckdb.DuckDBPyConnection, query: str, most: int | None) -> list[dict[str, Any]]:
    found = con.execute(query if most is None else f"{query} LIMIT {most}")
    names = [each[0] for each in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _causes(
    con: duckdb.DuckDBPyConnection, before: Opened, after: Opened, remodelled: Sequence[str]
) -> dict[str, Any]:
    """What moves figures beside reports.

    `tables`: those that are made otherwise, or in one version alone; `model`: whether the program made them otherwise,
    None where it was not noted; `least_persons`: the fewest persons shown, before and after, where that was changed;
    `organisations_moved`: so many lie elsewhere, are new or are gone; `persons_erased`: erasures in between;
    `unattributed`: so many figures moved in rows that no report that changed stands behind.
    """
    least = [_least_persons(each) for each in (before, after)]
    made = [before.files.made_by, after.files.made_by]
    [(unattributed,)] = con.execute(
        f"SELECT count(*) FROM {MOVED} AS m ANTI JOIN {BECAUSE} AS b USING (table_name, row_number)"
    ).fetchall()
    return {
        "tables": list(remodelled),
        "model": None if None in made else made[0] != made[1],
        "least_persons": least if least[0] != least[1] else None,
        "organisations_moved": _organisations_moved(con, before, after),
        "persons_erased": _erased_between(before.files, after.files),
        "unattributed": int(unattributed),
    }


def _least_persons(version: Opened) -> int | None:
    if "least_persons" not in version.columns.get("dim_publication", {}):
        return None
    found = version.con.execute(f"SELECT least_persons FROM {version.tables['dim_publication']}").fetchone()
    return int(found[0]) if found else None


def _organisations_moved(con: duckdb.DuckDBPyConnection, before: Opened, after: Opened) -> int:
    name, wanted = "dim_organisation", ("organisation_code", "applies_from_date", "territory_key")
    if not all({*wanted} <= {*each.columns.get(name, ())} for each in (before, after)):
        return 0
    listed = ", ".join(wanted)
    found = con.execute(
        f"SELECT count(DISTINCT organisation_code) FROM ("
        f"(SELECT {listed} FROM {before.tables[name]} EXCEPT SELECT {listed} FROM {after.tables[name]}) UNION ALL"
        f" (SELECT {listed} FROM {after.tables[name]} EXCEPT SELECT {listed} FROM {before.tables[name]}))"
    ).fetchone()
    return int(found[0]) if found else 0


def _erased_between(before: Files, after: Files) -> int:
    """Erasures that the earlier one did not know of and the later one does."""
    erased = InstallationEvent.objects.filter(kind=InstallationEvent.Kind.PERSON_ERASED)
    return erased.filter(
        at__gt=min(before.made_at, after.made_at), at__lte=max(before.made_at, after.made_at)
    ).count()


def as_csv(whole: pa.Table) -> bytes:
    """Every figure that moved, for a spreadsheet: the receipts of a row in one cell."""
    import pyarrow.compute as pc
    import pyarrow.csv as pa_csv

    place = whole.schema.get_field_index("receipts")
    texts: Any = pc.binary_join(pc.cast(whole["receipts"], pa.list_(pa.string())), " ")
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(whole.set_column(place, "receipts", texts), sink)
    return b"\xef\xbb\xbf" + sink.getvalue().to_pybytes()


__all__ = ["FIRST", "PREVIOUS", "Difference", "as_csv", "difference"]
