"""What awaits a node, all about a receipt, and decisions on many: over a country judged for real."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.home import Home
from tests.ingest.cli.conftest import Call
from tests.warehouse.country import DISTRICT, SCHOOLS, WEEKS, Country, attendance, new_home

CLEAN, ASKED = SCHOOLS


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two weeks of two schools: one school's first week has a query, its second an error."""
    home = new_home(tmp_path_factory.mktemp("judged") / "home")
    country = Country(home)
    country.registers()
    country.rosters()
    country.judge()
    country.submit("attendance", CLEAN, WEEKS[0], attendance(CLEAN, WEEKS[0]))
    asked = attendance(ASKED, WEEKS[0])
    missed = next(row for row in asked if row["lessons_missed"])
    missed["absence_reason"] = ""
    country.submit("attendance", ASKED, WEEKS[0], asked)
    wrong = attendance(ASKED, WEEKS[1])
    wrong[0]["lessons_missed"] = 9
    country.submit("attendance", ASKED, WEEKS[1], wrong)
    country.judge()
    from ingest.ledger.records import Submission
    from warehouse.services.hierarchy.registers import keep_obligations

    keep_obligations(home)
    # The rest of what was handed in needs no decision here.
    Submission.objects.exclude(scope__form="attendance").update(state="approved")
    from django.db import connections

    connections.close_all()
    return home.root


@pytest.fixture
def ask(call: Call, judged: Path, tmp_path: Path) -> Iterator[Any]:
    """`bbaj … --json` over a copy of the country: the exit code and the document."""
    home = tmp_path / "home"
    shutil.copytree(judged, home)

    def run(*words: object) -> tuple[int, Any]:
        said = call(*words, "--json", BBAJ_HOME=str(home), BBAJ_LANG="ru")
        return said.exit_code, json.loads(said.stdout)

    run.home = str(home)  # type: ignore[attr-defined]
    yield run


def receipts(ask: Any) -> dict[tuple[str, str], int]:
    _, found = ask("status", "--form", "attendance")
    return {(row["node"], row["period"]): row["receipt"] for row in found["newest"]}


def test_a_department_sees_what_it_may_approve_the_worst_first(ask: Any) -> None:
    code, box = ask("inbox", "--by", DISTRICT)
    numbers = receipts(ask)
    assert code == 0
    assert [(each["receipt"], each["open_queries"]) for each in box["to_approve"]] == [
        (numbers[ASKED, WEEKS[0]], 1),
        (numbers[CLEAN, WEEKS[0]], 0),
    ]
    assert box["to_correct"] == box["to_explain"] == []
    late = [each["days_late"] for each in box["overdue"]]
    assert late == sorted(late, reverse=True)
    assert (CLEAN, WEEKS[1]) in {(each["node"], each["period"]) for each in box["overdue"]}


def test_a_school_sees_what_came_back_what_is_asked_and_what_is_overdue(ask: Any) -> None:
    numbers = receipts(ask)
    _, box = ask("inbox", "--by", ASKED)
    assert [(each["receipt"], each["state"]) for each in box["to_correct"]] == [
        (numbers[ASKED, WEEKS[1]], "rejected")
    ]
    asked = [each["receipt"] for each in box["to_explain"] if each["form"] == "attendance"]
    assert asked == [numbers[ASKED, WEEKS[0]]]
    assert {each["node"] for each in box["overdue"]} == {ASKED}
    assert box["to_approve"] == []


def test_many_are_approved_and_those_with_open_queries_are_left(ask: Any) -> None:
    numbers = receipts(ask)
    which = ("--by", DISTRICT, "--form", "attendance", "--period", WEEKS[0], "--clean")
    code, done = ask("approve", *which)
    assert code == 0
    assert done["decided"] == [{"receipt": numbers[CLEAN, WEEKS[0]], "state": "approved"}]
    assert (done["left"], done["refused"]) == ([numbers[ASKED, WEEKS[0]]], [])
    ask("answer", numbers[ASKED, WEEKS[0]], "--by", ASKED, "--query", 1, "--explanation", "карантин")
    _, done = ask("approve", *which)
    assert [each["receipt"] for each in done["decided"]] == [numbers[ASKED, WEEKS[0]]]
    _, again = ask("approve", *which)
    assert again == {"decided": [], "refused": [], "left": []}


