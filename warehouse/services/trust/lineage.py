"""Which submissions stand behind rows of a published table, and with how many rows each.

In: a publication that is open, and rows of one of its tables. Out: `Behind`. The nearest tables whose rows name their
submission are asked for those rows that agree with the row explained in what it is about: territory, period, kind of
locality, whatever its grain has; each is looked for in the table itself or in the dimensions it refers to. What could
not be looked for is said.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from ingest.schema.forms.load import contracts
from ingest.sql import name as quoted
from warehouse.services.trust.descent import (
    SUBMISSIONS,
    Reference,
    Table,
    carriers_of,
    forms_behind,
    forms_told_of,
    names_behind,
    submission_columns,
    tables,
)
from warehouse.services.trust.figures import FIGURE, facts_of, made_of, rows_made_of
from warehouse.services.trust.opened import Opened
from warehouse.storage.builds.engines.dbt_process import DBT_PROJECT

Row = Mapping[str, Any]
BASIS, LEVEL, STRUCTURE = "basis", "level", "structure"
_LEVELS = ("republic", "oblast", "district", "organisation")
_FINER = {"oblast_": 1, "district_": 2, "locality": 3, "organisation_": 3, "node_": 3}
"""How the columns of a place begin → the level from which on they say something."""
_AS_IS = "as_is"
"""The structure of rows that hold what other places reported, too: those taken over, moved or with other codes."""
_WITHHELD = "is_withheld"
_LABELS = ("_kk", "_ru")
_BESIDE = "_submission_key"
"""How columns end that name a submission beside those a row is made of."""
ALL = "all"
"""What a code is where a row is about all of them."""
GROUPED = frozenset({"breakdown", "group_code"})
_FURTHEST = 3
"""So many references a dimension may lie away from the rows that are asked."""
_NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL", "HUGEINT", "SMALLINT", "TINYINT")


@dataclass
class Behind:
    """What was found.

    `rows`: submission → how many rows of it, at most, stand behind a row that is explained; 0 of one that counts and
    has none, a nil return. `unasked`: rows that wait for a report nobody sent. `loose`: what of the grain the rows
    could not be narrowed by. `adds_up`: figure → whether it is the sum of those rows, up to its rounding. `hides`: so
    many rows that are hidden stand in the one explained, which is that of the small groups. `is_of_rows`: what was
    counted are rows of the reports; else reports as a whole.
    """

    rows: dict[int, int] = field(default_factory=dict)
    unasked: int = 0
    loose: set[str] = field(default_factory=set)
    adds_up: dict[str, bool] = field(default_factory=dict)
    hides: int = 0
    is_of_rows: bool = True


@dataclass(frozen=True)
class Place:
    """Where a column is to be found: the alias of a table joined, and the joins to get there."""

    column: str
    joins: tuple[str, ...] = ()
    table: str = ""


def behind(publication: Opened, name: str, rows: Sequence[Row], where: Mapping[str, str]) -> Behind:
    """What stands behind these rows of a table, or behind all that say so (`where`), whose rows name it themselves."""
    table = tables()[name]
    found = Behind()
    carriers = [each for each in carriers_of(name) if each in publication.tables]
    facts = facts_of(table, rows, [each for each in carriers if each != SUBMISSIONS])
    carriers = [each for each in carriers if each == SUBMISSIONS or each in facts]
    found.is_of_rows = any(forms_behind(each) for each in facts or carriers)
    if own := submission_columns(table):
        _ask_itself(publication, name, own, where, found)
        return found
    explained = _instead_of_few(publication, table, rows, found)
    for carrier in facts or carriers:
        if forms_behind(carrier) or not found.is_of_rows:
            _ask(publication, table, carrier, rows_made_of(table, explained, carrier), found)
    for carrier in facts:
        if found.is_of_rows and not forms_behind(carrier):
            # Beside rows of reports it is told which reports there are at all: they count, and have no row here.
            beside = Behind()
            _ask(publication, table, carrier, rows_made_of(table, explained, carrier), beside)
            found.unasked += beside.unasked
            for number in beside.rows:
                found.rows.setdefault(number, 0)
    forms = {form for form, contract in contracts().items() if contract.mart in facts}
    if SUBMISSIONS in carriers and forms:
        # Who said that there is nothing to report has no row, and is counted all the same.
        without = Behind()
        _ask(publication, table, SUBMISSIONS, explained, without, forms)
        for number in without.rows:
            found.rows.setdefault(number, 0)
    for number in _named_beside(table, explained):
        found.rows.setdefault(number, 1)
    if len(explained) == 1 and explained == list(rows) and len(facts) == 1:
        found.adds_up = _adds_up(publication, table, facts[0], rows[0])
    return found


def _named_beside(table: Table, rows: Sequence[Row]) -> Iterator[int]:
    """What rows name themselves beside the reports they are made of, such as who set the target of a figure."""
    for row in rows:
        for column, number in row.items():
            if column.endswith(_BESIDE) and column not in table.grain and number is not None and number >= 0:
                yield int(number)


def _ask_itself(
    publication: Opened, name: str, keys: Sequence[str], where: Mapping[str, str], found: Behind
) -> None:
    tests = [f"CAST({quoted(column)} AS VARCHAR) = ?" for column in where]
    for key in keys:
        counted = publication.con.execute(
            f"SELECT {quoted(key)}, count(*) FROM {publication.tables[name]}"
            f" WHERE {' AND '.join(tests) or 'true'} GROUP BY 1",
            list(where.values()),
        ).fetchall()
        for number, rows in counted:
            if number is not None and number >= 0:
                found.rows[number] = max(rows, found.rows.get(number, 0))


def uncounted(publication: Opened, name: str, rows: Sequence[Row], forms: Collection[str]) -> set[int]:
    """Submissions of these forms that are about the same, and count on no basis."""
    if not forms:
        return set()
    found = Behind()
    about_all = [{key: value for key, value in row.items() if key != BASIS} for row in rows]
    _ask(publication, tables()[name], SUBMISSIONS, about_all, found, forms, counting=False)
    return set(found.rows)


def conditions_of(table: Table, row: Row) -> dict[str, str]:
    """What of its grain tells a row from others of its level; texts, as they are compared."""
    level = row.get(LEVEL)
    wanted = {}
    for column in _told_apart_by(table, row):
        if column in (LEVEL, BASIS, STRUCTURE) or finer_than(column, level) or row.get(column) is None:
            continue
        if column in _unplaced(row):
            continue
        wanted[column] = _as_text(row[column])
    if figure := made_of(table).get(wanted.get(FIGURE, "")):
        # Which figure it is decides which facts are asked; no row of theirs says it.
        del wanted[FIGURE]
        if figure.form:
            wanted["form"] = figure.form
    if wanted.keys() >= GROUPED:
        # A row of a breakdown is about the members of one group: the column it is broken down by says which.
        grouped_by, group = (wanted.pop(column) for column in ("breakdown", "group_code"))
        if ALL not in (grouped_by, group):
            wanted[grouped_by] = group
    return {column: text for column, text in wanted.items() if text != ALL}


def _unplaced(row: Row) -> set[str]:
    """The columns of the place of a row that is told as it is now: its reports may lie under other places."""
    return {column for column in row if row.get(STRUCTURE) == _AS_IS and column.startswith(tuple(_FINER))}


def _told_apart_by(table: Table, row: Row) -> Sequence[str]:
    """Its grain; of a row of which only a part is asked for, that part; where no grain is stated, texts and days."""
    if table.grain:
        return table.grain if {*table.grain} - {BASIS} <= row.keys() else tuple(row)
    said = [column for column, value in row.items() if isinstance(value, (str, date))]
    return [column for column in said if not column.endswith(_LABELS)] or said


def finer_than(column: str, level: str | None) -> bool:
    """Whether a column says nothing in rows of a level, since it is about what lies below it."""
    if level not in _LEVELS:
        return False
    least = next((least for start, least in _FINER.items() if column.startswith(start)), 0)
    return least > _LEVELS.index(level)


def _instead_of_few(publication: Opened, table: Table, rows: Sequence[Row], found: Behind) -> list[Row]:
    """The rows themselves; instead of one that stands for the small groups of its place those that are hidden in it."""
    explained: list[Row] = []
    for row in rows:
        few = {
            column for column in table.grain if column in row and _as_text(row.get(column)) in names_of_few()
        }
        if not few or _WITHHELD not in publication.columns[table.name]:
            explained.append(row)
            continue
        coarser = {value for column, value in row.items() if column.startswith("oblast_") and value}
        free = few | {
            column for column in table.grain if column.startswith("district_") and row[column] in coarser
        }
        kept = [column for column in table.grain if column not in free and row[column] is not None]
        agree = " AND ".join(f"{quoted(column)} = ?" for column in kept) or "true"
        hidden = publication.con.execute(
            f"SELECT * FROM {publication.tables[table.name]} WHERE {quoted(_WITHHELD)} = 1 AND {agree}",
            [row[column] for column in kept],
        )
        names = [each[0] for each in hidden.description or ()]
        each_hidden = [dict(zip(names, values, strict=True)) for values in hidden.fetchall()]
        group = [each for each in each_hidden if not _is_of_few(table, each)]
        found.hides += len(group)
        explained.extend(group)
        if not group:
            explained.append(row)
    return explained


def _is_of_few(table: Table, row: Row) -> bool:
    return any(_as_text(row.get(column)) in names_of_few() for column in table.grain)


@cache
def names_of_few() -> frozenset[str]:
    """What the place of small groups is called, in the words of either language."""
    with (DBT_PROJECT / "seeds" / "special_member.csv").open(encoding="utf-8") as file:
        return frozenset(
            row[label]
            for row in csv.DictReader(file)
            if row["code"] == "few"
            for label in ("code", "label_kk", "label_ru")
        )


def _ask(
    publication: Opened,
    table: Table,
    carrier: str,
    rows: Sequence[Row],
    found: Behind,
    forms: Collection[str] = (),
    *,
    counting: bool = True,
) -> None:
    """Add what one table says of the rows. `forms`: of submissions themselves, those alone; `counting`: those that
    count, on the basis of the row where it has one, or those that do not."""
    for asked in _questions(publication, table, carrier, rows, found, forms, counting=counting):
        key = f"f.{quoted(asked.key)}"
        for number, count in asked.of(publication, f"{key}, count(*)", f"GROUP BY {key}"):
            if number is None:
                found.unasked += count
            elif number >= 0:
                found.rows[number] = max(count, found.rows.get(number, 0))


@dataclass(frozen=True)
class _Question:
    """Which rows of a table stand behind others: a part of a statement. `key`: its column of submissions."""

    carrier: str
    key: str
    clauses: str
    given: tuple[str, ...]

    def of(self, publication: Opened, what: str, ends: str = "") -> list[tuple[Any, ...]]:
        """What of these rows is asked for."""
        named = publication.tables[self.carrier]
        return publication.con.execute(
            f"SELECT {what} FROM {named} AS f {self.clauses} {ends}", self.given
        ).fetchall()


def _questions(
    publication: Opened,
    table: Table,
    carrier: str,
    rows: Sequence[Row],
    found: Behind,
    forms: Collection[str] = (),
    *,
    counting: bool = True,
) -> Iterator[_Question]:
    """One for the rows of each basis that are told apart by the same columns, and each column of submissions."""
    of = tables()[carrier]
    places = {column: place_of(publication, of, table, column) for column in table.grain}
    wanted: dict[tuple[str | None, tuple[str, ...]], list[tuple[str, ...]]] = {}
    is_named = place_of(publication, of, of, "form") if (told_of := forms_told_of(table)) else None
    for row in rows:
        known: dict[str, str] = {}
        if not forms:
            level = row.get(LEVEL)
            found.loose |= {each for each in _unplaced(row) & {*table.grain} if not finer_than(each, level)}
        for column, value in conditions_of(table, row).items():
            place = places.setdefault(column, place_of(publication, of, table, column))
            if place and _exists(publication, place, value):
                known[column] = value
            elif not forms:
                found.loose.add(column)
        wanted.setdefault((row.get(BASIS), tuple(known)), []).append(tuple(known.values()))
    for (basis, columns), values in wanted.items():
        at = [place for column in columns if (place := places[column])]
        for key in _keys_on(of, basis):
            test = _test_of_counting(publication, of, key, basis, counting=counting)
            also = [is_named] if is_named else []
            joins = dict.fromkeys(join for place in (*at, test, *also) for join in place.joins)
            tests, given = [test.column], list[str]()
            for place in also:
                tests.append(f"{place.column} IN ({', '.join('?' * len(told_of))})")
                given += sorted(told_of)
            if forms:
                tests.append(f"f.form IN ({', '.join('?' * len(forms))})")
                given += sorted(forms)
            if at:
                compared = ", ".join(f"CAST({place.column} AS VARCHAR)" for place in at)
                each = f"({', '.join('?' * len(at))})"
                tests.append(f"({compared}) IN ({', '.join([each] * len(values))})")
                given += [text for texts in values for text in texts]
            yield _Question(carrier, key, f"{' '.join(joins)} WHERE {' AND '.join(tests)}", tuple(given))


def _keys_on(table: Table, basis: str | None) -> list[str]:
    """The columns of submissions that count on a basis: where each basis has its own, that one."""
    keys = submission_columns(table)
    own = [key for key in keys if basis and key.startswith(f"{basis}_")]
    return own or keys


def _test_of_counting(
    publication: Opened, of: Table, key: str, basis: str | None, *, counting: bool
) -> Place:
    """That a submission counts on a basis, on any where none is named; or that it does not."""
    if key != "submission_key":
        return Place("true")  # the column itself names what counts
    if of.name == SUBMISSIONS:
        alias, joins = "f", tuple[str, ...]()
    else:
        alias = "counting"
        joins = (f"JOIN {publication.tables[SUBMISSIONS]} AS {alias} ON f.{key} = {alias}.submission_key",)
    either = f"({alias}.is_operational OR {alias}.is_official)"
    if not counting:
        return Place(f"NOT {either}", joins)
    return Place(either if basis is None else f"{alias}.is_{basis}", joins)


def place_of(publication: Opened, carrier: Table, table: Table, column: str) -> Place | None:
    """Where the rows of a table say what a column of another says: by its name, else by what that is computed from."""
    names = names_behind(table, column)
    for name in (*names, f"{column}_code"):
        if place := _named(publication, carrier, name):
            return place
    return None


def _named(publication: Opened, carrier: Table, name: str) -> Place | None:
    """The nearest column of a name, in a table or in the dimensions it refers to."""
    waiting: list[tuple[str, str, tuple[str, ...]]] = [(carrier.name, "f", ())]
    while waiting:
        each, alias, joins = waiting.pop(0)
        if name in publication.columns.get(each, ()):
            return Place(f"{alias}.{quoted(name)}", joins, publication.tables[each])
        if len(joins) == _FURTHEST:
            continue
        for reference in _references(tables()[each]):
            if reference.to in publication.tables and reference.column in publication.columns[each]:
                further = f"{alias}_{reference.column}"
                join = (
                    f"LEFT JOIN {publication.tables[reference.to]} AS {further}"
                    f" ON {alias}.{quoted(reference.column)} = {further}.{quoted(reference.key)}"
                )
                waiting.append((reference.to, further, (*joins, join)))
    return None


def _references(table: Table) -> list[Reference]:
    stated = list(table.references)
    if "submission_key" in table.columns and table.name != SUBMISSIONS:
        stated.append(Reference("submission_key", SUBMISSIONS, "submission_key"))
    return stated


def _exists(publication: Opened, place: Place, value: str) -> bool:
    """Whether anything is called so: a member that stands for a whole level narrows nothing."""
    column = place.column.partition(".")[2]
    found = publication.con.execute(
        f"SELECT 1 FROM {place.table} WHERE CAST({column} AS VARCHAR) = ? LIMIT 1", [value]
    )
    return found.fetchone() is not None


def _adds_up(publication: Opened, table: Table, carrier: str, row: Row) -> dict[str, bool]:
    """Figure → whether it is the sum of the rows behind it. Of figures that are hidden nothing is said."""
    figures = [
        column
        for column, kind in publication.columns[carrier].items()
        if kind.startswith(_NUMBERS)
        and publication.columns[table.name].get(column, "").startswith(_NUMBERS)
        and column not in table.grain
        and not column.endswith("_key")
        and row.get(column) is not None
    ]
    questions = list(_questions(publication, table, carrier, [row], Behind()))
    if not figures or len(questions) != 1:
        return {}
    least = publication.con.execute(
        f"SELECT least_persons FROM {publication.tables['dim_publication']}"
    ).fetchone()
    [sums] = questions[0].of(publication, ", ".join(f"sum(f.{quoted(each)})" for each in figures))
    found = {}
    for figure, total in zip(figures, sums, strict=True):
        unit = table.unit_of(figure) * int(least[0]) if least else 0
        apart = abs((total or 0) - row[figure])
        found[figure] = bool(apart < unit if unit > 1 else apart == 0)
    return found


def _as_text(value: object) -> str:
    return "" if value is None else str(value)
