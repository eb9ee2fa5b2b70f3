"""A rule says which prepared tables and columns it reads: all that its SQL speaks of."""

import re
from typing import get_args

from expectations.judging.prepare import _MADE_BY
from expectations.rules import RULES
from expectations.rules.rule import Rule, Table
from expectations.suite import bad_bits, rules_for
from ingest.schema.forms.contract import Check, Contract
from ingest.schema.forms.load import contracts
from tests.each import each
from tests.expectations.case_folders import CASES

TABLES = get_args(Table)
FORMS = [*contracts().values(), *contracts(CASES / "contracts").values()]
USED = {rule.code: rule for contract in FORMS for rule in rules_for(contract)}


def test_every_table_is_made_by_somebody() -> None:
    assert sorted(_MADE_BY) == sorted(TABLES)


@each("rule", USED.values())
def test_what_a_rule_reads_is_what_its_sql_names(rule: Rule) -> None:
    spoken = {table for table in TABLES if re.search(rf"\b(FROM|JOIN) {table}\b", rule.unexpected_rows_query)}

    assert set(rule.reads) == spoken


CHECKS = [
    (contract, check, rule)
    for contract in FORMS
    for check, rule in zip(contract.checks, rules_for(contract)[-len(contract.checks) :], strict=True)
]


@each("contract, check, rule", CHECKS)
def test_a_rule_is_silent_where_any_column_its_sql_names_was_judged(
    contract: Contract, check: Check, rule: Rule
) -> None:
    fields = {field.name for field in contract.fields}
    spoken = {
        name for _, name in re.findall(r"\b([abe])\.([a-z_0-9]+)\b", rule.unexpected_rows_query)
    } & fields

    assert spoken <= {*check.named_fields, *rule.speaks_of}
    assert rule.bad_bits == bad_bits(contract, *check.named_fields, *(fields & set(rule.speaks_of)))
    assert (
        f"_bad & {rule.bad_bits}) " in rule.unexpected_rows_query
        or rule.reads
        or "distinct_" in (rule.unexpected_rows_query)
    )


def test_every_rule_of_the_library_is_used_by_a_form_or_shown_by_one() -> None:
    assert sorted(set(RULES) - set(USED)) == []
