"""Every contract judged: the file of its examples is clean, breaking one thing brings just that finding."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, judge
from expectations.verdict import Verdict
from ingest.emit.template_columns import note_of
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from tests.conformance.breaking import BROKEN_HERE, REFERENCE, Trial, trials
from tests.expectations.case_folders import cases

CONTRACTS = contracts()
AT_TIMES = {"required_when", "filled_together"}
TRIALS = [(form, trial) for form, contract in CONTRACTS.items() for trial in trials(contract)]
BY_PLACE = {(form, trial.name): place for place, (form, trial) in enumerate(TRIALS)}


def _written(folder: Path, place: int, contract: Contract, trial: Trial) -> JudgeFile:
    file = folder / f"{place}.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        fields = [field for field in contract.fields if field.name != trial.without]
        rows.writerow(field.labels.kk for field in fields)
        rows.writerows([row[field.name] for field in fields] for row in trial.rows)
    return JudgeFile(place, file, file.name, trial.scope)


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[int, Verdict]]:
    """All files of a form in one micro-batch, as in earnest: no file may disturb another."""
    found: dict[int, Verdict] = {}
    for form, contract in CONTRACTS.items():
        folder = tmp_path_factory.mktemp(form)
        batch = [
            _written(folder, place, contract, trial) for place, (of, trial) in enumerate(TRIALS) if of == form
        ]
        # That Great Expectations says the same is shown of every case.
        with judge(batch, contract, REFERENCE, demo=True, engine=run_rules) as judged:
            assert judged.failed == {}
            found |= judged.verdicts
    yield found


@pytest.mark.parametrize("form", CONTRACTS)
def test_the_examples_of_a_form_make_a_clean_file(form: str, verdicts: dict[int, Verdict]) -> None:
    verdict = verdicts[BY_PLACE[form, "sound"]]

    assert [(finding.code, finding.column, finding.value) for finding in verdict.findings] == []
    assert verdict.outcome == "accepted"
    assert verdict.rows_accepted == 1
    assert not verdict.not_checked


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(place, id=f"{form}-{trial.name}")
        for place, (form, trial) in enumerate(TRIALS)
        if trial.column
    ],
)
def test_breaking_one_thing_brings_exactly_that_finding(place: int, verdicts: dict[int, Verdict]) -> None:
    _, trial = TRIALS[place]
    findings = verdicts[place].findings

    (found,) = [
        finding for finding in findings if finding.column == trial.column and finding.code in trial.codes
    ]
    assert found.cell
    assert all(_is_complete(found.text(language)) for language in ("kk", "ru", "en"))
    others = {finding.code for finding in findings if finding is not found and finding.severity != "note"}
    assert others <= trial.beside


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(place, id=f"{form}-{trial.name}")
        for place, (form, trial) in enumerate(TRIALS)
        if trial.without
    ],
)
def test_a_missing_column_is_said_once(place: int, verdicts: dict[int, Verdict]) -> None:
    form, trial = TRIALS[place]
    assert trial.without
    needed = CONTRACTS[form].needs(CONTRACTS[form].field(trial.without))

    said = [
        (finding.code, finding.column) for finding in verdicts[place].findings if finding.severity != "note"
    ]

    # One that is needed in some rows alone is asked for at the first of them.
    assert said == [("missing_column", trial.without)] if needed else len(said) <= 1
    assert {column for _, column in said} <= {trial.without}


def test_every_check_is_broken_here_or_in_a_case_folder() -> None:
    checks = {check.rule for contract in CONTRACTS.values() for check in contract.checks}

    assert sorted(checks - set(BROKEN_HERE) - {case.code for case in cases()}) == []


def _is_complete(text: str) -> bool:
    """Whether every placeholder of a message was filled: what nobody gave stays `…`."""
    return "{" not in text and "…" not in text


@pytest.mark.parametrize("form", CONTRACTS)
def test_template_page_and_rules_agree_on_what_must_be_filled(
    form: str, verdicts: dict[int, Verdict]
) -> None:
    contract = CONTRACTS[form]
    for field in contract.fields:
        demand = contract.demand(field)
        lacking = _errors(verdicts[BY_PLACE[form, f"{field.name}-missing"]], field.name)
        empty = _errors(verdicts[BY_PLACE[form, f"{field.name}-emptied"]], field.name)
        told = {
            "required": (lacking == {"missing_column"}) and empty == {"required"},
            "column": lacking == {"missing_column"} and not empty,
            "column_at_times": lacking == {"missing_column"} and empty <= AT_TIMES,
            "at_times": lacking <= AT_TIMES and empty == lacking,
            "optional": not lacking and not empty,
        }
        assert told[demand], (field.name, demand, lacking, empty)
        for language in ("kk", "ru"):
            note = note_of(field, demand, language)
            asks = {"kk": "індетті", "ru": "бязател"}[language]
            assert (asks in note.replace((field.description or field.labels).in_language(language), "")) is (
                demand in ("required", "at_times", "column_at_times")
            ), note


def _errors(verdict: Verdict, column: str) -> set[str]:
    return {each.code for each in verdict.findings if each.column == column and each.severity == "error"}
