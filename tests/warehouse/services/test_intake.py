"""Intake end to end with the real judge, killed where it hurts and run again."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from ingest.home import Home
from ingest.ledger.decisions import winners
from ingest.ledger.decisions.manifest import counting
from ingest.ledger.records import Node, Submission, SubmissionEvent, Verdict
from ingest.locks import BusyError, locked
from ingest.progress import Step
from ingest.receive.store import RawStore
from tests.progress import assert_told_of
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance, planted, roster, run_in_child
from warehouse.services.upkeep.rebuild import relay
from warehouse.services.verdicts.intake import intake_lock, judge_waiting
from warehouse.storage.shown.leak import leaks_of

JUDGE = "from warehouse.services.verdicts.intake import judge_waiting\njudge_waiting(home)"


def counting_rows(home: Home) -> dict[int, int]:
    """Submission → rows of the lake that count: those of the batch its verdict names."""
    batches = dict(Verdict.objects.exclude(batch_id="").values_list("submission_id", "batch_id"))
    found: Counter[int] = Counter()
    for file in home.lake.rglob("*.parquet"):
        for row in pq.read_table(file, partitioning=None, columns=["submission_id", "batch_id"]).to_pylist():
            if batches.get(row["submission_id"]) == row["batch_id"]:
                found[row["submission_id"]] += 1
    return dict(found)


def lake_content(home: Home) -> list[tuple[Any, ...]]:
    """The rows that count, in one order; batch ids left out."""
    with duckdb.connect(":memory:") as con:
        batches = [b for (b,) in Verdict.objects.exclude(batch_id="").values_list("batch_id").distinct()]
        rows: list[tuple[Any, ...]] = []
        for form in ("learner_roster", "attendance"):
            glob = str(home.lake / form / "*" / "*.parquet")
            rows += con.execute(
                "SELECT * EXCLUDE (batch_id) FROM read_parquet(?, union_by_name = true) "
                "WHERE list_contains(?, batch_id) ORDER BY ALL",
                [glob, batches],
            ).fetchall()
        return rows


def test_what_comes_in_meanwhile_is_judged_after_what_it_depends_on(country: Country) -> None:
    """A list and the week it is for, handed in while another list is judged: the turn of lists is over by then."""
    first, later = SCHOOLS[0], SCHOOLS[1]
    country.submit("learner_roster", first, "2026-09", roster(first))
    handed_in: list[int] = []

    def hand_in(_: Step) -> None:
        if not handed_in:
            handed_in.append(country.submit("learner_roster", later, "2026-09", roster(later)))
            handed_in.append(country.submit("attendance", later, WEEKS[0], attendance(later, WEEKS[0])))

    report = judge_waiting(country.home, tell=hand_in)
    assert (report.accepted, report.forms) == (3, ["learner_roster", "attendance"])
    assert "learner_on_roster" not in Verdict.objects.get(submission_id=handed_in[1]).not_checked


def test_what_waits_is_judged_landed_and_followed(country: Country) -> None:
    home = country.home
    assert set(Node.objects.filter(kind="organisation").values_list("code", flat=True)) == set(SCHOOLS)
    rosters, reports = country.rosters(), country.reports()
    wrong = country.submit("attendance", SCHOOLS[0], WEEKS[0], attendance(SCHOOLS[0], WEEKS[0], missed=13))

    steps: list[Step] = []
    report = judge_waiting(country.home, tell=steps.append)

    assert_told_of(steps, ["judging"])
    assert (steps[-1].done, steps[-1].total) == (7, 7)
    assert {step.within.kind for step in steps if step.within} == {"reading", "applying_rules"}
    assert (report.accepted, report.rejected, report.rows, report.set_aside) == (6, 1, 12 + 120, {})
    assert report.forms == ["learner_roster", "attendance"]
    counted = dict.fromkeys(rosters, 6) | dict.fromkeys(reports, 30)
    found = counting_rows(home)
    assert {key: found.get(key) for key in counted} == counted
    assert wrong not in found
    verdict = Verdict.objects.get(submission_id=wrong)
    assert (verdict.outcome, verdict.rows_accepted, verdict.batch_id) == ("rejected", 0, "")
    findings = json.loads((home.findings / f"{wrong}.json").read_text(encoding="utf-8"))
    assert findings["verdict"] == "rejected"
    assert any(finding["cell"] for finding in findings["findings"])
    # A school's report names its own list of learners among what it was compared with, and no other's.
    [own] = [
        submission
        for submission in rosters
        if Submission.objects.get(pk=submission).scope.node.code == SCHOOLS[0]
    ]
    verdict = Verdict.objects.get(submission_id=reports[0])
    assert verdict.reference == {"learner_roster": [own], "organisation_passport": []}
    # What all were compared with is named once for all: a verdict does not grow with the country's registers.
    others = Verdict.objects.filter(submission__scope__form="attendance").values("reference_version")
    assert others.distinct().count() == 1
    assert set(verdict.compared_with) >= {"learner_roster", "organisation_register", "school_calendar"}
    assert verdict.compared_with["organisation_register"]
    # The rejected one displaced nothing.
    assert {winner.pk for winner in winners.operational("attendance")} == set(reports)
    # Nobody can be found in the lake, everybody stays findable where it is restricted.
    assert leaks_of(home, planted()) == []
    # A planted person is found: the search above was able to fail.
    roster_file = next(home.reference.rglob("*.parquet"))
    stray = home.lake / "learner_roster" / "period=none" / "stray.parquet"
    stray.write_bytes(roster_file.read_bytes())
    assert {leak.place for leak in leaks_of(home, planted())} >= {"iin"}
    stray.unlink()

    before = lake_content(home)
    assert judge_waiting(home).judged == 0
    relay(home)
    assert lake_content(home) == before


def test_killed_anywhere_and_run_again_gives_the_same(country: Country) -> None:
    """Killed at one place after the other, each time one that begins with what the killed one left."""
    home = country.home
    rosters = country.rosters()

    for failpoint in ("intake:findings", "land:written", "intake:landed", "intake:recorded"):
        killed = run_in_child(home, JUDGE, failpoint)
        assert killed.returncode == -9, (failpoint, killed.stderr)
    country.judge()

    assert counting_rows(home) | dict.fromkeys(rosters, 6) == counting_rows(home)
    assert Verdict.objects.filter(submission_id__in=rosters).count() == 2
    events = SubmissionEvent.objects.filter(submission_id__in=rosters).values_list("submission_id", "kind")
    assert sorted(events) == sorted((number, kind) for number in rosters for kind in ("received", "accepted"))
    before = lake_content(home)
    assert len(before) == 12

    relay(home)

    # The landing that no verdict names is gone, what counts is the same to the last value.
    assert lake_content(home) == before
    named = set(Verdict.objects.exclude(batch_id="").values_list("batch_id", flat=True))
    assert {file.stem for file in home.lake.rglob("*.parquet")} == named | {"empty"}


def test_killed_while_a_rebuild_puts_the_lake_in_place(country: Country) -> None:
    home = country.home
    country.rosters()
    country.judge()
    before = lake_content(home)

    for failpoint in ("rebuild:replayed", "rebuild:moved"):
        killed = run_in_child(
            home, "from warehouse.services.upkeep.rebuild import relay\nrelay(home)", failpoint
        )
        assert killed.returncode == -9, killed.stderr
    relay(home)

    assert lake_content(home) == before


def test_a_file_whose_bytes_are_gone_stops_nobody_else(country: Country) -> None:
    gone, there = country.rosters()
    sha256 = Submission.objects.get(pk=gone).raw_file_id
    assert sha256
    RawStore(country.home).path(sha256).unlink()

    report = country.judge()

    assert report.set_aside == {gone: "raw file missing"}
    assert Submission.objects.get(pk=there).state == "accepted"
    assert Submission.objects.get(pk=gone).state == "set_aside"


def test_two_at_once_take_turns(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warehouse.services.verdicts.intake._WAIT_SECONDS", 0.2)
    with locked(intake_lock(country.home)), pytest.raises(BusyError):
        judge_waiting(country.home)


def test_of_two_submissions_waiting_for_one_scope_the_later_counts(country: Country) -> None:
    first = country.submit("learner_roster", SCHOOLS[0], "2026-09", roster(SCHOOLS[0])[:3])
    second = country.submit("learner_roster", SCHOOLS[0], "2026-09", roster(SCHOOLS[0]))

    assert country.judge().accepted == 2

    assert [winner.pk for winner in winners.operational("learner_roster")] == [second]
    assert counting_rows(country.home)[first] == 3


def test_a_part_beside_an_accepted_whole_is_refused_and_nothing_counts_twice(country: Country) -> None:
    country.rosters()
    rows = attendance(SCHOOLS[0], WEEKS[0])
    early = country.submit("attendance", SCHOOLS[0], WEEKS[0], rows[:10], part="5A")
    whole = country.submit("attendance", SCHOOLS[0], WEEKS[0], rows)
    late = country.submit("attendance", SCHOOLS[0], WEEKS[0], rows[:5], part="5A")

    report = country.judge()

    assert report.set_aside == {}
    outcomes = {pk: Verdict.objects.get(submission_id=pk).outcome for pk in (early, whole, late)}
    assert outcomes == {early: "accepted", whole: "accepted", late: "rejected"}
    findings = json.loads((country.home.findings / f"{late}.json").read_text(encoding="utf-8"))["findings"]
    assert [finding["code"] for finding in findings if finding["severity"] == "error"] == [
        "part_beside_whole"
    ]
    assert [winner.pk for winner in winners.operational("attendance")] == [whole]


def test_an_explanation_survives_resubmission_while_the_value_stays(country: Country) -> None:
    from expectations.findings.findings_file import read_findings
    from ingest.ledger.accounts import account
    from ingest.ledger.nodes import node
    from ingest.ledger.receipts import explanations

    country.rosters()
    rows = attendance(SCHOOLS[0], WEEKS[0])
    for row in rows[:2]:
        row.update(lessons_missed=1, lessons_missed_valid=0, absence_reason="")
    first = country.submit("attendance", SCHOOLS[0], WEEKS[0], rows)
    country.judge()
    verdict = Verdict.objects.get(submission_id=first)
    assert (verdict.outcome, verdict.queries_answered) == ("accepted", 0)
    keys = read_findings(country.home.findings, first)["query_keys"]
    asked = {key for key in keys if key}
    assert len(asked) == verdict.queries == 2

    explanations.explain(
        first, keys, {keys[0]}, account("tester"), node(SCHOOLS[0]), explanation="?", at=country.home.now()
    )
    assert [entry.open_queries for entry in counting("attendance")] == [1]

    # The next file is another one and asks the same: one is answered, and a changed subject is asked anew.
    rows[5].update(lessons_missed=1, lessons_missed_valid=0, absence_reason="")
    second = country.submit("attendance", SCHOOLS[0], WEEKS[0], rows[::-1])
    country.judge()
    verdict = Verdict.objects.get(submission_id=second)
    assert (verdict.queries, verdict.queries_answered) == (3, 1)
    assert [entry.open_queries for entry in counting("attendance")] == [2]
