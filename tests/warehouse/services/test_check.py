"""The interactive check judges one file as intake would, and keeps nothing."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from ingest.emit.template import Prefill, template
from ingest.ledger.records import Submission
from ingest.schema.forms.load import contract
from ingest.schema.template_stamp import STAMP_SHEET
from ingest.schema.values.period import Period
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance, csv_of
from tests.warm import run_python
from warehouse.services.submitters.check import check_file, check_report
from warehouse.services.submitters.checking import NoNodeError


def test_a_file_is_checked_against_what_is_accepted_for_its_node(rostered: Country, tmp_path: Path) -> None:
    country = rostered
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


def test_nobody_waits_for_a_framework_to_have_one_file_checked(tmp_path: Path) -> None:
    """What the process apart loads, and what it does: the verdicts without are the same (`expectations.test_cases`)."""
    file = tmp_path / "week.csv"
    file.write_bytes(csv_of(attendance(SCHOOLS[0], WEEKS[0])))
    code = (
        "import sys\nfrom pathlib import Path\nimport warehouse.services.apart.ahead_of_check\n"
        "from ingest.home import Home\nfrom ingest.schema.forms.load import contract\n"
        "from warehouse.services.submitters.check import check_report\n"
        "checked = check_report(Home(Path(sys.argv[1])), Path(sys.argv[2]), contract('attendance'))\n"
        "print(checked.verdict.rows_in, 'great_expectations' in sys.modules)"
    )
    ran = run_python(code, tmp_path / "none", file, ahead=())
    assert ran.stdout.split() == ["30", "False"], ran.stderr


def _template(tmp_path: Path, period: str, node: str = SCHOOLS[0]) -> Path:
    """A template made for one report, filled in with a learner of another school."""
    known = Prefill(node, Period.parse("week", period))
    book = openpyxl.load_workbook(io.BytesIO(template(contract("attendance"), "ru", prefill=known)))
    row = attendance(SCHOOLS[1], WEEKS[0])[0]
    names = [field.name for field in contract("attendance").fields]
    book.worksheets[0].append([row.get(name) for name in names])
    book.save(tmp_path / "week.xlsx")
    return tmp_path / "week.xlsx"


def test_what_nobody_says_the_template_says(rostered: Country, tmp_path: Path) -> None:
    country = rostered
    file, form = _template(tmp_path, WEEKS[0]), contract("attendance")

    known = check_report(country.home, file, form)
    told = check_report(country.home, file, form, SCHOOLS[0], WEEKS[0])

    assert (known.scope.node_code, known.scope.period) == (SCHOOLS[0], Period.parse("week", WEEKS[0]))
    assert known.verdict == told.verdict
    assert "learner_on_roster" in {finding.code for finding in known.verdict.findings}
    # What is said counts more than the stamp, which is then found to disagree.
    other = check_report(country.home, file, form, SCHOOLS[1], WEEKS[1]).verdict
    assert {"node_mark_disagrees", "period_mark_disagrees"} <= {found.code for found in other.findings}


def test_a_template_of_another_installation_or_a_spoilt_stamp_keeps_nobody_from_checking(
    country: Country, tmp_path: Path
) -> None:
    form = contract("attendance")
    file = _template(tmp_path, WEEKS[0], node="650940009999")
    assert check_report(country.home, file, form).scope.node_code == "650940009999"
    with pytest.raises(NoNodeError):
        check_report(country.home, file, form, node="650940009999")
    book = openpyxl.load_workbook(file)
    stamp = book[STAMP_SHEET]
    (cell,) = [row[1] for row in stamp.iter_rows() if row[0].value == "period"]
    cell.value = "когда-нибудь"
    book.save(file)
    assert check_report(country.home, file, form).scope.period is None
