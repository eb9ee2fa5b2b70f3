"""One cause, one finding: what follows from a fault already found is not said again.

In: what the rules found, each with the columns its rule reads. Out: the findings that stand. Within a row the cell
comes before the row, the row before the group, the group before other files: a rule is silent where it reads a cell
that an error before it has judged. Of several that share a cell, one stands: the shared cell explains them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from expectations.rules.rule import STAGES, Rule
from ingest.schema.forms.contract import Contract
from ingest.schema.texts.finding import Finding


@dataclass(frozen=True, eq=False)
class Found:
    """A finding with the rule that made it and where. `nth`: the place of the rule among those of its form.

    `is_named`: the rule says which cell is wrong and what should stand there. `is_alone`: what it found of a group it
    found of that row alone. `first`: table and row of the row it repeats.
    """

    rule: Rule
    nth: int
    file: int
    table: int
    finding: Finding
    is_named: bool = False
    is_alone: bool = False
    first: tuple[int, int] | None = None

    @property
    def spot(self) -> tuple[int, int, int]:
        """File, table and row."""
        return self.file, self.table, self.finding.row or 0

    @property
    def stage(self) -> int:
        """How early its rule speaks."""
        return STAGES.index(self.rule.speaks_at)

    @property
    def is_about_row(self) -> bool:
        """Whether it is about the row it stands at."""
        return self.rule.is_about_row or self.is_alone

    @property
    def repeats(self) -> tuple[int, int, int] | None:
        """File, table and row of the row whose key it repeats."""
        return (self.file, *self.first) if self.first else None

    @property
    def is_error(self) -> bool:
        return self.finding.severity == "error"


def standing(found: Iterable[Found], contract: Contract) -> list[Found]:
    """Those that stand, in the order in which they were given."""
    listed = list(found)
    bits = {field.name: 1 << place for place, field in enumerate(contract.fields)}
    by_row: dict[tuple[int, int, int], list[Found]] = defaultdict(list)
    for each in listed:
        if each.is_about_row:
            by_row[each.spot].append(each)
    gone = {
        id(each)
        for row in by_row.values()
        if len(row) > 1
        for each in _explained(sorted(row, key=lambda one: (one.stage, one.nth)), bits)
    }
    left = [each for each in listed if id(each) not in gone]
    gone = {id(each) for each in _explained_by_a_repetition(left, by_row)}
    return [each for each in left if id(each) not in gone]


def without_rows_in_doubt(found: Iterable[Found], in_doubt: frozenset[tuple[int, int, int]]) -> list[Found]:
    """Without those that miss rows where the reader could not follow a part of a row (`in_doubt`: their spots)."""
    return [each for each in found if not (each.rule.asks_for_rows and each.spot in in_doubt)]


def without_days_in_doubt(
    found: Iterable[Found], in_doubt: Collection[tuple[int, str | None, str]]
) -> list[Found]:
    """Without those that miss days alone of which the reader could not follow the cells. `in_doubt`: file, sheet and
    day as the facts of a rule name it; of one class it is the sheet it stands on that counts."""
    anywhere = {(file, day) for file, _, day in in_doubt}

    def explained(each: Found) -> bool:
        days = str(each.finding.params.get("days") or each.finding.params.get("day")).split(", ")
        if "days" in each.finding.params:
            return all((each.file, day) in anywhere for day in days)
        return all((each.file, each.finding.sheet, day) in in_doubt for day in days)

    return [each for each in found if not (each.rule.asks_for_days and in_doubt and explained(each))]


def _explained_by_a_repetition(
    left: Sequence[Found], by_row: Mapping[tuple[int, int, int], Sequence[Found]]
) -> Iterator[Found]:
    """Two rows of one key are one cause, whichever of them is wrong: an error on the key of the first explains its
    repetition, and the repetition a question about it."""
    stands = {id(each) for each in left}
    for each in left:
        beside = [
            other
            for other in (by_row.get(each.repeats, ()) if each.repeats else ())
            if other is not each and id(other) in stands and other.rule.bad_bits & each.rule.bad_bits
        ]
        if any(other.is_error for other in beside):
            yield each
        else:
            yield from beside


def _explained(row: Sequence[Found], bits: Mapping[str, int]) -> Iterator[Found]:
    """The findings on one row that others on it explain."""
    wrong, pointed_at = 0, 0
    for stage in range(len(STAGES)):
        errors = [each for each in row if each.is_error and each.stage == stage]
        silent = [each for each in errors if each.rule.bad_bits & wrong]
        chosen = _one_of_each_cause([each for each in errors if each not in silent], bits)
        yield from (each for each in errors if each not in chosen)
        wrong |= _joined(chosen)
        for each in chosen:
            pointed_at |= bits[each.finding.column or each.rule.column]
    # Who knows what should stand in a cell is asked unless an error points at that very cell.
    asked = [each for each in row if not each.is_error]
    silent = [
        each
        for each in asked
        if (
            bits[each.finding.column or each.rule.column] & pointed_at
            if each.is_named
            else each.rule.bad_bits & wrong
        )
    ]
    yield from silent
    no_text = {each.rule.column for each in asked if each.rule.is_about_whole_text}
    yield from (
        each
        for each in asked
        if not each.stage and each.rule.column in no_text and not each.rule.is_about_whole_text
    )
    # How a text is written is asked about whatever else is asked: no other rule follows from it.
    told = [each for each in asked if each not in silent and each.stage]
    chosen = _one_of_each_cause(told, bits)
    yield from (each for each in told if each not in chosen)


def _one_of_each_cause(found: Sequence[Found], bits: Mapping[str, int]) -> list[Found]:
    """Of those that share a column, the one that points at it; the one that others point to it by agreement first.
    What shares a further column with it is explained by it as well."""
    left, chosen = list(found), list[Found]()
    while len(left) > 1:
        shared = {bit: sum(bool(each.rule.bad_bits & bit) for each in left) for bit in bits.values()}
        bit, count = max(shared.items(), key=lambda entry: entry[1])
        if count < 2:
            break
        alike = [each for each in left if each.rule.bad_bits & bit]
        points_at = {id(each): bits[each.finding.column or each.rule.column] == bit for each in alike}
        chosen.append(min(alike, key=lambda each: (not each.is_named, not points_at[id(each)])))
        explained = chosen[-1].rule.bad_bits
        left = [each for each in left if each not in alike and not each.rule.bad_bits & explained]
    return [*chosen, *left]


def _joined(found: Iterable[Found]) -> int:
    bits = 0
    for each in found:
        bits |= each.rule.bad_bits
    return bits


@contextmanager
def bad_cells_marked(con: duckdb.DuckDBPyConnection, found: Iterable[Found]) -> Iterator[bool]:
    """While the block runs, `_bad` of `batch` holds the cells that errors have judged; gives whether there are any.

    Where a rule found more places than there are findings, its SQL says which they are.
    """
    wrong: dict[tuple[int, int, int], int] = defaultdict(int)
    overflowing: dict[int, Rule] = {}
    for each in found:
        if each.is_error and each.is_about_row:
            wrong[each.spot] |= each.rule.bad_bits
            if each.finding.also:
                overflowing[each.nth] = each.rule
    if not wrong:
        yield False
        return
    files, tables, rows = zip(*wrong, strict=True)
    columns = {"_file": files, "_table": tables, "_row": rows, "bits": list(wrong.values())}
    con.register("_wrong", pa.table({name: pa.array(cells, pa.int64()) for name, cells in columns.items()}))
    every = ["SELECT _file, _table, _row, bits FROM _wrong"] + [
        f"SELECT _file, _table, _row, CAST({rule.bad_bits} AS BIGINT) AS bits "
        f"FROM ({rule.unexpected_rows_query.format(batch='batch')}) AS unexpected"
        for rule in overflowing.values()
    ]
    con.execute(
        f"""
        CREATE TEMPORARY TABLE _judged AS
        WITH w AS (
            SELECT _file, _table, _row, bit_or(bits) AS bits FROM ({" UNION ALL ".join(every)}) AS every GROUP BY ALL
        )
        SELECT b._file, b._table, b._row, b._bad AS before, b._bad | w.bits AS after
        FROM batch AS b JOIN w ON b._file = w._file AND b._table = w._table AND b._row = w._row
        """
    )
    con.unregister("_wrong")
    try:
        con.execute(_SET_TO.format("after"))
        yield True
    finally:
        con.execute(_SET_TO.format("before"))
        con.execute("DROP TABLE _judged")


_SET_TO = """
UPDATE batch SET _bad = j.{} FROM _judged AS j
WHERE batch._file = j._file AND batch._table = j._table AND batch._row = j._row
"""


def once_where_the_column_is_missing(
    found: Iterable[Found], columns: Mapping[tuple[int, int], Iterable[str]]
) -> Iterator[Found]:
    """A column that the file lacks is asked for once, not in every row. `columns`: those of each file's tables."""
    asked: set[tuple[int, int, str]] = set()
    for each in found:
        column = each.rule.column
        if each.finding.column == column and column not in columns[each.file, each.table]:
            if (each.file, each.table, column) in asked:
                continue
            asked.add((each.file, each.table, column))
        yield each
