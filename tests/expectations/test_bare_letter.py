"""The letter of a class with signs or its class around it: the letter alone is suggested."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, judge
from ingest.schema.forms.load import contracts
from tests.conformance.breaking import REFERENCE, sound

LETTERS = ("А", "ә", "Ң")
WAYS = (
    "«{}»",
    '"{}"',
    "{}.",
    "-{}",
    "({})",
    "„{}“",
    "{} класс",
    "7{}",
    "7-{}",
    "7.{}",
    "7 «{}» сынып",
    "'{}'",
)
FORMS = [form for form, contract in contracts().items() if any(field.alphabet for field in contract.fields)]


@pytest.mark.parametrize("form", FORMS)
def test_the_letter_alone_is_suggested(form: str, tmp_path: Path) -> None:
    contract = contracts()[form]
    trial = sound(contract)
    [name] = [field.name for field in contract.fields if field.alphabet]
    written = [(way.format(letter), letter) for way in WAYS for letter in LETTERS]
    files = []
    for place, (text, _) in enumerate(written):
        path = tmp_path / f"{place}.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            rows = csv.writer(out, delimiter=";")
            rows.writerow(field.labels.kk for field in contract.fields)
            rows.writerow((trial.rows[0] | {name: text})[field.name] for field in contract.fields)
        files.append(JudgeFile(place, path, path.name, trial.scope))
    with judge(files, contract, REFERENCE, demo=True, engine=run_rules) as judged:
        for place, (text, letter) in enumerate(written):
            found = [each for each in judged.verdicts[place].findings if each.column == name]
            assert [each.suggestion for each in found] == [letter], text