def test_the_reason_of_a_return_is_shown_to_whoever_it_was_returned_to(ask: Any, call: Call) -> None:
    number = receipts(ask)[CLEAN, WEEKS[0]]
    reason = "5Б\tсыныбы [жоқ]"
    assert ask("return", number, "--by", DISTRICT, "--reason", reason)[0] == 0
    _, box = ask("inbox", "--by", CLEAN)
    assert [(each["receipt"], each["reason"]) for each in box["to_correct"]] == [(number, reason)]
    for words in (("show", number), ("inbox", "--by", CLEAN)):
        assert "5Б сыныбы [жоқ]" in call(*words, BBAJ_HOME=ask.home).stdout


@pytest.mark.parametrize("which", [("--query", 9), ("--code", "never_asked"), ("--query", 1, "--query", 7)])
def test_an_answer_to_what_was_never_asked_is_told_so(ask: Any, which: tuple[Any, ...]) -> None:
    number = receipts(ask)[ASKED, WEEKS[0]]
    code, said = ask("answer", number, "--by", ASKED, *which, "--explanation", "карантин")
    assert (code, said["error"]["code"]) == (64, "no_such_query")
    assert not any(query["explanation"] for query in ask("queries", number)[1]["queries"])


def test_all_about_a_receipt_stands_in_one_document(ask: Any, call: Call) -> None:
    number = receipts(ask)[ASKED, WEEKS[0]]
    ask("answer", number, "--by", ASKED, "--query", 1, "--explanation", "карантин")
    ask("return", number, "--by", DISTRICT, "--reason", "Толық емес")
    code, shown = ask("show", number)
    assert code == 0
    assert (shown["receipt"], shown["node"], shown["state"]) == (number, ASKED, "returned")
    assert shown["verdict"]["outcome"] == "accepted"
    assert [query["explanation"] for query in shown["queries"]] == ["карантин"]
    kinds = [event["kind"] for event in shown["events"]]
    assert kinds == ["received", "accepted", "explained", "returned"]
    assert shown["events"][-1]["reason"] == "Толық емес" and shown["events"][-1]["by"] == DISTRICT
    page = call("show", number, BBAJ_HOME=ask.home, BBAJ_LANG="kk").stdout
    for said in ("Файл қабылданды.", "карантин", "Толық емес", "пысықтауға қайтарылды"):
        assert said in page
    assert ask("show", 999)[0] == 64


def test_each_refusal_is_told_and_the_others_are_decided(ask: Any) -> None:
    numbers = receipts(ask)
    code, done = ask("approve", 999, numbers[CLEAN, WEEKS[0]], numbers[ASKED, WEEKS[1]], "--by", DISTRICT)
    assert code == 1
    assert [each["receipt"] for each in done["decided"]] == [numbers[CLEAN, WEEKS[0]]]
    assert [(each["receipt"], each["code"]) for each in done["refused"]] == [
        (999, "no_submission"),
        (numbers[ASKED, WEEKS[1]], "refused_wrong_state"),
    ]
    assert ask("approve", 999, "--by", DISTRICT)[0] == 64


@pytest.mark.parametrize(
    "words, code",
    [
        (["approve", "--by", DISTRICT], "which_reports"),
        (["approve", 1, "--by", DISTRICT, "--form", "attendance"], "receipts_or_reports"),
        (["approve", "--by", DISTRICT, "--form", "atendance"], "no_form"),
        (["approve", "--by", DISTRICT, "--form", "attendance", "--period", "36"], "bad_period"),
        (["approve", "--by", "000000001", "--clean"], "no_node"),
        (["return", 1, "--by", DISTRICT, "--reason", " "], "refused_no_reason"),
        (["inbox", "--by", "000000001"], "no_node"),
        (["status", "--period", "36"], "bad_period"),
    ],
)
def test_what_is_asked_wrongly_changes_nothing(ask: Any, words: list[Any], code: str) -> None:
    exit_code, said = ask(*words)
    assert (exit_code, said["error"]["code"]) == (64, code)


