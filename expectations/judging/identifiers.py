"""The identifiers of a batch, each once per file: `distinct_<column>`.

In: a connection that holds `batch`, the contract. Out: a table for each column of identifiers: what is wrong with a
value, whether the key of its rows may repeat, and of learners the classes they stand in. Millions of rows about as
many persons are grouped once, for all rules.
"""

from __future__ import annotations

import duckdb

from expectations.findings.different_rows import Source, in_batch
from expectations.rules.group import place
from expectations.rules.values.identifiers import FIRST_PASS, fault_expressions
from expectations.suite import is_sound
from ingest.schema.forms.contract import Contract, FormField


def identifiers(
    con: duckdb.DuckDBPyConnection, contract: Contract, *, demo: bool, source: Source = in_batch
) -> None:
    """Make the tables of identifiers, of the cells that were not judged already."""
    for field in contract.fields:
        if field.format != "default":
            # Where nothing is counted, rows that are alike tell as much as all of them.
            counts = field.name == contract.primary_key[0] or bool(classes_of(contract, field, 0))
            identifier(con, contract, field, demo=demo, source=in_batch if counts else source)


def identifier(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, *, demo: bool, source: Source
) -> None:
    """`distinct_<column>`: each value once per file, what is wrong with it, and whether its key may repeat.

    `is_sound`: no part of the number is wrong. `n`: a twelve-digit value as a BIGINT. Of learners also `first`, the
    place of their first row, and the classes they stand in: `grade` to `grade_to`, `letter` to `letter_to`, and whether
    a row of theirs `lacks_letter`.
    """
    rows = source(field.name)
    bad = _bad_of_all(con, rows.table)
    classes = classes_of(contract, field, bad)
    kept = "".join(f", {name}" for name in classes)
    found = "".join(f", {expression} AS {name}" for name, expression in classes.items())
    faults = fault_expressions(field.format, demo=demo)
    wrong = ", ".join(
        f"coalesce({expression}, FALSE) AS is_wrong_{name}" for name, expression in faults.items()
    )
    is_wrong = " OR ".join(f"is_wrong_{name}" for name in faults)
    # A text of twelve characters that is its own number again holds digits and nothing else.
    con.execute(
        f"""
        CREATE OR REPLACE TABLE distinct_{field.name} AS
        SELECT *, NOT ({is_wrong}) AS is_sound FROM (
            SELECT _file, value, n, may_repeat{kept}, {wrong} FROM (
                SELECT *, {FIRST_PASS} AS first_pass FROM (
                    SELECT _file, value, may_repeat{kept},
                        CASE WHEN lpad(CAST(number AS VARCHAR), 12, '0') = value THEN number END AS n
                    FROM (
                        SELECT *, CASE WHEN length(value) = 12 THEN TRY_CAST(value AS BIGINT) END AS number
                        FROM (
                            SELECT _file, {field.name} AS value, {_may_repeat(contract, field)} AS may_repeat{found}
                            FROM {rows.table} AS b
                            WHERE {field.name} IS NOT NULL AND {is_sound(contract, field.name, bad)}
                            GROUP BY _file, {field.name}
                        ) AS once
                    ) AS cast_once
                ) AS d
            ) AS d
        ) AS judged
        """
    )


def _bad_of_all(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """The bits of `_bad` that any row has. None has any in most batches, and a condition asked of each row costs more
    than this."""
    (bits,) = con.execute(f"SELECT bit_or(_bad) FROM {table}").fetchall()[0]
    return bits or 0


def classes_of(contract: Contract, field: FormField, bad: int) -> dict[str, str]:
    """What is known of a learner's class from all rows of the file: column → aggregate of `b`; {} elsewhere.

    Grouping many rows by person costs, so it is done once for all rules.
    """
    if field != contract.person_field or not {"grade", "letter"} <= {each.name for each in contract.fields}:
        return {}
    asked = {name: is_sound(contract, name, bad) for name in ("grade", "letter")}
    sound = {
        name: "" if condition == "TRUE" else f"FILTER ({condition})" for name, condition in asked.items()
    }
    return {
        "first": f"min({place()})",
        "grade": f"min(b.grade) {sound['grade']}",
        "grade_to": f"max(b.grade) {sound['grade']}",
        "letter": f"min(b.letter) {sound['letter']}",
        "letter_to": f"max(b.letter) {sound['letter']}",
        "lacks_letter": f"coalesce(bool_or(b.letter IS NULL) {sound['letter']}, FALSE)",
    }


def _may_repeat(contract: Contract, field: FormField) -> str:
    """Whether a value's rows may share a key: surely not when each sets a bit of its own.

    One pass over the rows answers for identifiers and key alike. A day within 63 days has a bit of its own;
    any other rest of a key may share one by chance, and is then compared exactly by the rule.
    """
    if contract.primary_key[0] != field.name:
        return "FALSE"
    rest = contract.primary_key[1:]
    if not rest:
        return "count(*) > 1"
    if len(rest) == 1 and contract.field(rest[0]).type == "date":
        number = f"({rest[0]} - DATE '1970-01-01')"
    else:
        number = f"CAST(hash({', '.join(rest)}) >> 1 AS BIGINT)"
    return f"count(*) > bit_count(bit_or(CAST(1 AS BIGINT) << CAST(abs({number}) % 63 AS BIGINT)))"
