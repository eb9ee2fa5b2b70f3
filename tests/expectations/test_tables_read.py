"""A rule says which prepared tables it reads: neither one more nor one less than its SQL speaks of."""

import re
from typing import get_args

import pytest

from expectations.prepare import _MADE_BY
from expectations.rules import RULES
from expectations.rules.rule import Rule, Table
from expectations.suite import rules_for
from ingest.schema.load import contracts

TABLES = get_args(Table)
USED = {rule.code: rule for contract in contracts().values() for rule in rules_for(contract)}


def test_every_table_is_made_by_somebody() -> None:
    assert sorted(_MADE_BY) == sorted(TABLES)


@pytest.mark.parametrize("rule", USED.values(), ids=USED)
def test_what_a_rule_reads_is_what_its_sql_names(rule: Rule) -> None:
    spoken = {table for table in TABLES if re.search(rf"\b(FROM|JOIN) {table}\b", rule.unexpected_rows_query)}

    assert set(rule.reads) == spoken


def test_every_rule_of_the_library_is_used_by_a_form() -> None:
    assert sorted(set(RULES) - set(USED)) == []
