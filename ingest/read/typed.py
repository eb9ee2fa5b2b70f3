"""Text cells of many files → one typed table in DuckDB, and a finding for each cell that has no such type.

In: the readings of the files of one form. Out: the table `batch`: `_file INTEGER, _table INTEGER, _row
INTEGER, _bad BIGINT` (bit i: column i of the contract is filled but untypable, its typed cell NULL), then
every column of the contract by its name: VARCHAR, INTEGER, DECIMAL(18,4), BOOLEAN, DATE.

Columns of a few different texts (numbers, dates, yes/no, codes) are typed once per different text, by
generated SQL; free text and identifiers go through as they are, cleaned only where their bytes show white
space. So the cost of a cell that is as it should be is that of copying it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np

from ingest.read.arrow import Chunk, Column, Numbers, pa, pc
from ingest.read.odd import Odd
from ingest.read.reading import LocatedTable, Reading
from ingest.read.second_look import looked_at_again, with_values
from ingest.read.texts import SPACE_CHARACTERS, holds_any, needs_cleaning
from ingest.read.typing_sql import SQL_TYPES, clean, missing, odd_expression, value_expression, words_of
from ingest.schema.contract import Contract, FormField
from ingest.schema.finding import Finding, cell_address

_Files = Sequence[tuple[int, Reading]]
# Excel's error values, as they are shown and as csv files made from it have them.
_ERROR_VALUES = (
    "#DIV/0!",
    "#N/A",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#REF!",
    "#VALUE!",
    "#GETTING_DATA",
    "#ERROR!",
)
_SCIENTIFIC = r"^\s*\d+([.,]\d+)?[eE]\+?\d+\s*$"
_WORTH_COMBINING = 20_000
_NOTHING_ELSE = Odd()


@dataclass(frozen=True)
class _Place:
    """One table of the batch and where its rows begin in the concatenated columns."""

    file_no: int
    table_no: int
    table: LocatedTable
    begin: int


@dataclass(frozen=True)
class _Typed:
    """One column: what to select from, the SQL that selects it, the rows at fault by finding code, and what is known
    of the texts at fault, each as written."""

    column: Column
    expression: str
    faults: Mapping[str, Numbers]
    said: Mapping[str, Odd]


def type_batch(
    con: duckdb.DuckDBPyConnection, contract: Contract, readings: _Files
) -> dict[int, list[Finding]]:
    """Create the table `batch` in `con`; findings on untypable cells by file, in the order of its cells."""
    places = _places(readings)
    height = sum(place.table.text.num_rows for place in places)
    columns: dict[str, Column | Chunk] = _coordinates(places)
    selected = ["_file", "_table", "_row"]
    bad = np.zeros(height, dtype=np.int64)
    found: list[tuple[int, int, Finding]] = []
    for bit, field in enumerate(contract.fields):
        texts = _texts(places, field.name)
        if texts is None:
            selected.append(f"CAST(NULL AS {SQL_TYPES[field.type]}) AS {field.name}")
            continue
        typed = _typed(con, contract, field, texts)
        columns[field.name] = typed.column
        selected.append(f"{_unless_bad(typed.expression, bit, bool(typed.faults))} AS {field.name}")
        for code, rows in typed.faults.items():
            bad[rows] |= 1 << bit
            on_cells = _findings(places, field, code, rows, texts, typed.said)
            found += [(row, bit, finding) for row, finding in on_cells]
    if found:
        columns["_bad"] = pa.array(bad)
    selected.insert(3, "_bad" if found else "CAST(0 AS BIGINT) AS _bad")
    _create(con, pa.table(columns), selected)
    return _by_file(places, found)


def _places(readings: _Files) -> list[_Place]:
    places = []
    begin = 0
    for file_no, reading in readings:
        for table_no, table in enumerate(reading.tables):
            places.append(_Place(file_no, table_no, table, begin))
            begin += table.text.num_rows
    return places


def _coordinates(places: list[_Place]) -> dict[str, Column | Chunk]:
    heights = [place.table.text.num_rows for place in places]
    rows = [chunk for place in places for chunk in place.table.text.column("_row").chunks]
    return {
        "_file": pa.array(np.repeat(np.array([place.file_no for place in places], dtype=np.int32), heights)),
        "_table": pa.array(
            np.repeat(np.array([place.table_no for place in places], dtype=np.int32), heights)
        ),
        "_row": pa.chunked_array(rows, pa.int32()),
    }


def _texts(places: list[_Place], name: str) -> Column | None:
    """One column of all tables, null where a table lacks it; None where all do."""
    if not any(name in place.table.text.column_names for place in places):
        return None
    chunks: list[Chunk] = []
    for place in places:
        text = place.table.text
        missing_here = name not in text.column_names
        chunks += [pa.nulls(text.num_rows, pa.string())] if missing_here else text.column(name).chunks
    column = pa.chunked_array(chunks, pa.string())
    # Many small files make many small chunks, which cost more than copying them together.
    if column.num_chunks > 1 and len(column) < column.num_chunks * _WORTH_COMBINING:
        return pa.chunked_array([column.combine_chunks()], pa.string())
    return column


def _typed(con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, texts: Column) -> _Typed:
    if field.type == "string" and not field.constraints.codelist:
        expression = missing(clean(field.name) if needs_cleaning(texts) else field.name, contract)
        return _Typed(texts, expression, _faults_of_text(field, texts), {})
    return _typed_once(con, contract, field, texts)


def _faults_of_text(field: FormField, texts: Column) -> dict[str, Numbers]:
    faults: dict[str, Numbers] = {}
    if field.format != "default" and holds_any(texts, "eE"):
        faults["identifier_in_scientific_notation"] = _where(pc.match_substring_regex(texts, _SCIENTIFIC))
    if holds_any(texts, "#"):
        trimmed = pc.utf8_trim(texts, characters=SPACE_CHARACTERS)
        faults["error_in_cell"] = _where(pc.is_in(trimmed, value_set=pa.array(_ERROR_VALUES)))
    return {code: rows for code, rows in faults.items() if len(rows)}


def _typed_once(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, texts: Column
) -> _Typed:
    """Each different text typed once, the cells pointing at what became of it."""
    expression = f"CAST({field.name} AS {SQL_TYPES[field.type]})"
    encoded = texts.dictionary_encode().unify_dictionaries()
    if not encoded.num_chunks:
        return _Typed(pa.chunked_array([], pa.string()), expression, {}, {})
    different = encoded.chunk(0).dictionary
    values, codes, said = _type_different(con, contract, field, different)
    column = pa.chunked_array(
        [pa.DictionaryArray.from_arrays(chunk.indices, values) for chunk in encoded.chunks]
    )
    faults: dict[str, Numbers] = {}
    for code in sorted(set(codes.values())):
        wrong = pa.array([place for place, own in codes.items() if own == code], pa.int32())
        pieces = [pc.is_in(chunk.indices, value_set=wrong) for chunk in encoded.chunks]
        faults[code] = _where(pa.chunked_array(pieces))
    return _Typed(column, expression, faults, {different[place].as_py(): odd for place, odd in said.items()})


def _type_different(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, different: Chunk
) -> tuple[Chunk, dict[int, str], dict[int, Odd]]:
    """The value of each text; by the place of those that have none, the finding's code and what else is known."""
    typed = _by_sql(con, contract, field, different)
    values = typed.column("value").combine_chunks()
    errors = np.flatnonzero(typed.column("is_error").to_numpy())
    odd_places = np.flatnonzero(typed.column("is_odd").to_numpy())
    odd_texts = typed.column("text").take(pa.array(odd_places)).to_pylist()
    said = looked_at_again(dict(zip(odd_places.tolist(), odd_texts, strict=True)), field)
    codes = dict.fromkeys(errors.tolist(), "error_in_cell")
    codes |= {place: odd.code for place, odd in said.items() if odd.code}
    return with_values(values, said), codes, {place: odd for place, odd in said.items() if odd.code}


