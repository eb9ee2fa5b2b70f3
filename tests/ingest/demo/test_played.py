"""The country of all tests, played to the end: what the pipeline found is what was planted, and nothing else."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

import ingest.ledger
from ingest.demo.play.scenario import NotADemoError, prepare, submission_id
from ingest.demo.play.summary import Summary, found_places, said, shown, summarise
from ingest.demo.reports.expected import expected_obligations
from ingest.demo.reports.plan import Plan
from ingest.demo.world.country import Country
from ingest.home import Home

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def played(demo_country: Any) -> tuple[Home, Plan]:
    return Home(demo_country.home), demo_country.plan


@pytest.fixture(scope="module")
def summary(played: tuple[Home, Plan]) -> Summary:
    home, plan = played
    ingest.ledger.setup(home)
    return summarise(home, plan)


def test_every_finding_was_planted_and_every_planted_one_was_found(
    played: tuple[Home, Plan], summary: Summary
) -> None:
    assert summary.surprises == ()
    home, plan = played
    found = Counter(
        place
        for planned in plan.submissions
        if planned.outcome not in ("duplicate", "nil_return")
        for place in found_places(home.findings / f"{submission_id(planned)}.json")
    )
    planted = [finding for planned in plan.submissions for finding in planned.findings]
    assert Counter(finding.code for finding in planted) == Counter(place[0] for place in found.elements())
    assert len(found) == len({(f.code, f.sheet, f.cell, f.row, f.column, f.value) for f in planted})


def test_counts_are_those_of_the_plan(played: tuple[Home, Plan], summary: Summary) -> None:
    home, plan = played
    outcomes = plan.outcomes()
    beside, rows_beside = _beside(home, plan)
    assert summary.received == len(plan.submissions) + beside
    assert summary.accepted == outcomes["accepted"] + beside
    assert summary.rejected == outcomes["rejected"]
    assert summary.unreadable == outcomes["unreadable"] == 1
    assert summary.duplicates == outcomes["duplicate"] == 1
    assert summary.nil_returns == outcomes["nil_return"] == 1
    assert summary.rows_landed == plan.rows_landed + rows_beside
    assert summary.approved == sum(one.decision == "approved" for one in plan.submissions) + beside
    assert summary.returned == 1


def _beside(home: Home, plan: Plan) -> tuple[int, int]:
    """How many files and rows were handed in beside the plan: the real classifier, where it is at hand."""
    from ingest.ledger.records import Verdict

    ours = {submission_id(planned) for planned in plan.submissions if planned.outcome != "duplicate"}
    rows = Verdict.objects.exclude(submission__in=ours).values_list("rows_accepted", flat=True)
    return len(rows), sum(rows)


def test_what_became_of_every_report_is_what_the_plan_says(
    played: tuple[Home, Plan], summary: Summary
) -> None:
    _, plan = played
    expected = Counter(
        expected_obligations(
            Country(plan.seed, plan.organisations, plan.learners_per_organisation), plan
        ).values()
    )
    assert set(expected) == {"fulfilled", "late", "missing", "nil_return", "open"}
    assert (summary.late, summary.missing) == (expected["late"], expected["missing"])


def test_the_summary_speaks_three_languages(summary: Summary) -> None:
    console = Console(width=160, record=True)
    console.print(shown(summary, charts=12, addresses={"start": "make serve"}))
    text = console.export_text()
    for language in ("kk", "ru", "en"):
        assert said("received", language) in text
        assert said("as_planned", language) in text


def test_a_difference_is_told(played: tuple[Home, Plan], summary: Summary) -> None:
    from dataclasses import replace

    home, plan = played
    wrong = replace(plan.submissions[0], rows=1, outcome="rejected", path="elsewhere")
    told = summarise(home, replace(plan, submissions=(wrong,))).surprises
    assert any("accepted instead of rejected" in one for one in told)


def test_no_country_is_played_over_a_real_installation(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.ledger.touch()
    with pytest.raises(NotADemoError, match="BBAJ_HOME"):
        prepare(home, Country(size=20))
