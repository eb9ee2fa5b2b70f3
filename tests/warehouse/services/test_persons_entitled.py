"""Nobody is told of a person, corrects or erases but who was named by a recorded act; every use is written down."""

from __future__ import annotations

import getpass
import json
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ingest.ledger
from ingest.cli.session import operator, operator_name
from ingest.ledger.persons.officers import dismiss_officer, is_officer, name_officer, officers
from ingest.ledger.records import InstallationEvent, Submission
from tests.warehouse.country import DISTRICT, SCHOOLS, Country, learners_of
from tests.warehouse.services.test_persons_told import call

MINE = learners_of(SCHOOLS[0])[2]
NOW = datetime(2026, 10, 2, tzinfo=UTC)
ME = getpass.getuser()


def commands() -> dict[str, tuple[object, ...]]:
    receipt = Submission.objects.filter(scope__form="learner_roster", scope__node__code=SCHOOLS[0]).first()
    assert receipt is not None
    return {
        "find": ("person", "find"),
        "correct": ("person", "correct", "--receipt", receipt.pk, "--column", "birth_date", "--by", DISTRICT),
        "erase": ("person", "erase", "--dry-run"),
    }


def events(kind: str) -> list[InstallationEvent]:
    return list(InstallationEvent.objects.filter(kind=kind).order_by("pk"))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_who_was_not_named_is_told_nothing_and_that_is_written_down(rostered: Country, language: str) -> None:
    home = rostered.home
    assert call(home, "person", "officer", ME, "--reason", "№ 4", "--dismiss").exit_code == 0
    for name, words in commands().items():
        refused = call(home, *words, "--reason", f"№ 14 {name}", given=MINE.iin, language=language)
        assert refused.exit_code == 64, name
        assert ME in refused.stderr and "person-officer" in refused.stderr
        assert MINE.last_name not in refused.stdout + refused.stderr
    tried = events("person_refused")
    assert [each.details["reason"] for each in tried] == [f"№ 14 {name}" for name in commands()]
    assert MINE.iin not in json.dumps([each.details for each in tried])
    assert not events("person_shown")
    assert call(home, *commands()["find"], given=MINE.iin).exit_code == 64  # without a reason as before


def test_every_use_is_written_down_with_its_reason_and_what_it_was_for(rostered: Country) -> None:
    home = rostered.home
    for name, words in commands().items():
        assert call(home, *words, "--reason", f"№ 14 {name}", given=MINE.iin).exit_code == 0, name
    ingest.ledger.setup(home)
    assert call(home, "person", "correct", "--receipt", 1, "--column", "x", "--by", DISTRICT, "--reason", "№ 15",
                given=MINE.iin).exit_code == 64  # fmt: skip
    assert call(home, "person", "erase", "--dry-run", "--reason", "№ 16", given="150101100016").exit_code == 0
    shown = [(each.details["purpose"], each.details["reason"]) for each in events("person_shown")]
    assert shown == [(name, f"№ 14 {name}") for name in commands()] + [("correct", "№ 15"), ("erase", "№ 16")]
    assert {each.actor.username for each in events("person_shown")} == {operator_name()}


def test_naming_and_dismissing_are_acts_with_a_reason(
    rostered: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = rostered.home
    named = call(home, "person", "officer", "aigul", "--reason", "приказ № 3", "--json")
    assert sorted(json.loads(named.stdout)["officers"]) == sorted([ME, "aigul"])
    act = events("person_officer_named")[-1]
    assert (act.pk, act.actor.username) == (json.loads(named.stdout)["act"], operator_name())
    assert act.details == {"account": "cli:aigul", "reason": "приказ № 3"}
    for wrong in (("aigul", "--reason", " "), (" ", "--reason", "x"), ("a b", "--reason", "x"),
                  ("nobody", "--reason", "x", "--dismiss")):  # fmt: skip
        assert call(home, "person", "officer", *wrong).exit_code == 64, wrong
    # Who became the service user by sudo is known by the own name.
    assert call(home, "person", "officer", ME, "--reason", "№ 4", "--dismiss").exit_code == 0
    assert call(home, *commands()["find"], "--reason", "№ 5", given=MINE.iin).exit_code == 64
    monkeypatch.setenv("SUDO_USER", "aigul")
    assert call(home, *commands()["find"], "--reason", "№ 5", given=MINE.iin).exit_code == 0
    assert events("person_shown")[-1].actor.username == "cli:aigul"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.tuples(st.booleans(), st.sampled_from(["a", "b", "ә"])), max_size=12))
def test_the_last_act_decides(rostered: Country, acts: list[tuple[bool, str]]) -> None:
    before = {each.details["account"] for each in officers()}
    expected = {name: name in before for name in ("a", "b", "ә")}
    for names, account in acts:
        (name_officer if names else dismiss_officer)(account, operator(), "x", NOW)
        expected[account] = names
    assert {name: is_officer(name) for name in expected} == expected
