"""What a publication said is made again, to the last row, from the ledger as it stood and the originals; where the law
took a person away the difference is told."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import ingest.ledger
from ingest.cli import app
from ingest.home import Home
from ingest.ledger.decisions.manifest import counting
from ingest.ledger.records import Build, Publication, Submission, SubmissionEvent
from ingest.ledger.store.copying import copy_into
from ingest.ledger.store.rewind import states_by_acts, take_back
from tests.ingest.ledger.conftest import server
from tests.ingest.ledger.databases import create_database, drop_database, url_of
from tests.warehouse.copies import copied
from tests.warehouse.country import SCHOOLS, learners_of
from tests.warehouse.trust.conftest import Editions
from warehouse.services.as_of import rebuilt, trial
from warehouse.services.as_of.rebuilt import AsOf, moment_of, rebuild_as_of
from warehouse.services.trust.difference import difference
from warehouse.services.upkeep.ledger_move import move_ledger
from warehouse.storage.shown.publish import shown_number

__all__ = ["server"]

Kind, State = SubmissionEvent.Kind, Submission.State


@pytest.fixture
def home(editions: Editions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A copy of the country that was published twice, its rebuilds in this process, where dbt is loaded already."""
    from django.db import connections

    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    found = copied(editions.home.root, tmp_path / "home").home

    def here(home: Home, room: Path, at: datetime) -> dict[str, Any]:
        try:
            return trial.build_in(room / "home", home.lake, at)
        finally:
            connections.close_all()
            ingest.ledger.setup(home)

    monkeypatch.setattr(rebuilt, "_tried", here)
    yield found
    connections.close_all()


def of(home: Home, number: int) -> AsOf:
    at = moment_of(number)
    assert at is not None
    return rebuild_as_of(home, at, number)


def test_acts_say_what_state_each_submission_is_in(editions: Editions) -> None:
    ingest.ledger.setup(editions.home)
    recorded = Submission.objects.values_list("pk", "state", "approved_at")
    assert states_by_acts() == {number: (state, at) for number, state, at in recorded}


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ([Kind.RECEIVED], State.RECEIVED),
        ([Kind.RECEIVED, Kind.WITHDRAWN, Kind.ACCEPTED], State.WITHDRAWN),
        ([Kind.RECEIVED, Kind.ACCEPTED, Kind.PENDING], State.PENDING),
        ([Kind.RECEIVED, Kind.ACCEPTED, Kind.PENDING, Kind.CONFIRMED], State.ACCEPTED),
        ([Kind.RECEIVED, Kind.SET_ASIDE], State.SET_ASIDE),
        ([Kind.RECEIVED, Kind.SET_ASIDE, Kind.RETRIED, Kind.REJECTED], State.REJECTED),
        ([Kind.RECEIVED, Kind.ACCEPTED, Kind.APPROVED, Kind.EXPLAINED, Kind.HELD_BACK], State.APPROVED),
        ([Kind.RECEIVED, Kind.ACCEPTED, Kind.APPROVED, Kind.RETURNED], State.RETURNED),
        ([Kind.RECEIVED, Kind.UNREADABLE, Kind.DUPLICATE], State.UNREADABLE),
    ],
)
def test_a_state_follows_from_acts_in_their_order(kinds: list[str], state: str) -> None:
    at = datetime(2026, 9, 1, tzinfo=UTC)
    acts = [(7, str(kind), at + timedelta(days=place)) for place, kind in enumerate(kinds)]
    found, approved_at = states_by_acts(acts)[7]
    assert found == state
    assert (approved_at is not None) == (state == State.APPROVED)


@pytest.mark.parametrize("number", [1, 2])
def test_the_ledger_taken_back_counts_what_each_publication_was_made_of(
    editions: Editions, tmp_path: Path, number: int
) -> None:
    from django.db import connections

    ingest.ledger.setup(editions.home)
    made = Publication.objects.select_related("build").get(pk=number).build
    copy = Home(tmp_path / "copy")
    copy.create()
    copy_into(editions.home, copy.ledger)
    ingest.ledger.setup(copy)
    take_back(made.started_at)
    assert counting().fingerprint == made.manifest_sha256
    take_back(made.started_at - timedelta(days=30))
    assert len(counting()) == 0 and not Submission.objects.exists()
    connections.close_all()