def _by_sql(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, different: Chunk
) -> pa.Table:
    """`text` cleaned, its `value`, whether it `is_error`, whether it `is_odd`, of each text in their order."""
    con.register("_different", pa.table({"place": np.arange(len(different)), "text": different}))
    con.register("_words", words_of(field))
    errors = ", ".join(f"'{value}'" for value in _ERROR_VALUES)
    try:
        return con.execute(
            f"""
            WITH cleaned AS (SELECT place, {missing(clean("text"), contract)} AS text FROM _different),
            typed AS (
                SELECT place, text, code, {value_expression(field)} AS value,
                    coalesce(text IN ({errors}), FALSE) AS is_error
                FROM cleaned LEFT JOIN _words ON _words.word = lower(text)
            )
            SELECT text, is_error, NOT is_error AND {odd_expression(field)} AS is_odd,
                CASE WHEN NOT is_error THEN value END AS value
            FROM typed ORDER BY place
            """
        ).to_arrow_table()
    finally:
        con.unregister("_different")
        con.unregister("_words")


def _where(mask: Column) -> Numbers:
    return np.flatnonzero(pc.fill_null(mask, False).to_numpy())


def _unless_bad(expression: str, bit: int, faulty: bool) -> str:
    return f"CASE WHEN (_bad >> {bit}) & 1 = 1 THEN NULL ELSE {expression} END" if faulty else expression


def _create(con: duckdb.DuckDBPyConnection, source: pa.Table, selected: list[str]) -> None:
    con.register("_source", source)
    try:
        con.execute(f"CREATE TABLE batch AS SELECT {', '.join(selected)} FROM _source")
    finally:
        con.unregister("_source")


def _findings(
    places: list[_Place],
    field: FormField,
    code: str,
    rows: Numbers,
    texts: Column,
    said: Mapping[str, Odd],
) -> list[tuple[int, Finding]]:
    """A finding for each of these rows of the batch."""
    begins = np.array([place.begin for place in places])
    owners = np.searchsorted(begins, rows, side="right") - 1
    written = texts.take(pa.array(rows)).to_pylist()
    found = []
    for row, owner, value in zip(rows.tolist(), owners.tolist(), written, strict=True):
        place = places[owner]
        number = place.table.text.column("_row")[row - place.begin].as_py()
        odd = said.get(value, _NOTHING_ELSE)
        found.append(
            (
                row,
                Finding(
                    code,
                    sheet=place.table.sheet,
                    cell=cell_address(place.table.columns[field.name], number),
                    row=number,
                    column=field.name,
                    value=value,
                    suggestion=odd.suggestion,
                    params={"column": field.labels, **odd.params},
                ),
            )
        )
    return found


def _by_file(places: list[_Place], found: list[tuple[int, int, Finding]]) -> dict[int, list[Finding]]:
    begins = [place.begin for place in places]
    by_file: dict[int, list[Finding]] = {place.file_no: [] for place in places}
    for row, _, finding in sorted(found, key=lambda entry: entry[:2]):
        owner = int(np.searchsorted(begins, row, side="right")) - 1
        by_file[places[owner].file_no].append(finding)
    return by_file
