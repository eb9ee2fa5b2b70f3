"""No rule compares the rows of a file with each other pair by pair: its cost would grow by the square."""

from __future__ import annotations

import json
import re
from typing import Any

import duckdb
import pytest

from expectations.suite import rules_for
from ingest.schema.forms.load import contracts
from tests.expectations.large_batch import large_batch

CONTRACTS = contracts()
ROWS = 3_000
# Rules of a calendar, which has some tens of rows: they may look at each pair.
FEW = frozenset({"gap_in_calendar"})
# Tables with a row for each row, person or value of a file.
_LONG = re.compile(
    r"\b(batch|distinct_\w+|enrolled|not_enrolled|enrolled_before|earlier|listed_elsewhere|reference_\w+)\b"
)
_FEW = re.compile(r"\b(reference_calendar|scope|given_scope|period_day)\b")
_SHRINKS = ("GROUP_BY", "UNGROUPED_AGGREGATE", "LIMIT", "TOP_N", "PERFECT_HASH_GROUP_BY")
# Keys that a whole file or table shares: an equality of these alone leaves every pair of its rows.
_SHARED = re.compile(
    r"(?:\w+\.)?_(?:file|table) = (?:\w+\.)?_(?:file|table)|\w*bin = \w*node_code|\w*node_code = \w*bin"
)


def _joins(node: dict[str, Any]) -> list[dict[str, Any]]:
    found = [node] if "JOIN" in node["name"] or "PRODUCT" in node["name"] else []
    return found + [join for child in node["children"] for join in _joins(child)]


def _is_long(node: dict[str, Any]) -> bool:
    """Whether a side of a join has as many rows as the file, as far as the plan tells."""
    if any(name in node["name"] for name in _SHRINKS):
        return False
    if "SCAN" in node["name"]:
        said = json.dumps(node["extra_info"])
        return "DELIM" in node["name"] or bool(_LONG.search(_FEW.sub("", said)))
    return any(_is_long(child) for child in node["children"])


def pairs_everything(plan: dict[str, Any]) -> list[str]:
    """The joins of a plan that compare each row of a file with each other."""
    faults = []
    for join in _joins(plan):
        if len(join["children"]) < 2 or not all(_is_long(side) for side in join["children"][:2]):
            continue
        conditions = join["extra_info"].get("Conditions", [])
        listed = [conditions] if isinstance(conditions, str) else conditions
        equal = [each for each in listed if re.search(r"(?<![<>!]) = |IS NOT DISTINCT", each)]
        # Whether there is any row of the same file is found at the first one.
        asks_for_any = re.search("SEMI|ANTI|MARK", str(join["extra_info"].get("Join Type", "")))
        if asks_for_any and equal == listed:
            continue
        if not [each for each in equal if not _SHARED.fullmatch(each.strip("() "))]:
            faults.append(f"{join['name']}: {listed}")
    return faults


def _plan(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    row = con.execute(f"EXPLAIN (FORMAT json) {query}").fetchone()
    assert row
    (plan,) = json.loads(row[1])
    return dict(plan)


@pytest.mark.parametrize("form", CONTRACTS)
def test_no_rule_pairs_every_row_with_every_other(form: str) -> None:
    with large_batch(CONTRACTS[form], ROWS) as con:
        found = {
            f"{rule.code}({rule.column})": faults
            for rule in rules_for(CONTRACTS[form])
            if rule.code not in FEW
            and (faults := pairs_everything(_plan(con, rule.unexpected_rows_query.format(batch="batch"))))
        }
    assert found == {}


@pytest.mark.parametrize(
    "condition",
    [
        "a._file = b._file AND a.kato <> b.kato",
        "a._file = b._file AND a.kato IN (left(b.kato, 2), left(b.kato, 4))",
        "a._row > b._row",
        "a.kato LIKE b.kato || '%'",
    ],
)
def test_a_rule_that_does_is_noticed(condition: str) -> None:
    with large_batch(CONTRACTS["territory_register"], ROWS) as con:
        assert pairs_everything(_plan(con, f"SELECT count(*) FROM batch AS a JOIN batch AS b ON {condition}"))
        assert not pairs_everything(
            _plan(con, "SELECT count(*) FROM batch AS a JOIN batch AS b USING (_file, kato)")
        )
