"""How good what was handed in is: random reports handed in again and again, rejected, corrected, answered, returned,
withdrawn and held back. What is told of them is what Python counts, each finding once.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from itertools import product
from typing import Any

import duckdb
import pytest

from tests.dbt_project.country import PLACES, populate
from tests.dbt_project.installation import Installation

CAUSES = ("required", "date_in_period", "reason_without_absence", "no_rule_has_it_any_more")
KNOWN = (*CAUSES[:-1], "unknown")
BASES = ("operational", "official")
_WEEKS = tuple(f"2026-W{week}" for week in (38, 39, 40, 41))
_SUMS = (
    "reports", "files", "files_rejected", "files_returned", "is_accepted_first", "is_awaiting_correction",
    "is_held_back", "is_counted", "queries", "queries_answered", "queries_open",
)  # fmt: skip
Scope = tuple[str, str, str]


@dataclass
class File:
    """What was handed in for a scope, and what became of it. `found`: cause and severity → how often, and answered."""

    number: int
    state: str
    is_nil: bool
    found: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    held_back: bool = False
    counts_on: tuple[str, ...] = ()


def _found(chance: random.Random, state: str) -> dict[tuple[str, str], tuple[int, int]]:
    severities = ["query", "note"] + ["error"] * (state == "rejected")
    found = {}
    for cause, severity in product(CAUSES, severities):
        if chance.random() < 0.4:
            count = chance.randint(1, 5)
            found[cause, severity] = (count, chance.randint(0, count) if severity == "query" else 0)
    if state in ("rejected", "unreadable") and not any(severity == "error" for _, severity in found):
        found[chance.choice(CAUSES), "error"] = (1, 0)
    return found


def _handed_in(chance: random.Random, first: int) -> list[File]:
    """One scope's, in order; of those that stand the latest counts, unless it is held back."""
    states = [
        "rejected",
        "unreadable",
        "accepted",
        "approved",
        "returned",
        "withdrawn",
        "pending",
        "received",
    ]
    files = []
    for number in range(first, first + chance.choice([1, 1, 2, 3, 6])):
        state, is_nil = chance.choice(states), chance.random() < 0.15
        if is_nil:
            state = chance.choice(["accepted", "approved", "withdrawn"])
        judged = not is_nil and state != "received"
        files.append(File(number, state, is_nil, _found(chance, state) if judged else {}))
    for basis, standing in zip(BASES, (("accepted", "approved"), ("approved",)), strict=True):
        if found := [each for each in files if each.state in standing]:
            found[-1].counts_on += (basis,)
    for each in files:
        if each.counts_on and chance.random() < 0.2:
            each.held_back, each.counts_on = True, ()
    return files


@dataclass
class Told:
    """The country after its build."""

    installation: Installation
    reports: dict[Scope, list[File]]

    def rows(self, table: str, structure: str = "both") -> list[dict[str, Any]]:
        with duckdb.connect(str(self.installation.warehouse), read_only=True) as con:
            found = con.execute(
                f"select * from {table} where structure in ('both', ?) and period in {_WEEKS}", [structure]
            )
            return found.to_arrow_table().to_pylist()


@pytest.fixture(scope="module", params=[503, 88])
def told(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_installation: type[Installation],
) -> Told:
    home, chance = new_installation(tmp_path_factory.mktemp("quality")), random.Random(request.param)
    populate(home)
    reports: dict[Scope, list[File]] = {}
    for node, week in product(PLACES, _WEEKS):
        for part in chance.choice([(), ("whole",), ("whole",), ("1А", "2А")]):
            files = _handed_in(chance, 5000 + 10 * len(reports))
            reports[node, week, part] = files
            for each in files:
                home.submit(
                    each.number, "attendance", node, week, None if each.is_nil else [], part=part,
                    operational="operational" in each.counts_on, official="official" in each.counts_on,
                    state=each.state, held_back=each.held_back, is_judged=each.state != "received",
                )  # fmt: skip
                for (cause, severity), (count, answered) in each.found.items():
                    home.find(each.number, cause, severity, count, answered)
    home.write()
    home.build()
    return Told(home, reports)


def _stands(files: list[File]) -> list[File]:
    """Those that were judged and not withdrawn."""
    return [each for each in files if each.state not in ("withdrawn", "received")]


