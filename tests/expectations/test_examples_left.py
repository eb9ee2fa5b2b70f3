"""A number that somebody left from the template's example, or typed back from it, is said to be the example's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest

from expectations.judging.direct import run_rules
from expectations.judging.judge import JudgeFile, judge
from expectations.verdict import Verdict
from ingest.emit.template import template
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.schema.texts.finding import Finding
from tests.conformance.breaking import ORGANISATION, REFERENCE, sound

_SAID = {
    "kk": "үлгідегі мысалдың нөмірі",
    "ru": "номер из примера в шаблоне",
    "en": "number of the template's example",
}
_OTHER = "650940000046"
"""An organisation of the register, other than the example's."""
FORMS = {
    form: contract
    for form, contract in contracts().items()
    if "organisation" in contract.submitted_by and contract.person_field
}


def _register() -> pa.Table:
    rows = [row for row in REFERENCE.organisation.to_pylist() if row["bin"] != ORGANISATION]  # type: ignore[union-attr]
    return pa.Table.from_pylist([*rows, {**rows[0], "bin": _OTHER}])


def _filled(folder: Path, contract: Contract) -> Path:
    """The template with its examples typed into the first row, with the spaces people type along."""
    path = folder / f"{contract.form}.xlsx"
    book = openpyxl.load_workbook(BytesIO(template(contract, "ru")))
    book.worksheets[0].append([f" {field.example} " if field.example else None for field in contract.fields])
    book.save(path)
    return path


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Verdict]]:
    folder = tmp_path_factory.mktemp("examples")
    found = {}
    known = replace(REFERENCE, organisation=_register())
    for form, contract in FORMS.items():
        scope = replace(sound(contract).scope, node_code=_OTHER)
        file = JudgeFile(1, _filled(folder, contract), f"{form}.xlsx", scope)
        with judge([file], contract, known, demo=True, engine=run_rules) as judged:
            assert judged.failed == {}
            found[form] = judged.verdicts[1]
    yield found


def _on_numbers(form: str, verdict: Verdict) -> list[Finding]:
    return [
        finding
        for finding in verdict.findings
        if finding.column
        and FORMS[form].field(finding.column).format in ("iin", "bin")
        and finding.severity != "note"
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_number_of_the_example_is_said_to_be_it(form: str, verdicts: dict[str, Verdict]) -> None:
    said = _on_numbers(form, verdicts[form])
    assert said
    for finding in said:
        for language, words in _SAID.items():
            assert words in finding.text(language), finding.code  # type: ignore[arg-type]


def test_no_other_number_is() -> None:
    said = Finding("iin_check_digit", value="150310700011", params={"value": "150310700011"})
    assert not any(words in said.text(language) for language, words in _SAID.items())  # type: ignore[arg-type]
