"""A row of which only numbers slipped, into cells that hold numbers, is seen or asked about, whatever form it is of.

No cell of it looks wrong by itself: the bounds and relations of the form have to tell.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import groupby

import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, judge
from expectations.verdict import Verdict
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from tests.conformance.breaking import REFERENCE, sound

CONTRACTS = contracts()
_FEWEST = 3
"""Of two numbers side by side either may be missing."""


def _runs(contract: Contract) -> Iterator[tuple[int, int]]:
    begin = 0
    for is_number, fields in groupby(contract.fields, lambda field: field.type in ("integer", "number")):
        end = begin + len(list(fields))
        if is_number and end - begin >= _FEWEST:
            yield begin, end
        begin = end


TRIALS = [
    (form, begin, end, side)
    for form, contract in CONTRACTS.items()
    for begin, end in _runs(contract)
    for side in ("right", "left")
]


def _slipped(cells: list[str], begin: int, end: int, side: str) -> list[str]:
    own = cells[begin:end]
    moved = ["", *own[:-1]] if side == "right" else [*own[1:], ""]
    return [*cells[:begin], *moved, *cells[end:]]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Verdict]]:
    folder = tmp_path_factory.mktemp("slipped")
    found: dict[int, Verdict] = {}
    for form in dict.fromkeys(form for form, *_ in TRIALS):
        contract = CONTRACTS[form]
        trial = sound(contract)
        files = []
        for place, (of, begin, end, side) in enumerate(TRIALS):
            if of != form:
                continue
            path = folder / f"{place}.csv"
            with path.open("w", encoding="utf-8", newline="") as out:
                rows = csv.writer(out, delimiter=";")
                rows.writerow(field.labels.kk for field in contract.fields)
                cells = [trial.rows[0][field.name] for field in contract.fields]
                rows.writerow(_slipped(cells, begin, end, side))
            files.append(JudgeFile(place, path, path.name, trial.scope))
        with judge(files, contract, REFERENCE, demo=True, engine=run_rules) as judged:
            assert judged.failed == {}
            found |= judged.verdicts
    yield found


@pytest.mark.parametrize("place", range(len(TRIALS)), ids=lambda place: "-".join(map(str, TRIALS[place])))
def test_numbers_that_slipped_are_seen_or_asked_about(place: int, verdicts: dict[int, Verdict]) -> None:
    assert [finding for finding in verdicts[place].findings if finding.severity != "note"]
