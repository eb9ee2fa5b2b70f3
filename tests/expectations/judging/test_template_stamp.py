"""A template made for one report, handed in as another."""

import io
from pathlib import Path

import openpyxl
import pytest

from expectations.check import check
from expectations.judging.scope import Scope
from expectations.judging.template_stamp import scope_findings
from ingest.emit.template import Prefill, template
from ingest.schema.forms.load import contract
from ingest.schema.template_stamp import TemplateStamp
from ingest.schema.values.period import Period

WEEK = Period.parse("week", "2026-W37")
NODE, OTHER = "650940000016", "650940000026"
MADE_FOR = TemplateStamp("attendance", 1, "kk", node=NODE, period="2026-W37")


@pytest.mark.parametrize(
    ("stamp", "scope", "codes"),
    [
        (MADE_FOR, Scope(NODE, "organisation", WEEK), []),
        (MADE_FOR, Scope(OTHER, "organisation", WEEK), ["node_mark_disagrees"]),
        (MADE_FOR, Scope(NODE, "organisation", WEEK.next()), ["period_mark_disagrees"]),
        (
            MADE_FOR,
            Scope(OTHER, "organisation", WEEK.next()),
            ["node_mark_disagrees", "period_mark_disagrees"],
        ),
        (MADE_FOR, Scope(), []),
        (
            TemplateStamp("term_results", 1, "kk", node=NODE, period="2026-27-T1"),
            Scope(NODE, "organisation", Period.parse("term", "2026-2027-T1")),
            [],
        ),
        (TemplateStamp("attendance", 1, "kk"), Scope(OTHER, "organisation", WEEK), []),
        (None, Scope(OTHER, "organisation", WEEK), []),
    ],
)
def test_what_a_mark_says_against_the_scope(
    stamp: TemplateStamp | None, scope: Scope, codes: list[str]
) -> None:
    assert [finding.code for finding in scope_findings(stamp, scope)] == codes


def test_a_prefilled_template_of_another_week_is_rejected_in_a_sentence(tmp_path: Path) -> None:
    content = template(contract("attendance"), "ru", prefill=Prefill(NODE, WEEK))
    book = openpyxl.load_workbook(io.BytesIO(content))
    row = [NODE, "150310700010", "2026-09-14", 5, "А", 6, 0, 0, "нет", None]
    book.worksheets[0].append(row)
    book.save(tmp_path / "w.xlsx")

    verdict = check(tmp_path / "w.xlsx", "attendance", node=NODE, period="2026-W38", demo=True)

    (found,) = [finding for finding in verdict.findings if finding.severity == "error"]
    assert found.code == "period_mark_disagrees"
    assert "2026-W37" in found.text("ru") and "2026-W38" in found.text("ru")
