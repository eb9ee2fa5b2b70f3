"""A row of a workbook whose values slipped by a column or two is one cause with one finding, whatever form it is of and
whatever kind of workbook or page holds it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, Scope, judge
from expectations.verdict import Verdict
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.forms.load import contracts
from tests.conformance.breaking import REFERENCE, trials
from tests.ingest.read.writers import WRITERS

CONTRACTS = contracts()
_WRITERS = ("openpyxl", "xlwt", "odfpy", "xlsb", "html")
_KINDS = {"put in": 1, "two put in": 2, "put in, the last lost": 1, "taken out": -1, "two taken out": -2}
_LONGEST_CODE = 4
_CLEAR = 2
"""Values that another kind of column holds after the shift: where fewer do, a row may be wrong in its cells."""


def _is_clear(field: FormField, text: str) -> bool:
    """Whether a value can be none of the column's at first sight: words among figures, long numbers among codes."""
    if field.constraints.codelist or field.type == "boolean":
        return len(text) > _LONGEST_CODE and text[0].isdecimal()
    is_of_figures = field.format != "default" or field.type != "string"
    return is_of_figures and text[:1].isalpha()


def _clear_places(contract: Contract, row: list[str], step: int) -> list[int]:
    """The places from which a shift by so many columns brings values into columns that are clearly not theirs."""
    last = len(row) - 1
    off = [
        _is_clear(field, row[place - step]) if 0 <= place - step <= last else False
        for place, field in enumerate(contract.fields)
    ]
    return [place for place in range(len(row)) if sum(off[place + max(step, 0) :]) >= _CLEAR]


def _slipped(row: list[str], place: int, kind: str) -> list[str]:
    step = _KINDS[kind]
    if step < 0:
        return [*row[:place], *row[place - step :], *[""] * -step]
    spare = [*row[:place], *["артық сөз", ""][:step], *row[place:]]
    return spare[:-step] if "lost" in kind else spare


def _trials() -> Iterator[tuple[str, str, int, list[list[str]], Scope]]:
    """Form, kind of shift, from which place on, a sheet of the header, a sound row and the same one slipped, and whose
    it is."""
    for form, contract in CONTRACTS.items():
        (sound,) = (trial for trial in trials(contract) if trial.name == "sound")
        row = [sound.rows[0][field.name] for field in contract.fields]
        labels = [field.labels.kk for field in contract.fields]
        for kind, step in _KINDS.items():
            chance = random.Random(f"slipped {form} {kind}")
            if places := _clear_places(contract, row, step):
                place = chance.choice(places)
                yield form, kind, place, [labels, row, _slipped(row, place, kind)], sound.scope


TRIALS = list(_trials())


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Verdict]]:
    found: dict[int, Verdict] = {}
    folder = tmp_path_factory.mktemp("slipped")
    for form, contract in CONTRACTS.items():
        files = []
        for number, (of, _, _, rows, scope) in enumerate(TRIALS):
            if of == form:
                path = WRITERS[_WRITERS[number % len(_WRITERS)]](folder / str(number), rows, ())
                files.append(JudgeFile(number, path, path.name, scope))
        with judge(files, contract, REFERENCE, demo=True, engine=run_rules) as judged:
            assert judged.failed == {}
            found |= judged.verdicts
    yield found


@pytest.mark.parametrize("number", range(len(TRIALS)), ids=[f"{form}-{kind}" for form, kind, *_ in TRIALS])
def test_a_slipped_row_is_said_once(number: int, verdicts: dict[int, Verdict]) -> None:
    findings = [finding for finding in verdicts[number].findings if finding.severity != "note"]
    assert [(finding.code, finding.row) for finding in findings] == [("ragged_row", 3)]