def test_the_late_are_listed_alone_and_plainly(ask: Any, call: Call) -> None:
    _, found = ask("status", "--form", "attendance", "--period", WEEKS[1], "--late")
    assert [(each["node"], each["period"]) for each in found["missing"]] == [
        (school, WEEKS[1]) for school in SCHOOLS
    ]
    words = ("status", "--form", "attendance", "--period", WEEKS[1], "--late")
    piped = call(*words, BBAJ_HOME=ask.home, COLUMNS="20").stdout
    rows = [line.split("\t") for line in piped.splitlines()]
    assert [row[1] for row in rows] == list(SCHOOLS)
    assert {len(row) for row in rows} == {6}


def test_nobody_decides_on_what_is_not_below(ask: Any) -> None:
    _, box = ask("inbox", "--by", "110000000")
    # An oblast approves no attendance: the contract names the district.
    assert [each["form"] for each in box["to_approve"]] == []
    code, _ = ask("approve", receipts(ask)[CLEAN, WEEKS[0]], "--by", "110000000")
    assert code == 64


def test_a_node_nobody_knows_is_told_before_a_file_is_read(
    ask: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With how its code is found: by the name, or by the nearest code."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the file was read")

    monkeypatch.setattr("warehouse.services.submitters.checking.check_apart", never)
    file = tmp_path / "week.csv"
    file.write_text("x\n", encoding="utf-8")
    wrong = f"{DISTRICT[:-1]}9"
    code, said = ask("check", file, "--form", "attendance", "--node", wrong)
    assert (code, said["error"]["code"]) == (64, "no_node")
    assert f"Возможно, {DISTRICT} — " in said["error"]["message"]
    name = said["error"]["message"].partition(f"{DISTRICT} — ")[2].split()[0]
    _, said = ask("status", "--node", name.casefold())
    assert f"{DISTRICT} — {name}" in said["error"]["message"]


def test_what_waits_for_its_effect_names_who_approves_it(ask: Any) -> None:
    from ingest.ledger.decisions.approvals import approver_of
    from ingest.ledger.records import Submission
    from ingest.ledger.store.reading import read_steadily
    from ingest.schema.forms.load import contract

    def approvers() -> set[tuple[str, str]]:
        found = Submission.objects.select_related("scope__node__parent__parent__parent")
        return {(each.scope.form, approver_of(each.scope).kind) for each in found}

    told = read_steadily(Home(Path(ask.home)), approvers)
    assert told
    assert all(kind in contract(form).approved_by for form, kind in told)


def test_a_nil_return_beside_parts_is_told_to_all_whom_it_concerns(ask: Any) -> None:
    from datetime import UTC, datetime

    from ingest.ledger.accounts import account
    from ingest.ledger.nodes import node
    from ingest.ledger.receipts import submissions
    from ingest.schema.values.period import Period

    code, nil = ask("nil", "--form", "current_marks", "--node", CLEAN, "--period", "2026-09")
    assert code == 0
    at = datetime(2026, 10, 2, tzinfo=UTC)
    scope = submissions.scope_of("current_marks", node(CLEAN), Period.parse("month", "2026-09"), "7А")
    handover = submissions.Handover(at, "cli", account("operator"))
    part = submissions.record_receipt(scope, ("a" * 64, 9), handover).submission
    submissions.record_verdict(
        part.pk, submissions.Judgement("accepted", 1, rows_in=5, rows_accepted=5, batch_id="b"), at
    )
    [told] = ask("status", "--node", CLEAN)[1]["contradictions"]
    assert (told["code"], told["receipts"]) == ("nil_beside_parts", [nil["receipt"], part.pk])
    assert ask("status", "--node", ASKED)[1]["contradictions"] == []
    assert ask("inbox", "--by", CLEAN)[1]["contradictions"] == [told]
