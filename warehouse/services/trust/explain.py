"""Any published figure walked back to the submissions, files, sheets and cells behind it.

In: a table, what its rows must say, and a publication. Out: `Explained`, of codes and moments. Nothing is written. Of
tables that have a row a person no row is shown: persons appear by their place in a file alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ingest.home import Home
from ingest.ledger.decisions.manifest import Manifest, ManifestEntry
from ingest.progress import Step, Tell, tell_nobody
from ingest.sql import name as quoted
from warehouse.services.trust.descent import (
    carriers_of,
    dictionaries_behind,
    extracts_behind,
    forms_behind,
    tables,
)
from warehouse.services.trust.labels import column_named, figures_named, table_named
from warehouse.services.trust.lineage import Behind, behind, conditions_of, uncounted
from warehouse.services.trust.opened import CURRENT, Opened, files_of, opened
from warehouse.services.trust.places import Places, places_of
from warehouse.services.trust.receipts import receipts_of, states_of
from warehouse.services.trust.registers import behind_dimension

FIRST = 5
"""So many rows and submissions are shown where nobody asks for more."""
_MANY = 2000
"""Of more rows than that it is asked what they have in common, not what each is about."""
_NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "BOOLEAN")
_WITHHELD = "is_withheld"


class UnknownError(Exception):
    """There is no such table, column or row. Carries `code` and `facts` like a refusal; `named`: what was
    asked for, `known`: what there is."""

    def __init__(self, code: str, named: str, known: Sequence[str], **facts: object) -> None:
        super().__init__(f"{code}: {named}")
        self.code, self.named, self.known, self.facts = code, named, list(known), facts


@dataclass(frozen=True)
class Explained:
    """What was found.

    `label`: what the version is called. `figures`: the first rows explained, none of persons; `rows`: how many there
    are. `receipts`: the first of the submissions behind them, each with its `rows_behind` and `places`. `uncounted`:
    state → number of submissions about the same that count on no basis; `held_back`: those of them that a build left
    out.
    """

    table: str
    label: str
    publication: int | None
    build: int
    data_as_of: datetime
    rows: int
    figures: list[dict[str, Any]]
    is_about_persons: bool
    behind: Behind
    receipts: list[dict[str, Any]]
    withheld: int
    uncounted: dict[str, int]
    held_back: list[Mapping[str, Any]]
    forms: list[str]
    dictionaries: list[str] = field(default_factory=list)
    extracts: list[str] = field(default_factory=list)
    rounded_to: dict[str, int] = field(default_factory=dict)


def explain(
    home: Home,
    table: str,
    wanted: Mapping[str, str],
    *,
    which: str = CURRENT,
    figure: str | None = None,
    most: int | None = FIRST,
    tell: Tell = tell_nobody,
) -> Explained:
    """What stands behind the rows of a published table that say what is `wanted`. `figure`: only the cells of that one;
    `most`: so many submissions are told in full, all where None.

    Raises PublicationError and UnknownError.
    """
    files = files_of(home, which)
    with opened(files) as publication:
        name = _known_table(publication, table)
        where = {_known_column(publication, name, key): value for key, value in wanted.items()}
        figures = _figures(publication, name, figure)
        total = _count(publication, name, where)
        is_about_persons = name in publication.apart
        shown = [] if is_about_persons else _rows(publication, name, where, most)
        rows = shown if most is None or total <= len(shown) else _rows(publication, name, where, _MANY)
        if is_about_persons or total > _MANY:
            rows = [dict(where)]  # what all of them have in common
        found = behind(publication, name, rows, where)
        if not carriers_of(name):
            found.rows |= behind_dimension(home, publication, name, rows)
        counting = publication.manifest().only(found.rows)
        forms = sorted({each for each, _, _ in counting.batches()} or forms_behind(name))
        aside = uncounted(publication, name, rows, forms)
        about = {**where, **(conditions_of(tables()[name], rows[0]) if len(rows) == 1 else {})}
        return Explained(
            table=name,
            label=files.label,
            publication=files.number,
            build=files.build,
            data_as_of=files.data_as_of,
            rows=total,
            figures=shown,
            is_about_persons=is_about_persons,
            behind=found,
            receipts=_receipts(home, _Asked(name, figures, about), found, counting, most, tell),
            withheld=sum(1 for row in rows if row.get(_WITHHELD)),
            uncounted=states_of(aside),
            held_back=[each for each in files.held_back if each["submission"] in aside],
            forms=forms,
            dictionaries=sorted(dictionaries_behind(name)),
            extracts=sorted(extracts_behind(name)),
            rounded_to=_rounding(publication, name, figures),
        )


def _known_table(publication: Opened, table: str) -> str:
    found = table_named(table)
    if found not in publication.tables or found not in tables():
        known = sorted(set(publication.tables) & set(tables()), key=lambda each: (each[:4] != "rpt_", each))
        raise UnknownError("explain_no_table", found, known)
    return found


def _known_column(publication: Opened, table: str, key: str) -> str:
    columns = publication.columns[table]
    for each in column_named(table, key):
        if each in columns:
            return each
    raise UnknownError("explain_no_column", key, list(columns), table=table)


def _figures(publication: Opened, table: str, figure: str | None) -> list[str]:
    """Those whose cells are told: what one is made of, or every number of the table that is no key of it."""
    columns = publication.columns[table]
    if figure is not None:
        made_of = [each for each in figures_named(table, figure) if each in columns]
        return made_of or [_known_column(publication, table, figure)]
    grain = tables()[table].grain
    return [
        name
        for name, kind in columns.items()
        if kind.startswith(_NUMBERS) and name not in grain and not name.endswith("_key")
    ]


def _count(publication: Opened, table: str, where: Mapping[str, str]) -> int:
    """How many rows say so. Raises UnknownError where none does, with what its columns do say."""
    con, named = publication.con, publication.tables[table]
    said, given = _said(where)
    counted = con.execute(f"SELECT count(*) FROM {named} WHERE {said}", given).fetchone()
    if counted and counted[0]:
        return int(counted[0])
    for column, value in where.items():
        # Of persons nothing is offered that could be tried one by one.
        least = "HAVING count(*) >= 50" if table in publication.apart else ""
        known = con.execute(
            f"SELECT CAST({quoted(column)} AS VARCHAR) FROM {named} GROUP BY 1 {least} ORDER BY 1"
        ).fetchall()
        texts = [text for (text,) in known if text is not None]
        if value not in texts:
            raise UnknownError("explain_no_value", value, texts, table=table, column=column)
    raise UnknownError("explain_no_row", "", [], table=table)


def _said(where: Mapping[str, str]) -> tuple[str, list[str]]:
    tests = [f"CAST({quoted(column)} AS VARCHAR) = ?" for column in where]
    return " AND ".join(tests) or "true", list(where.values())


def _rows(
    publication: Opened, table: str, where: Mapping[str, str], most: int | None
) -> list[dict[str, Any]]:
    said, given = _said(where)
    limit = "" if most is None else f"LIMIT {most}"
    found = publication.con.execute(
        f"SELECT * FROM {publication.tables[table]} WHERE {said} ORDER BY ALL {limit}", given
    )
    names = [each[0] for each in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@dataclass(frozen=True)
class _Asked:
    """What the places of a submission are looked for by: a table, its figures, and what its row is about."""

    table: str
    figures: Sequence[str]
    about: Mapping[str, str]


def _receipts(
    home: Home, asked: _Asked, found: Behind, counting: Manifest, most: int | None, tell: Tell
) -> list[dict[str, Any]]:
    """The submissions with most rows behind the figures first."""
    numbers = sorted(found.rows, key=lambda number: (-found.rows[number], number))[:most]
    entries: dict[int, ManifestEntry] = {each.submission_id: each for each in counting.only(numbers)}
    told = []
    for done, each in enumerate(receipts_of(numbers)):
        number = each["receipt"]
        tell(Step("explaining", done, len(numbers), each["form"]))
        places = Places()
        if number in entries and found.rows[number]:
            entry = entries[number]
            rows = found.rows[number] if found.is_of_rows else entry.rows_accepted
            places = places_of(home, asked.table, asked.figures, asked.about, entry, rows)
        told.append({**each, "rows_behind": found.rows[number], "places": places})
    return told


def _rounding(publication: Opened, table: str, figures: Sequence[str]) -> dict[str, int]:
    """Figure → what it is a multiple of, of those that are rounded."""
    least = publication.con.execute(
        f"SELECT least_persons FROM {publication.tables['dim_publication']}"
    ).fetchone()
    about = tables()[table]
    units = {figure: about.unit_of(figure) * int(least[0]) for figure in figures} if least else {}
    return {figure: unit for figure, unit in units.items() if unit > 1}
