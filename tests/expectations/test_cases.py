"""Each rule fires on exactly its defect and on nothing else, in the midst of the other files."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from expectations.judging.judge import judge
from expectations.rules import RULES
from ingest.schema.forms.contract import LANGUAGES, Language
from ingest.schema.texts.catalogue import catalogue
from ingest.schema.texts.closed import Labels
from tests.expectations.case_folders import Case, cases, reference, verdict_of_case

ALL = cases()
# Organisations that do not exist cannot have a roster either; a query says so beside the error.
_BESIDE = {"organisation_in_register": {"reference_missing"}}


def test_every_rule_has_a_case() -> None:
    assert sorted(set(RULES) - {case.code for case in ALL}) == []


def test_every_rule_has_its_words() -> None:
    assert sorted(set(RULES) - set(catalogue())) == []
    assert all(catalogue()[rule].emitter == "judge" for rule in RULES)


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.rule)
def test_the_defect_is_found_at_its_cell_and_nothing_else(case: Case) -> None:
    verdict = verdict_of_case(case)
    found = [finding for finding in verdict.findings if finding.code not in _BESIDE.get(case.code, ())]

    assert [(finding.code, finding.cell, finding.value) for finding in found] == [
        (case.code, cell, case.value) for cell in (case.cell, *case.cells)
    ]
    assert verdict.outcome == ("rejected" if found[0].severity == "error" else "accepted")
    if case.suggestion:
        assert found[0].suggestion == case.suggestion


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.rule)
def test_its_message_is_complete_in_three_languages(case: Case) -> None:
    (found, *_) = [finding for finding in verdict_of_case(case).findings if finding.code == case.code]

    texts = [found.text(language) for language in LANGUAGES]

    assert len(set(texts)) == len(LANGUAGES)
    assert all("{" not in text and "…" not in text for text in texts)


def test_what_it_says_of_the_defect_is_so() -> None:
    """Days, numbers and places in a message: whoever reads them looks for them in the file."""
    said = yaml.safe_load(Path(__file__).with_name("said.yml").read_text(encoding="utf-8"))
    found = {case.rule: _said(case) for case in ALL}
    assert {rule: words for rule, words in found.items() if words} == said


def _said(case: Case) -> dict[str, str]:
    (found, *_) = [finding for finding in verdict_of_case(case).findings if finding.code == case.code]
    return {
        name: str(value)
        for name, value in found.params.items()
        if name != "value" and value is not None and not isinstance(value, Labels)
    }


def test_a_part_of_a_report_is_not_asked_for_the_rest() -> None:
    (case,) = [case for case in ALL if case.rule == "class_not_reported"]
    whole, part = case.file(0), case.file(1)
    part = replace(part, scope=replace(part.scope, is_whole=False))

    with judge([whole, part], case.contract, reference(case.rule), demo=True) as judged:
        assert [finding.code for finding in judged.verdicts[0].findings] == ["class_not_reported"]
        assert judged.verdicts[1].findings == ()
        assert set(judged.verdicts[1].not_checked) >= {"class_not_reported", "learners_not_reported"}


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("parts_fit_whole", {"ru": "вместе дают 900.", "en": "together make 900."}),
        ("percent_fits_shares", {"kk": " 74,1 шығады", "ru": " 74,1.", "en": " 74.1."}),
    ],
)
def test_numbers_are_said_as_the_language_writes_them(rule: str, said: dict[Language, str]) -> None:
    (found,) = next(verdict_of_case(case).findings for case in ALL if case.rule == rule)

    assert {
        language: found.text(language) for language in said if said[language] in found.text(language)
    } == {language: found.text(language) for language in said}
