"""One column of text → what is selected of it, and which of its rows are at fault.

In: a column of the contract and its cells in all files. Out: `Typed`. Texts that stand again and again are typed once
each, by generated SQL; those it gives no value are looked at again one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np

from ingest.databases import ARROW_ROWS
from ingest.read.arrow import Chunk, Column, Numbers, pa, pc, taken
from ingest.read.cells.batch.looked_at import Said, look, nothing_said, said_again
from ingest.read.cells.batch.plain_texts import plain_values
from ingest.read.cells.batch.typing_sql import (
    SQL_TYPES,
    clean,
    missing,
    odd_expression,
    value_expression,
    words_of,
)
from ingest.read.cells.columns.column_text import (
    SPACE_CHARACTERS,
    holds_any,
    holds_digits_alone,
    holds_unseen,
    needs_cleaning,
)
from ingest.read.cells.columns.homoglyphs import in_one_alphabet
from ingest.read.cells.columns.identifiers import bare_identifiers
from ingest.read.cells.columns.repeated_texts import (
    each_once,
    is_kept_once,
    pointing_at,
    written_out,
)
from ingest.read.cells.no_values import (
    OF_ERRORS,
    OF_PLACEHOLDERS,
    error_pattern,
    placeholder_pattern,
    small_placeholder_pattern,
)
from ingest.read.cells.written.second_look import unread_code, with_values
from ingest.schema.forms.contract import Contract, FormField
from ingest.sql import literal

_SCIENTIFIC = r"^\s*\d+([.,]\d+)?[eE]\+?\d+\s*$"


@dataclass(frozen=True)
class Typed:
    """One column: what to select from, the SQL that selects it, the rows at fault by finding code, and what else is
    known of the texts at fault. `notes`: rows of which something is to be said though they are typed."""

    column: Column
    expression: str
    faults: Mapping[str, Numbers]
    said: Said
    notes: Mapping[str, Numbers]


def typed_column(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, texts: Column
) -> Typed:
    """The values of one column, and its rows at fault."""
    if field.type != "string" or field.constraints.codelist:
        return _typed_once(con, contract, field, texts)
    if is_kept_once(texts):
        return _plain_once(con, contract, field, texts) or typed_column(
            con, contract, field, written_out(texts)
        )
    if field.format != "default" and holds_digits_alone(texts):
        return Typed(texts, missing(field.name, contract), {}, nothing_said, {})
    faults = _faults_of_text(field, texts)
    column, changed = in_one_alphabet(texts) if field.alphabet else bare_identifiers(texts, field.format)
    cleaned_text = clean(field.name, unseen=holds_unseen(column)) if needs_cleaning(column) else field.name
    expression = missing(cleaned_text, contract)
    note = "letters_read_as_cyrillic" if field.alphabet else "identifier_cleaned"
    notes = {note: changed} if len(changed) else {}
    stand_ins = _placeholders(texts, contract)
    if len(stand_ins):
        # In a cell that may stay empty a text of that spelling may be meant: it is asked about, not refused.
        is_needed = field.constraints.required or field.name in contract.primary_key
        if is_needed or field.format != "default":
            faults["placeholder_in_cell"] = stand_ins
        else:
            notes["placeholder_in_text"] = stand_ins
    return Typed(column, expression, faults, nothing_said, notes)


def _faults_of_text(field: FormField, texts: Column) -> dict[str, Numbers]:
    faults: dict[str, Numbers] = {}
    if field.format != "default" and holds_any(texts, "eE"):
        faults["identifier_in_scientific_notation"] = rows_where(pc.match_substring_regex(texts, _SCIENTIFIC))
    if holds_any(texts, OF_ERRORS):
        trimmed = pc.utf8_trim(texts, characters=SPACE_CHARACTERS)
        faults["error_in_cell"] = rows_where(pc.match_substring_regex(trimmed, error_pattern()))
    return {code: rows for code, rows in faults.items() if len(rows)}


def _placeholders(texts: Column, contract: Contract) -> Numbers:
    """The rows whose whole cell is a program's placeholder, and no missing value of the contract."""
    if not holds_any(texts, OF_PLACEHOLDERS):
        return np.zeros(0, dtype=np.int64)
    trimmed = pc.utf8_trim(texts, characters=SPACE_CHARACTERS)
    rows = rows_where(pc.match_substring_regex(trimmed, placeholder_pattern()))
    meant = [text not in contract.missing_words for text in taken(trimmed, rows).to_pylist()]
    meant_rows: Numbers = rows[np.array(meant, dtype=bool)]
    return meant_rows


