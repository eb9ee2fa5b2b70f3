"""Rules run on rows given as values, without files: for tests that need many batches quickly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from expectations.judging.prepare import prepare, prepare_further
from expectations.judging.scope import Scope
from expectations.reference import Reference
from expectations.suite import rules_for
from ingest.read.cells.batch.typing_sql import SQL_TYPES
from ingest.schema.forms.contract import Contract

Rows = Sequence[Mapping[str, Any]]


def unexpected(
    contract: Contract,
    files: Iterable[tuple[Rows, Scope]],
    reference: Reference,
    only: frozenset[str],
    sql_types: Mapping[str, str] = SQL_TYPES,
) -> list[dict[str, Any]]:
    """What the rules `only` find: `rule`, `_file`, `_row` (from 1) and the facts. Files are numbered from 0."""
    given = list(files)
    listed = [
        {"_file": file, "_table": 0, "_row": row, **values}
        for file, (rows, _) in enumerate(given)
        for row, values in enumerate(rows, start=1)
    ]
    names = ["_file", "_table", "_row", *(field.name for field in contract.fields)]
    texts = {name: [None if row.get(name) is None else str(row[name]) for row in listed] for name in names}
    kinds = dict.fromkeys(names[:3], "INTEGER") | {
        field.name: sql_types[field.type] for field in contract.fields
    }
    cast = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in kinds.items())
    with duckdb.connect(config={"threads": 1}) as con:
        con.register("given", pa.table({name: pa.array(cells, pa.string()) for name, cells in texts.items()}))
        con.execute(f"CREATE TABLE batch AS SELECT CAST(0 AS BIGINT) AS _bad, {cast} FROM given")
        reference.load(con, contract)
        prepare(con, contract, [(file, scope) for file, (_, scope) in enumerate(given)], demo=True)
        prepare_further(con, contract)
        found: list[dict[str, Any]] = []
        for rule in rules_for(contract):
            if rule.code in only:
                table = con.execute(rule.unexpected_rows_query.format(batch="batch")).to_arrow_table()
                found += [{"rule": rule.code, **row} for row in table.to_pylist()]
    return found
