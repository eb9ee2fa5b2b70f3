"""Messages that name another row name its sheet where it stands on another, in every language, whatever the rule."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from expectations.judging.accused import OTHER_ROW
from expectations.judging.direct import run_rules
from expectations.judging.judge import judge
from expectations.rules import RULES
from expectations.verdict import Verdict
from ingest.schema.texts.catalogue import catalogue
from ingest.schema.texts.language import LANGUAGES
from tests.expectations.case_folders import CASES, Case, cases, reference

_PLACEHOLDER = re.compile(r"\{(\w+)")
_FIRST, _SECOND = "Бірінші", "Второй лист"
NAMES_ROW = {
    code: {
        name
        for language in LANGUAGES
        for name in _PLACEHOLDER.findall(kind.message.in_language(language))
        if name.endswith(OTHER_ROW)
    }
    for code, kind in catalogue().items()
    if kind.emitter == "judge"
}
OF_ANOTHER = sorted(code for code, names in NAMES_ROW.items() if names and code in RULES)
SPLIT = [case for case in cases() if case.code in OF_ANOTHER]


def _over_two_sheets(case: Case, path: Path) -> Path:
    """The file of a case, the row that is accused and all below it on a sheet of their own."""
    rows = list(csv.reader((CASES / case.rule / "file.csv").open(encoding="utf-8")))
    cut = int(re.sub(r"\D", "", case.cell)) - 1
    with xlsxwriter.Workbook(path) as book:
        for name, body in ((_FIRST, rows[1:cut]), (_SECOND, rows[cut:])):
            sheet = book.add_worksheet(name)
            for number, cells in enumerate([rows[0], *body]):
                sheet.write_row(number, 0, cells)
    return path


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Verdict]]:
    folder = tmp_path_factory.mktemp("sheets")
    found = {}
    for form, around in sorted({(case.form, case.surroundings or "") for case in SPLIT}):
        own = [case for case in SPLIT if (case.form, case.surroundings or "") == (form, around)]
        files = [
            replace(
                case.file(number), path=_over_two_sheets(case, folder / f"{case.rule}.xlsx"), name="file.xlsx"
            )
            for number, case in enumerate(own)
        ]
        with judge(files, own[0].contract, reference(around), demo=True, engine=run_rules) as judged:
            found |= {case.rule: judged.verdicts[number] for number, case in enumerate(own)}
    yield found


def test_each_rule_that_names_another_row_has_a_case() -> None:
    assert OF_ANOTHER
    assert {case.code for case in SPLIT} == set(OF_ANOTHER)


@pytest.mark.parametrize("case", SPLIT, ids=lambda case: case.rule)
def test_the_sheet_of_a_row_on_another_sheet_is_named(case: Case, verdicts: dict[str, Verdict]) -> None:
    found = [finding for finding in verdicts[case.rule].findings if finding.code == case.code]
    assert [finding.sheet for finding in found] == [_SECOND]
    for finding in found:
        for language in LANGUAGES:
            assert _FIRST in finding.text(language)
            assert _SECOND not in finding.text(language)


def test_no_message_names_a_row_by_a_fact_that_is_no_place() -> None:
    """Of the judge's facts, those that end as places of rows do are put into words with their sheets; no other fact
    may name a row."""
    said = {
        (code, name)
        for code, kind in catalogue().items()
        if kind.emitter == "judge"
        for language in LANGUAGES
        for name in _PLACEHOLDER.findall(kind.message.in_language(language))
        if re.search(r"(^|_)row(_|$)", name)
    }
    assert {code for code, name in said if name != "row" and not name.endswith(OTHER_ROW)} == set()