def _expected(files: list[File], basis: str) -> dict[str, int]:
    stand = _stands(files)
    handed_in = [each for each in stand if not each.is_nil]
    refused = [each.number for each in handed_in if each.state in ("rejected", "unreadable")]
    counting = next((each for each in stand if basis in each.counts_on), None)
    left_out = [
        each.number
        for each in stand
        if each.held_back and (basis == "operational" or each.state == "approved")
    ]
    queries = [told for (_, kind), told in (counting.found if counting else {}).items() if kind == "query"]
    asked, answered = sum(count for count, _ in queries), sum(known for _, known in queries)
    return {
        "reports": 1,
        "files": len(handed_in),
        "files_rejected": len(refused),
        "files_returned": sum(each.state == "returned" for each in handed_in),
        "is_accepted_first": int(handed_in[0].number not in refused),
        "is_awaiting_correction": int(stand[-1].number in refused),
        "is_held_back": int(bool(left_out) and (counting is None or max(left_out) > counting.number)),
        "is_counted": int(counting is not None),
        "queries": asked,
        "queries_answered": answered,
        "queries_open": asked - answered,
    }


def test_what_is_told_of_a_report_is_what_became_of_its_files(told: Told) -> None:
    rows = told.rows("rpt_data_quality", "as_was")
    found = {
        (row["basis"], row["node_code"], row["period"], row["part"]): {name: row[name] for name in _SUMS}
        for row in rows
    }
    assert len(found) == len(rows), "a report is told of once on each basis"
    expected = {
        (basis, *scope): _expected(files, basis)
        for scope, files in told.reports.items()
        for basis in BASES
        if any(not each.is_nil for each in _stands(files))
    }
    names = {(row["node_code"]): row["node_code"] for row in rows}
    assert names.keys() <= PLACES.keys()
    assert found == expected
    for name in _SUMS:
        assert any(row[name] for row in rows), f"nothing was tried of {name}"


def test_each_finding_is_told_of_once_under_its_cause(told: Told) -> None:
    expected: Counter[tuple[Any, ...]] = Counter()
    refused: Counter[tuple[Any, ...]] = Counter()
    for (node, week, part), files in told.reports.items():
        for basis in BASES:
            errors: dict[str, int] = {}
            for each in _stands(files):
                own: Counter[tuple[str, str]] = Counter()
                for (cause, severity), (count, _) in each.found.items():
                    own[cause if cause in KNOWN else "unknown", severity] += count
                for (cause, severity), count in own.items():
                    if severity == "error":
                        errors[cause] = count  # that of the last file
                        refused[basis, node, week, part, cause] += 1
                    elif basis in each.counts_on:
                        expected[basis, node, week, part, cause, severity] += count
            for cause, count in errors.items():
                expected[basis, node, week, part, cause, "error"] = count
    rows = told.rows("rpt_data_quality_by_cause", "as_was")
    scope = ("basis", "node_code", "period", "part", "cause_code")
    found = {tuple(row[name] for name in (*scope, "severity_code")): row["findings"] for row in rows}
    assert len(found) == len(rows)
    assert found == expected
    turned_back = {
        tuple(row[name] for name in scope): row["files_rejected"] for row in rows if row["files_rejected"]
    }
    assert turned_back == refused
    assert all(row["cause_name_kk"] and row["cause_name_ru"] and row["severity_name_kk"] for row in rows)


def test_causes_of_queries_add_up_to_those_of_reports_at_every_level(told: Told) -> None:
    """And every level to the whole, as places were and as they are."""
    for structure in ("as_was", "as_is"):
        of_reports, of_causes = (
            told.rows(table, structure) for table in ("rpt_data_quality", "rpt_data_quality_by_cause")
        )
        for level in ("oblast_code", "district_code", "node_code"):
            for name in ("queries_answered", "queries_open"):
                sums: list[Counter[Any]] = [Counter(), Counter()]
                for total, rows in zip(sums, (of_reports, of_causes), strict=True):
                    for row in rows:
                        total[row["basis"], row[level]] += row[name]
                assert +sums[0] == +sums[1]
        assert len(of_reports) == len(told.rows("rpt_data_quality", "as_was"))