def _typed_once(con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, texts: Column) -> Typed:
    """Each different text typed once, the cells pointing at what became of it."""
    expression = f"CAST({field.name} AS {SQL_TYPES[field.type]})"
    different, cells = each_once(texts)
    if not cells:
        return Typed(pa.chunked_array([], pa.string()), expression, {}, nothing_said, {})
    values, wrong_texts, said = _type_different(con, contract, field, different)
    faults: dict[str, Numbers] = {}
    for code, own in sorted(wrong_texts.items()):
        wrong = pa.array(own).cast(cells[0].type)
        faults[code] = rows_where(pa.chunked_array([pc.is_in(chunk, value_set=wrong) for chunk in cells]))
    return Typed(pointing_at(values, cells), expression, faults, said, {})


def _plain_once(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, texts: Column
) -> Typed | None:
    """Each different text of a column of text cleaned once; None where there is something to say of any of them."""
    different, cells = each_once(texts)
    typed = typed_column(con, contract, field, pa.chunked_array([different]))
    if typed.faults or typed.notes:
        return None
    source = pa.table({"place": np.arange(len(different)), field.name: typed.column})
    con.register("_different", source)
    try:
        cleaned = con.execute(f"SELECT {typed.expression} AS value FROM _different ORDER BY place")
        values = cleaned.to_arrow_table(ARROW_ROWS).column("value").combine_chunks()
    finally:
        con.unregister("_different")
    return Typed(pointing_at(values, cells), f"CAST({field.name} AS VARCHAR)", {}, nothing_said, {})


def _type_different(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, different: Chunk
) -> tuple[Chunk, dict[str, Numbers], Said]:
    """The value of each text; the places of those that have none, by the finding's code; and what else is known of
    such. Of what may be hundreds of thousands of different texts nothing is kept one by one."""
    plain = plain_values(contract, field, different)
    if plain is not None:
        return plain, {}, nothing_said
    typed = _by_sql(con, contract, field, different)
    values, cleaned = (typed.column(name).combine_chunks() for name in ("value", "text"))
    errors, stand_ins, odd = (
        np.flatnonzero(typed.column(name).to_numpy()) for name in ("is_error", "is_placeholder", "is_odd")
    )
    if not len(odd):
        wrong = {"error_in_cell": errors, "placeholder_in_cell": stand_ins}
        return values, {code: places for code, places in wrong.items() if len(places)}, nothing_said
    letters = contract.letters_of(field)
    found = look(taken(typed.column("text"), odd).combine_chunks(), odd, field, letters, values.type)
    wrong = {"error_in_cell": errors, "placeholder_in_cell": stand_ins}
    if unread := unread_code(field):
        wrong[unread] = np.delete(odd, found.seen)
    for code, own in found.wrong.items():
        wrong[code] = np.concatenate([wrong.get(code, own[:0]), own])
    wrong = {code: places for code, places in wrong.items() if len(places)}
    said = said_again(different, cleaned, field, letters) if found.wrong else nothing_said
    return with_values(values, found.valued, found.values), wrong, said


def _by_sql(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, different: Chunk
) -> pa.Table:
    """`text` cleaned, its `value`, whether it `is_error`, whether it `is_odd`, of each text in their order.

    Asked is only what these texts may be: of a small file making the question takes longer than answering it.
    """
    column = pa.chunked_array([different])
    written = clean("text", unseen=holds_unseen(column)) if needs_cleaning(column) else "text"
    error = f"coalesce(regexp_full_match(text, {literal(error_pattern())}), FALSE)"
    words = words_of(field)
    known = "LEFT JOIN _words ON _words.word = lower(text)" if len(words) else ""
    stand_in = f"coalesce(regexp_full_match(text, {literal(small_placeholder_pattern())}), FALSE)"
    if not holds_any(column, OF_PLACEHOLDERS):
        stand_in = "FALSE"
    con.register("_different", pa.table({"place": np.arange(len(different)), "text": different}))
    con.register("_words", words)
    try:
        return con.execute(
            f"""
            WITH cleaned AS (SELECT place, {missing(written, contract)} AS text FROM _different),
            meant AS (SELECT place, text, {"code" if known else "NULL"} AS code FROM cleaned {known}),
            typed AS (
                SELECT place, text, code, {value_expression(field)} AS value,
                    {error if holds_any(column, OF_ERRORS) else "FALSE"} AS is_error,
                    code IS NULL AND {stand_in} AS is_placeholder
                FROM meant
            )
            SELECT text, is_error, is_placeholder,
                NOT is_error AND NOT is_placeholder AND {odd_expression(field)} AS is_odd,
                CASE WHEN NOT is_error AND NOT is_placeholder THEN value END AS value
            FROM typed ORDER BY place
            """
        ).to_arrow_table(ARROW_ROWS)
    finally:
        con.unregister("_different")
        con.unregister("_words")


def rows_where(mask: Column) -> Numbers:
    """The rows where a mask is true."""
    return np.flatnonzero(pc.fill_null(mask, False).to_numpy())
