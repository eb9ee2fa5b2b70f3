"""The interactive check judges one file as intake would, and keeps nothing."""

from __future__ import annotations

from pathlib import Path

from ingest.ledger.records import Submission
from ingest.schema.load import contract
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance, csv_of
from warehouse.services.check import check_file


def test_a_file_is_checked_against_what_is_accepted_for_its_node(country: Country, tmp_path: Path) -> None:
    country.rosters()
    country.judge()
    rows = attendance(SCHOOLS[0], WEEKS[0])
    rows[3]["iin"] = attendance(SCHOOLS[1], WEEKS[0])[0]["iin"]
    file = tmp_path / "week.csv"
    file.write_bytes(csv_of(rows))
    received = Submission.objects.count()

    verdict = check_file(country.home, file, contract("attendance"), SCHOOLS[0], WEEKS[0])

    assert [finding.code for finding in verdict.findings] == ["learner_on_roster"]
    assert verdict.findings[0].row == 5
    assert Submission.objects.count() == received
    # Nothing said about node and period: what needs them is not checked, and that is said.
    assert "learner_on_roster" in check_file(country.home, file, contract("attendance")).not_checked
