"""A formula that nobody computed is one cause with one finding, whatever form and column it stands in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, judge
from expectations.verdict import Verdict
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from tests.conformance.breaking import REFERENCE, trials

CONTRACTS = contracts()
_EACH = 4
"""Columns of each form that are tried."""


def _columns(contract: Contract) -> list[str]:
    """Some of the columns the form needs, and one that it does not."""
    names = [field.name for field in contract.fields]
    needed = [name for name in names if contract.needs(contract.field(name))]
    others = [name for name in names if name not in needed]
    chance = random.Random(f"formulas {contract.form}")
    return chance.sample(needed, min(_EACH, len(needed))) + chance.sample(others, min(1, len(others)))


TRIALS = [(form, column) for form, contract in CONTRACTS.items() for column in _columns(contract)]


def _written(folder: Path, place: int, contract: Contract, column: str) -> JudgeFile:
    """The form's sound example, with a formula without a value in one column, as libraries write it."""
    (sound,) = (trial for trial in trials(contract) if trial.name == "sound")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append([field.labels.ru for field in contract.fields])
    for row in sound.rows:
        cells = ["=1+1" if field.name == column else row[field.name] or None for field in contract.fields]
        sheet.append(cells)
    path = folder / f"{place}.xlsx"
    book.save(path)
    return JudgeFile(place, path, path.name, sound.scope)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Verdict]]:
    found: dict[int, Verdict] = {}
    folder = tmp_path_factory.mktemp("formulas")
    for form, contract in CONTRACTS.items():
        files = [
            _written(folder, place, contract, column)
            for place, (of, column) in enumerate(TRIALS)
            if of == form
        ]
        with judge(files, contract, REFERENCE, demo=True, engine=run_rules) as judged:
            assert judged.failed == {}
            found |= judged.verdicts
    yield found


@pytest.mark.parametrize("place", range(len(TRIALS)), ids=[f"{form}-{column}" for form, column in TRIALS])
def test_a_formula_without_a_value_is_said_once(place: int, verdicts: dict[int, Verdict]) -> None:
    form, column = TRIALS[place]
    contract = CONTRACTS[form]
    needed = contract.needs(contract.field(column))
    findings = [finding for finding in verdicts[place].findings if finding.severity != "note"]
    assert [(finding.code, finding.column, finding.severity) for finding in findings] == [
        ("formula_without_value", column, "error" if needed else "query")
    ]
