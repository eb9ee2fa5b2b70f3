"""The marked workbook of a submission, made on request from what was recorded."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from expectations.findings.findings_file import read_findings
from expectations.marked.styles import FILLS
from ingest.ledger.records import Submission
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance
from warehouse.services.submitters.marked import NotMarkableError, marked_submission


@pytest.fixture
def country(rostered: Country) -> Country:
    return rostered


@pytest.fixture
def rejected(country: Country) -> int:
    rows = attendance(SCHOOLS[0], WEEKS[0])
    rows[1]["lessons_missed"], rows[4]["lessons_scheduled"] = 9, 44
    rows[7] |= {"lessons_missed": 1, "lessons_missed_valid": 0, "absence_reason": None}  # a query of its own
    number = country.submit("attendance", SCHOOLS[0], WEEKS[0], rows)
    country.judge()
    return number


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_a_submission_comes_back_with_its_recorded_findings(
    country: Country, rejected: int, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expectations.judging.judge.judge", None)  # nothing is judged again
    kept = sorted(country.home.root.rglob("*"))
    made = marked_submission(country.home, rejected, language)  # type: ignore[arg-type]

    sheet = openpyxl.load_workbook(io.BytesIO(made)).worksheets[0]
    recorded = read_findings(country.home.findings, rejected)["findings"]
    coloured = {
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in FILLS.values()
    }
    assert coloured == {finding["cell"] for finding in recorded} == {"F6", "G3", "J9"}
    assert recorded[0]["message"][language] in sheet[recorded[0]["cell"]].comment.text
    assert sorted(country.home.root.rglob("*")) == kept


def test_none_is_made_until_somebody_asks(country: Country, rejected: int) -> None:
    assert list(country.home.findings.glob("*.xlsx")) == []
    causes = read_findings(country.home.findings, rejected)["causes"]
    assert [(cause["code"], cause["count"]) for cause in causes] == [
        ("not_above", 1),
        ("out_of_range", 1),
        ("required_when", 1),
    ]


def test_what_cannot_be_given_back_is_said(country: Country, rejected: int) -> None:
    waiting = country.submit("attendance", SCHOOLS[1], WEEKS[0], attendance(SCHOOLS[1], WEEKS[0]))
    with pytest.raises(NotMarkableError, match="not judged yet"):
        marked_submission(country.home, waiting, "kk")
    with pytest.raises(Submission.DoesNotExist):
        marked_submission(country.home, 999, "kk")
    for kept in Path(country.home.raw).rglob("*"):
        if kept.is_file():
            kept.unlink()
    with pytest.raises(NotMarkableError, match="no longer kept"):
        marked_submission(country.home, rejected, "kk")
