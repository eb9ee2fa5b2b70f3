"""Whether every rule of a form can run at all: its SQL on tables that have their columns and no rows.

In: a contract. Out: nothing, or an AuthorError that names the check: a rule on a column of a type it is not for
would otherwise be found out when the first file is judged, and be "not checked" from then on.
"""

from __future__ import annotations

import duckdb

from expectations.judging.prepare import prepare, prepare_further
from expectations.reference import Reference
from expectations.rules.rule import Rule
from expectations.suite import bad_bits, rules_for
from ingest.authored import AuthorError
from ingest.databases import in_memory
from ingest.read.cells.batch.typed_batch import type_batch
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contract_file


def require_runnable(contract: Contract) -> None:
    """Every rule of the form runs over an empty batch. Raises AuthorError."""
    with in_memory() as con:
        type_batch(con, contract, [])
        Reference().load(con, contract)
        prepare(con, contract, [], demo=False)
        prepare_further(con, contract)
        for rule in rules_for(contract):
            query = rule.unexpected_rows_query.format(batch="batch")
            try:
                con.execute(f"SELECT count(*) FROM ({query}) AS unexpected")
            except duckdb.Error as error:
                facts = {"rule": rule.code, "columns": _columns_of(rule, contract)}
                key = f"checks.{rule.code}({rule.column})"
                # What the engine says of it, in English, is the cause; people are told what they wrote.
                raise AuthorError(contract_file(contract), key, "rule_cannot_run", **facts) from error


def _columns_of(rule: Rule, contract: Contract) -> str:
    """The columns a rule reads with their types, as a contract writes both."""
    read = [
        field
        for field in contract.fields
        if field.name == rule.column or rule.bad_bits & bad_bits(contract, field.name)
    ]
    return ", ".join(f"{field.name}: {field.type}" for field in read)