def test_each_publication_is_made_again_with_the_same_content_and_nothing_is_shown(home: Home) -> None:
    builds, before = Build.objects.count(), shown_number(home)
    # The rows of what was withdrawn since are landed again from the original.
    shutil.rmtree(home.lake / "attendance" / "period=2026-W39")
    first = of(home, 1)
    assert (first.same_list, first.same_content, first.differing) == (True, True, ())
    assert first.landed_again > 0
    second = of(home, 2)
    assert (second.same_list, second.same_content) == (True, True)
    assert (Build.objects.count(), shown_number(home)) == (builds, before)
    compared = difference(home, "1", first.label)
    assert (compared.figures, compared.reports) == (0, {})
    moved = difference(home, first.label, "as-of")  # the newest, which is that of the second
    assert moved.figures == difference(home, "1", "2").figures > 0
    assert not list(home.builds.glob(".as-of-*"))


def test_a_publication_is_made_again_from_a_ledger_on_a_server(home: Home, server: str) -> None:
    from django.db import connection, connections

    received = Submission.objects.count()
    name = create_database(server)
    try:
        move_ledger(home, url_of(server, name))
        moved = Home(home.root)
        ingest.ledger.setup(moved)
        found = of(moved, 1)
        assert (found.same_list, found.same_content, found.differing) == (True, True, ())
        # It is the copy that was taken back: the ledger on the server has what was received since.
        assert (connection.vendor, Submission.objects.count()) == ("postgresql", received)
        assert found.submissions < received
    finally:
        connections.close_all()
        drop_database(server, name)


def test_who_was_erased_since_stays_erased_and_that_is_told(home: Home) -> None:
    person = learners_of(SCHOOLS[0])[2]
    words = ["person", "erase", "-", "--reason", "№ 5", "--yes"]
    said = CliRunner().invoke(
        app, words, env={"BBAJ_HOME": str(home.root), "BBAJ_LANG": "en"}, input=person.iin
    )
    assert said.exit_code == 0, said.output
    ingest.ledger.setup(home)
    found = of(home, 1)
    assert found.same_content is False and "erased" in found.reasons and found.erased == 1
    assert person.iin.encode() not in b"".join(
        file.read_bytes() for file in (home.builds / found.label).iterdir() if file.is_file()
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("yesterday", "as_of_bad_moment"),
        ("99", "publication_not_kept"),
        ("2999-01-01", "as_of_to_come"),
        ("", "as_of_bad_moment"),
    ],
)
def test_a_moment_that_cannot_be_is_said(home: Home, said: str, code: str) -> None:
    root = str(home.root)
    told = CliRunner().invoke(app, ["rebuild", "--as-of", said, "--json"], env={"BBAJ_HOME": root})
    assert told.exit_code == 64 and json.loads(told.stdout)["error"]["code"] == code


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_what_was_made_is_told_in_every_language(
    home: Home, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    at = datetime(2026, 9, 29, 5, tzinfo=UTC)
    reasons = ("erased", "model", "keys", "unknown_model", "list")
    made = AsOf("as-of-20260929T050000Z", at, 10, 2, (), 1, False, False, ("fct_attendance",), 30, reasons, 1)
    monkeypatch.setattr(rebuilt, "rebuild_as_of", lambda home, moment, number: made)
    root = str(home.root)
    told = CliRunner().invoke(
        app, ["rebuild", "--as-of", "29.09.2026 10:00", "--lang", language], env={"BBAJ_HOME": root}
    )
    assert told.exit_code == 0, told.output
    assert "as-of-20260929T050000Z" in told.stdout and "fct_attendance" in told.stdout
    assert len(told.stdout.splitlines()) == 3 + len(reasons) + 1
