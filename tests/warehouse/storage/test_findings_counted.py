"""What a build is told of findings: as often as each cause stands in the files of findings, nothing else of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from expectations.findings.findings_file import read_findings
from ingest.ledger.accounts import account
from ingest.ledger.decisions.manifest import counting
from ingest.ledger.nodes import node
from ingest.ledger.receipts import explanations
from ingest.ledger.records import Submission, SubmissionEvent, Verdict
from tests.warehouse.copies import further, own_copy
from tests.warehouse.country import NOW, SCHOOLS, WEEKS, Country, attendance
from warehouse.storage.builds import findings_counted
from warehouse.storage.builds.findings_counted import counts_of, kept_counts
from warehouse.storage.builds.inputs import write_inputs

Told = Counter[tuple[int, str, str]]


def _hand_in(country: Country, week: str, *, asked: int = 0, wrong: int = 0) -> int:
    """A report with so many queries, and errors for so many values."""
    rows: list[dict[str, Any]] = attendance(SCHOOLS[0], week)
    for row in rows[:asked]:
        row.update(lessons_missed=1, lessons_missed_valid=0, absence_reason="")
    for row in rows[len(rows) - wrong :]:
        row.update(lessons_scheduled="бес")
    number = country.submit("attendance", SCHOOLS[0], week, rows)
    country.judge()
    return number


def _reports(country: Country) -> None:
    _hand_in(country, WEEKS[0], asked=4)
    _hand_in(country, WEEKS[1], asked=2, wrong=3)


@pytest.fixture(scope="module")
def reported(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return further(listed, tmp_path_factory.mktemp("counted") / "home", _reports)


@pytest.fixture
def country(reported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    yield from own_copy(reported, tmp_path, monkeypatch)


def _told(country: Country) -> tuple[Told, Told]:
    """How often, and how often answered."""
    folder = country.home.root / "told"
    write_inputs(folder, country.home, counting())
    rows = pq.read_table(folder / "finding.parquet").to_pylist()
    assert rows == sorted(rows, key=lambda row: (row["submission_id"], row["cause"], row["severity"]))
    found, answered = Told(), Told()
    for row in rows:
        key = row["submission_id"], row["cause"], row["severity"]
        assert key not in found, "one row each"
        found[key], answered[key] = row["findings"], row["answered"]
    return found, +answered


def _in_files(country: Country) -> Told:
    found = Told()
    for number in Submission.objects.values_list("pk", flat=True):
        for each in read_findings(country.home.findings, number)["findings"]:
            found[number, each["code"], each["severity"]] += 1 + each.get("also", 0)
    return found


def test_each_finding_is_counted_under_its_cause_and_as_the_verdict_counts(country: Country) -> None:
    found, answered = _told(country)
    assert found == _in_files(country) and not answered
    for verdict in Verdict.objects.all():
        of = Counter[str]()
        for (number, _, severity), count in found.items():
            of[severity] += count if number == verdict.submission_id else 0
        assert (of["error"], of["query"], of["note"]) == (verdict.errors, verdict.queries, verdict.notes)
    assert {severity for _, _, severity in found} >= {"error", "query"}


@pytest.mark.parametrize("called", ["queries", "marks"])
def test_a_query_is_answered_once_it_is_explained_in_its_scope(country: Country, called: str) -> None:
    """Acts of the first versions call queries marks, and acts do not change."""
    first = Submission.objects.get(scope__period=WEEKS[0], scope__form="attendance").pk
    keys = read_findings(country.home.findings, first)["query_keys"]
    asked = [key for key in keys if key]
    SubmissionEvent.objects.create(
        submission_id=first,
        kind=SubmissionEvent.Kind.EXPLAINED,
        actor=account("tester"),
        on_behalf_of=node(SCHOOLS[0]),
        channel="cli",
        at=NOW,
        details={"explanation": "дұрыс", called: sorted(asked[:3]), "answered": 3},
    )
    assert explanations.explained_queries(Submission.objects.get(pk=first).scope) == set(asked[:3])
    again = _hand_in(country, WEEKS[0], asked=4, wrong=1)
    _, answered = _told(country)
    of = Counter[int]()
    for (number, _, severity), count in answered.items():
        assert severity == "query"
        of[number] += count
    assert of == {first: 3, again: 3}, "the next file of the scope is not asked again"


def test_a_file_is_opened_once_whatever_is_built_after_it(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = _told(country)
    opened: list[int] = []

    def open_counted(folder: Path, number: int) -> dict[str, Any]:
        opened.append(number)
        return read_findings(folder, number)

    monkeypatch.setattr(findings_counted, "read_findings", open_counted)
    assert _told(country)[0] == before and not opened
    number = _hand_in(country, WEEKS[1], asked=1)
    after, _ = _told(country)
    assert opened == [number]
    assert {key: count for key, count in after.items() if key[0] != number} == before
    for spoiled in (b"", b"PAR1", kept_counts(country.home).read_bytes()[:-9]):
        kept_counts(country.home).write_bytes(spoiled)
        assert _told(country)[0] == after, "what was kept is counted anew where it is not whole"
    kept_counts(country.home).unlink()
    assert _told(country)[0] == after


def test_findings_that_cannot_be_read_stay_as_many_as_the_verdict_says(country: Country) -> None:
    gone, spoiled = Submission.objects.filter(scope__form="attendance").order_by("pk")
    (country.home.findings / f"{gone.pk}.json").unlink()
    (country.home.findings / f"{spoiled.pk}.json").write_text("{}", encoding="utf-8")
    found, _ = _told(country)
    for each in (gone, spoiled):
        verdict = each.verdict
        said = {"error": verdict.errors, "query": verdict.queries, "note": verdict.notes}
        own = {(cause, kind): count for (number, cause, kind), count in found.items() if number == each.pk}
        assert own == {("unknown", kind): count for kind, count in said.items() if count}


def test_what_a_finding_stands_for_besides_is_counted_and_keys_may_be_too_few() -> None:
    found = [
        {"code": "a", "severity": "query", "also": 3},
        {"code": "a", "severity": "error"},
        {"code": "a", "severity": "query"},
    ]
    assert counts_of(found, ["k", "not asked"]) == {
        ("a", "query", "k"): 4, ("a", "error", None): 1, ("a", "query", None): 1,
    }  # fmt: skip
