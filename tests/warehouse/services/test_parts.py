"""The key of a form holds across the parts of a report, whatever their order, batch and names."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from ingest.ledger.accounts import account
from ingest.ledger.decisions import approvals, removals, winners
from ingest.ledger.nodes import node
from ingest.ledger.receipts.submissions import Handover
from ingest.ledger.records import Scope, Submission, Verdict
from ingest.ledger.refusals import RefusalError
from ingest.receive.address import resolve
from ingest.receive.receipt import receive_nil
from tests.ingest.read.xlsb_writer import Sheet, write_xlsb
from tests.warehouse.copies import own_copy
from tests.warehouse.country import DISTRICT, NOW, SCHOOLS, WEEKS, Country, attendance, roster
from tests.warehouse.services.counted_twice import keys_counting_twice
from warehouse.services.verdicts import once
from warehouse.services.verdicts.decisions import return_
from warehouse.storage.keys.vault import Vault

SCHOOL, WEEK = SCHOOLS[0], WEEKS[0]


@pytest.fixture
def country(rostered: Country) -> Country:
    return rostered


@pytest.fixture
def rows() -> list[dict[str, Any]]:
    return attendance(SCHOOL, WEEK)


def _errors(country: Country, submission: int) -> list[dict[str, Any]]:
    found = json.loads((country.home.findings / f"{submission}.json").read_text(encoding="utf-8"))
    return [finding for finding in found["findings"] if finding["severity"] == "error"]


def _outcome(submission: int) -> str:
    return str(Verdict.objects.get(submission_id=submission).outcome)


def _part(country: Country, rows: list[dict[str, Any]], name: str, school: str = SCHOOL) -> int:
    return country.submit("attendance", school, WEEK, rows, part=name)


@pytest.mark.parametrize("together", [True, False])
def test_a_row_of_another_part_is_refused_by_receipt_part_and_row(
    country: Country, rows: list[dict[str, Any]], together: bool
) -> None:
    first = _part(country, rows[:12], "5А")
    if not together:
        country.judge()
    second = _part(country, rows[10:20], "5Б")
    third = _part(country, rows[12:20], "5В")
    assert country.judge().set_aside == {}

    assert [_outcome(each) for each in (first, second, third)] == ["accepted", "rejected", "accepted"]
    errors = _errors(country, second)
    assert [(error["code"], error["row"], error["column"]) for error in errors] == [
        ("row_in_other_part", 2, "iin"),
        ("row_in_other_part", 3, "iin"),
    ]
    said = errors[0]["message"]["ru"]
    assert all(fact in said for fact in (f"№ {first}", "«5А»", "строка 12"))
    assert {winner.pk for winner in winners.operational("attendance")} == {first, third}


@pytest.fixture
def unlisted(registered: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Country]:
    """A country that handed in no list of learners yet: it knows nobody."""
    yield from own_copy(registered, tmp_path, monkeypatch)


def test_whom_nobody_knows_yet_is_told_apart_by_the_identifier(
    unlisted: Country, rows: list[dict[str, Any]]
) -> None:
    parts = [("5А", rows[:12]), ("5Б", rows[11:16]), ("5В", rows[16:20])]
    first, second, third = (_part(unlisted, own, name) for name, own in parts)
    assert unlisted.judge().set_aside == {}
    assert [_outcome(each) for each in (first, second, third)] == ["accepted", "rejected", "accepted"]
    assert [(error["code"], error["row"]) for error in _errors(unlisted, second)] == [
        ("row_in_other_part", 2)
    ]


@pytest.mark.parametrize("together", [True, False])
def test_a_row_on_one_of_several_sheets_is_named_with_its_file_and_sheet(
    country: Country, rows: list[dict[str, Any]], together: bool
) -> None:
    """Rows of the same number stand on every sheet: the key tells which is meant."""
    sheets = [
        Sheet(name, [list(rows[0]), *(list(map(str, row.values())) for row in own)])
        for name, own in _by_sheet(rows)
    ]
    first = country.submit_file("attendance", SCHOOL, WEEK, _workbook(sheets), "есеп 5.xlsb", part="5")
    if not together:
        country.judge()
    second = _part(country, [rows[7], rows[13]], "5Б")
    country.judge()

    assert [_outcome(each) for each in (first, second)] == ["accepted", "rejected"]
    said = [error["message"]["ru"] for error in _errors(country, second)]
    facts = ["строка 4 листа «Ә»", "строка 4 листа «Б»"]
    assert [
        all(fact in text for fact in (f"№ {first}", "«есеп 5.xlsb»", own))
        for text, own in zip(said, facts, strict=True)
    ] == [
        True,
        True,
    ]


def _by_sheet(rows: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    return [("А", rows[:5]), ("Ә", rows[5:10]), ("Б", rows[11:16])]


def _workbook(sheets: list[Sheet]) -> bytes:
    with TemporaryDirectory() as folder:
        return write_xlsb(Path(folder) / "a.xlsb", sheets).read_bytes()


def test_what_no_longer_counts_stands_in_nobodys_way(country: Country, rows: list[dict[str, Any]]) -> None:
    first, second = _part(country, rows[:12], "5А"), _part(country, rows[12:20], "5Б")
    country.judge()
    corrected = country.submit("attendance", SCHOOL, WEEK, rows[:5], part="5-a", replace=True)
    taken_over = _part(country, rows[5:12], "5В")
    country.judge()
    assert _outcome(corrected) == "accepted"
    approvals.return_(second, account("inspector"), node(DISTRICT), reason="?", at=NOW)
    again = _part(country, rows[12:20], "5Г")
    country.judge()

    assert [_outcome(each) for each in (first, taken_over, again)] == ["accepted"] * 3


def test_a_rejected_part_keeps_no_row(country: Country, rows: list[dict[str, Any]]) -> None:
    wrong = _part(country, [row | {"lessons_missed": 13} for row in rows[:10]], "5А")
    right = _part(country, rows[:10], "5Б")
    late = _part(country, rows[9:12], "5В")
    country.judge()

    assert [_outcome(each) for each in (wrong, right, late)] == ["rejected", "accepted", "rejected"]


def test_one_part_by_any_name_is_corrected_and_not_doubled(
    country: Country, rows: list[dict[str, Any]]
) -> None:
    numbers = [
        _part(country, rows[: 5 + place], name) for place, name in enumerate(("7А", "7A", "7-а", "7 а"))
    ]
    country.judge()

    assert [_outcome(each) for each in numbers] == ["accepted"] * 4
    [scope] = Scope.objects.filter(form="attendance", node__code=SCHOOL)
    assert scope.part == "7А"
    assert [winner.pk for winner in winners.operational("attendance")] == numbers[-1:]


def test_a_part_that_a_ledger_from_before_has_twice_counts_its_rows_once(
    country: Country, rows: list[dict[str, Any]]
) -> None:
    """Named before a dot was overlooked: what has the rows already is named, and withdrawn makes room."""
    first = _part(country, rows[:5], "7.А")
    country.judge()
    Scope.objects.filter(submissions=first).update(part_key="7.а")
    old = Scope.objects.get(submissions=first)
    Scope.objects.create(
        **{name: getattr(old, name) for name in ("form", "node", "period", "period_kind")},
        **{name: getattr(old, name) for name in ("period_start", "period_end")},
        part="7А",
    )
    second = _part(country, rows[:6], "7.А")
    country.judge()
    assert _outcome(second) == "rejected"
    assert {error["code"] for error in _errors(country, second)} == {"row_in_other_part"}
    assert f"№ {first}," in _errors(country, second)[0]["message"]["ru"]
    once.withdraw(country.home, first, account("teacher"), node(SCHOOL), reason="?", confirmed=True)
    again = _part(country, rows[:7], "7А")
    country.judge()
    assert _outcome(again) == "accepted"


def test_other_schools_weeks_and_forms_have_rows_of_their_own(
    country: Country, rows: list[dict[str, Any]]
) -> None:
    own = _part(country, rows[:5], "5А")
    other = _part(country, attendance(SCHOOLS[1], WEEK)[:5], "5Б", SCHOOLS[1])
    later = country.submit("attendance", SCHOOL, WEEKS[1], attendance(SCHOOL, WEEKS[1])[:5], part="5Б")
    lists = [
        country.submit("learner_roster", SCHOOL, "2026-10", roster(SCHOOL)[place::2], part=name)
        for place, name in enumerate(("1", "2"))
    ]
    country.judge()

    assert {_outcome(each) for each in (own, other, later, *lists)} == {"accepted"}


def test_what_waited_does_not_count_once_another_part_has_its_rows(
    country: Country, rows: list[dict[str, Any]]
) -> None:
    _part(country, rows[:12], "5А")
    country.judge()
    waiting = _part(country, rows[12:16], "5А")
    country.judge()
    other = _part(country, rows[12:20], "5Б")
    country.judge()
    with pytest.raises(once.CountsTwiceError) as refused:
        once.confirm(country.home, waiting, account("inspector"), node(DISTRICT))
    assert refused.value.facts == {"submission": waiting, "one": waiting, "other": other, "rows": 4}
    assert Submission.objects.get(pk=waiting).state == Submission.State.PENDING

    return_(country.home, other, account("inspector"), node(DISTRICT), reason="?")
    once.confirm(country.home, waiting, account("inspector"), node(DISTRICT))
    assert keys_counting_twice(country) == 0


def test_a_predecessor_does_not_count_again_once_another_part_has_its_rows(
    country: Country, rows: list[dict[str, Any]]
) -> None:
    _part(country, rows[:12], "5А")
    country.judge()
    later = country.submit("attendance", SCHOOL, WEEK, rows[:5], part="5А", replace=True)
    country.judge()
    _part(country, rows[5:12], "5Б")
    country.judge()
    with pytest.raises(once.CountsTwiceError):
        return_(country.home, later, account("inspector"), node(DISTRICT), reason="?", confirmed=True)
    with pytest.raises(once.CountsTwiceError):
        once.withdraw(country.home, later, account("clerk"), node(SCHOOL), reason="?", confirmed=True)
    assert keys_counting_twice(country) == 0


def test_a_correction_that_waits_leaves_its_rows_to_what_it_corrects(
    country: Country, rows: list[dict[str, Any]]
) -> None:
    """In one batch as one after the other: what is corrected counts until somebody confirms, and has its rows."""
    before = _part(country, rows[:12], "5А")
    country.judge()
    waiting, other = _part(country, rows[:5], "5А"), _part(country, rows[5:12], "5Б")
    free = _part(country, rows[12:14], "5В")
    country.judge()
    states = [Submission.objects.get(pk=each).state for each in (before, waiting, other, free)]
    assert states == ["accepted", "pending", "rejected", "accepted"]
    assert f"№ {before}," in _errors(country, other)[0]["message"]["ru"]
    assert keys_counting_twice(country) == 0


def test_a_whole_that_waits_is_asked_about_again_when_more_would_go(
    country: Country, rows: list[dict[str, Any]]
) -> None:
    first = _part(country, rows[:10], "5А")
    country.judge()
    whole = country.submit("attendance", SCHOOL, WEEK, rows[10:12])
    country.judge()
    second = _part(country, rows[10:20], "5Б")
    country.judge()
    with pytest.raises(RefusalError) as asked:
        once.confirm(country.home, whole, account("inspector"), node(DISTRICT))
    assert asked.value.code == "would_remove_by_now"
    assert {winner.pk for winner in winners.operational("attendance")} == {first, second}
    assert removals.pending_removal(Submission.objects.get(pk=whole)) == removals.Removal(
        18, 20, (first, second)
    )
    once.confirm(country.home, whole, account("inspector"), node(DISTRICT))
    assert [winner.pk for winner in winners.operational("attendance")] == [whole]


def test_the_same_file_is_taken_once_the_part_that_had_its_rows_went(
    country: Country, rows: list[dict[str, Any]]
) -> None:
    first, second = _part(country, rows[:5], "5А"), _part(country, rows[4:8], "5Б")
    country.judge()
    assert _outcome(second) == "rejected"
    once.withdraw(country.home, first, account("clerk"), node(SCHOOL), reason="?", confirmed=True)
    again = _part(country, rows[4:8], "5Б")
    country.judge()
    assert (again != second, _outcome(again)) == (True, "accepted")


def test_where_a_whole_was_taken_back_for_nothing_its_parts_may_come(
    country: Country, rows: list[dict[str, Any]]
) -> None:
    """What the whole had replaced stays replaced, and to take the statement back asks for the parts that came since."""
    _part(country, rows[:3], "5А")
    country.judge()
    country.submit("attendance", SCHOOL, WEEK, rows)
    country.judge()
    nil = _nil(country, "whole", may_replace=True)
    assert [winner.pk for winner in winners.operational("attendance")] == [nil]
    part = _part(country, rows[:6], "5Б")
    country.judge()
    assert [winner.pk for winner in winners.operational("attendance")] == [nil, part]
    with pytest.raises(removals.ConfirmationNeededError) as asked:
        once.withdraw(country.home, nil, account("clerk"), node(SCHOOL), reason="?")
    assert asked.value.removal.submissions == (part,)


def _nil(country: Country, part: str, *, may_replace: bool) -> int:
    scope = resolve("attendance", SCHOOL, WEEK, part)
    return receive_nil(scope, Handover(NOW, "cli", account("tester"), may_replace=may_replace)).submission_id


def test_a_refused_part_makes_nobody_known(country: Country, rows: list[dict[str, Any]]) -> None:
    import pyarrow as pa

    with Vault(country.home) as vault:
        persons = pa.array([rows[0]["iin"], "999999999999", None, rows[0]["iin"]])
        known = vault.known_keys("iin", persons).to_pylist()
        assert known[0] == vault.person_keys("iin", persons.slice(0, 1)).to_pylist()[0] == known[3]
        assert known[1:3] == [None, None]
        vault.rotate()
        assert vault.known_keys("iin", persons).to_pylist() == known
