"""Whether a build is due is asked every minute: the answer is the true one after any acts, and costs nothing where none
came, however long the ledger is."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

import ingest.ledger
from ingest.home import Home
from ingest.ledger.accounts import account
from ingest.ledger.decisions import approvals
from ingest.ledger.nodes import node
from ingest.ledger.records import Obligation, Submission, SubmissionEvent
from tests.warehouse.country import DISTRICT, NOW, SCHOOLS, Country
from tests.warehouse.one_table import run_one_table
from tests.warehouse.services.doings import Doings, set_clock
from warehouse.services import building
from warehouse.services.building import is_due
from warehouse.services.hierarchy.registers import keep_obligations
from warehouse.services.upkeep.installation import adopt
from warehouse.storage.builds import build as builds


@pytest.fixture
def modelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds are of one table: dbt is not what is looked at."""
    monkeypatch.setattr(builds.Dbt, "run", run_one_table)


def test_what_is_noted_never_says_else_than_the_ledger(reporting: Country, modelled: None) -> None:
    doings = Doings(reporting.home, random.Random(3))
    said = []
    for _ in range(20):
        done = doings.act()
        home = doings.home
        due = is_due(home)
        assert due == builds.is_due(home), (done, said)
        assert due == is_due(home), "asked again"
        changed = keep_obligations(home)
        assert not +changed, (changed, done, said)
        said.append((done, due))
        if due and doings.chance.random() < 0.6:
            building.build(home)
            assert not is_due(home), (done, said)
    assert {due for _, due in said} == {True, False}, "both were met"


def _not_asked(*_: Any) -> bool:
    raise AssertionError("the ledger was read though nothing came")


def test_where_nothing_came_the_ledger_is_not_read(
    reporting: Country, modelled: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = reporting.home
    building.build(home)
    assert not is_due(home)
    with monkeypatch.context() as patch:
        for name in ("counting", "write_inputs"):
            patch.setattr(builds, name, _not_asked)
        patch.setattr(building, "bring_up", _not_asked)
        assert not is_due(home)
        found = Submission.objects.filter(scope__node__code=SCHOOLS[1], state="accepted").first()
        assert found is not None
        approvals.approve(found.pk, account("inspector"), node(DISTRICT), at=home.now())
        with pytest.raises(AssertionError, match="nothing came"):
            is_due(home)
    assert is_due(home)
    home.builds.joinpath(".current.json").write_text("[3]", encoding="utf-8")
    assert is_due(home), "a damaged note is none"


def test_an_act_written_down_after_a_later_one_is_noticed(reporting: Country, modelled: None) -> None:
    """On a server one transaction may get its number first and end last."""
    home = reporting.home
    found = Submission.objects.filter(scope__node__code=SCHOOLS[1], state="accepted").first()
    assert found is not None
    last = SubmissionEvent.objects.order_by("-pk")[0]
    common = {"submission": found, "actor": last.actor, "channel": "cli", "at": home.now()}
    late = last.pk + 1
    SubmissionEvent.objects.create(pk=late + 1, kind="duplicate", **common)
    building.build(home)
    assert not is_due(home)
    SubmissionEvent.objects.create(pk=late, kind="duplicate", **common)
    assert is_due(home)


def test_a_build_of_which_nothing_is_left_is_due_again(reporting: Country, modelled: None) -> None:
    home = reporting.home
    built = building.build(home).build_id
    assert not is_due(home)
    (home.builds / str(built) / "inputs.sha256").unlink()
    assert is_due(home)


def _copy(ledger: Path, to: Path) -> None:
    """With what lies in SQLite's log beside it, into a file of which nothing stays."""
    with closing(sqlite3.connect(ledger)) as found, closing(sqlite3.connect(to)) as other:
        found.backup(other)


def test_an_older_ledger_that_is_adopted_is_brought_up_again(
    reporting: Country, modelled: None, tmp_path: Path
) -> None:
    """What was noted is of the ledger that was there before: days have passed that this one has not seen."""
    root, kept, asked = reporting.home.root, tmp_path / "kept.sqlite3", Obligation.objects.count()
    _copy(reporting.home.ledger, kept)
    set_clock(reporting.home, NOW + timedelta(days=30))
    home = Home(root)
    ingest.ledger.setup(home)
    building.build(home)
    assert Obligation.objects.count() > asked
    connections.close_all()
    _copy(kept, home.ledger)
    ingest.ledger.setup(home)
    assert Obligation.objects.count() == asked
    adopt(home, "tester", "put back")
    building.build(home)
    changed = keep_obligations(home)
    assert not +changed, changed
