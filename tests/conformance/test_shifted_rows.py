"""A row of a text that is one cell off is one cause with one finding, whatever form it is of."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, judge
from expectations.verdict import Verdict
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from tests.conformance.breaking import REFERENCE, trials

CONTRACTS = contracts()
_KINDS = ("one cell short", "one cell too many", "one cell too many, none at the end")
_CLEARLY_SHIFTED = 5
"""Cells behind the spare one: fewer may suit their columns as they stand."""
TRIALS = [(form, kind) for form in CONTRACTS for kind in _KINDS]


def _shifted(cells: list[str], kind: str, chance: random.Random) -> list[str]:
    if kind == _KINDS[0]:
        place = chance.randrange(len(cells) - 1)
        return [*cells[:place], *cells[place + 1 :]]
    place = chance.randrange(max(1, len(cells) - _CLEARLY_SHIFTED))
    spare = [*cells[:place], "артық сөз", *cells[place:]]
    return [*spare[:-1], ""] if kind == _KINDS[2] else spare


def _written(folder: Path, place: int, contract: Contract, kind: str) -> JudgeFile:
    (sound,) = (trial for trial in trials(contract) if trial.name == "sound")
    cells = [sound.rows[0][field.name] or "-" for field in contract.fields]
    chance = random.Random(f"shifted {contract.form} {kind}")
    path = folder / f"{place}.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, delimiter=";")
        rows.writerow(field.labels.kk for field in contract.fields)
        rows.writerow(sound.rows[0][field.name] for field in contract.fields)
        rows.writerow(_shifted(cells, kind, chance))
    return JudgeFile(place, path, path.name, sound.scope)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Verdict]]:
    found: dict[int, Verdict] = {}
    folder = tmp_path_factory.mktemp("shifted")
    for form, contract in CONTRACTS.items():
        files = [
            _written(folder, place, contract, kind) for place, (of, kind) in enumerate(TRIALS) if of == form
        ]
        with judge(files, contract, REFERENCE, demo=True, engine=run_rules) as judged:
            assert judged.failed == {}
            found |= judged.verdicts
    yield found


@pytest.mark.parametrize("place", range(len(TRIALS)), ids=["-".join(each) for each in TRIALS])
def test_a_row_that_is_one_cell_off_is_said_once(place: int, verdicts: dict[int, Verdict]) -> None:
    findings = [finding for finding in verdicts[place].findings if finding.severity != "note"]
    assert [(finding.code, finding.row) for finding in findings] == [("ragged_row", 3)]
