"""Named faults that no other test does: what is sent ends half way, two send one form at once, one of many days fails,
a service is away."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.home import SETTINGS_FILE, Home
from ingest.ledger.decisions import winners
from ingest.ledger.records import Submission, SubmissionEvent
from ingest.receive.store import RawStore
from ingest.serve import free_port
from tests.warehouse.country import NOW, SCHOOLS, WEEKS, Country, attendance, csv_of
from tests.warehouse.services.health.test_alerts import health
from tests.warehouse.services.test_intake import lake_content
from warehouse.services.health import alerts
from warehouse.services.health.alerts import tell_changes
from warehouse.services.health.gauges import GAUGES
from warehouse.services.health.look import look_at
from warehouse.services.tasks import clockwork

_MANY = [f"2026-W{week}" for week in (37, 38, 39)]
_AT_ONCE = 6


@pytest.fixture
def told(tmp_path: Path) -> tuple[Home, Path]:
    """A home whose alerts go to a program that keeps them, each on a line."""
    home, kept = Home(tmp_path / "home"), tmp_path / "kept"
    home.root.mkdir()
    program = tmp_path / "tell"
    program.write_text(f"#!/bin/sh\n(cat; echo) >> {kept}\n", encoding="utf-8")
    program.chmod(0o700)
    (home.root / SETTINGS_FILE).write_text(f'alert_command = ["{program}"]\n', encoding="utf-8")
    return home, kept


@pytest.mark.skipif(sys.platform != "linux", reason="the clockwork runs on Linux")
def test_what_was_sent_when_the_process_ended_is_sent_again_under_its_number(
    told: tuple[Home, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, kept = told
    tell_changes(home, health(memory="attention"))
    for _ in range(2):  # sent, and nobody could write that down
        child = os.fork()
        if child == 0:
            alerts._remember = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
            tell_changes(home, health(memory="broken"))
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    tell_changes(home, health(memory="broken"))
    tell_changes(home, health(memory="broken"))
    tell_changes(home, health(memory="well"))
    tell_changes(home, health(memory="broken"))
    said = [json.loads(line) for line in kept.read_text(encoding="utf-8").splitlines()]
    assert [each["number"] for each in said] == [1, 2, 2, 2, 3, 4]
    assert [each["state"] for each in said] == ["attention", "broken", "broken", "broken", "well", "broken"]
    assert [each["changes"] for each in said[1:4]] == [said[1]["changes"]] * 3


def test_two_who_send_one_form_at_once_are_both_kept_and_one_counts(rostered: Country) -> None:
    """Different bytes from each of several people, at the same moment, through doors of their own."""
    from django.db import connections

    ready, numbers, failed = threading.Barrier(_AT_ONCE), [], []

    def send(who: int) -> None:
        try:
            ready.wait(60)
            rows = attendance(SCHOOLS[0], WEEKS[0], missed=who % 6 + 1)
            numbers.append((rostered.submit("attendance", SCHOOLS[0], WEEKS[0], rows), who))
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    senders = [threading.Thread(target=send, args=(who,)) for who in range(_AT_ONCE)]
    for each in senders:
        each.start()
    for each in senders:
        each.join()
    assert failed == []
    assert len({number for number, _ in numbers}) == _AT_ONCE
    store = RawStore(rostered.home)
    for number, who in numbers:
        received = Submission.objects.get(pk=number)
        content = store.path(received.raw_file_id or "").read_bytes()
        assert content == csv_of(attendance(SCHOOLS[0], WEEKS[0], missed=who % 6 + 1))
    rostered.judge()
    [counts] = winners.operational("attendance")
    assert counts.pk == max(number for number, _ in numbers)
    events = SubmissionEvent.objects.filter(submission__in=[number for number, _ in numbers])
    assert events.filter(kind="received").count() == events.filter(kind="accepted").count() == _AT_ONCE


def test_where_one_of_many_days_fails_the_others_are_done_and_the_whole_is_made_good(
    rostered: Country, monkeypatch: pytest.MonkeyPatch, forked: None
) -> None:
    """Weeks handed in long after, and again after one of them could not be landed: all is there in the end."""
    sent = [
        rostered.submit("attendance", school, week, attendance(school, week))
        for week in _MANY
        for school in SCHOOLS
    ]
    from warehouse.services.verdicts import batch as intake_batch

    land = intake_batch.land

    def fails(con: Any, contract: Any, accepted: Any, *rest: Any) -> Any:
        if any(each.submission_id == sent[2] for each in accepted):
            raise RuntimeError
        return land(con, contract, accepted, *rest)

    with monkeypatch.context() as patch:
        patch.setattr(intake_batch, "land", fails)
        report = rostered.judge()
        _end_process_apart()
    assert report.set_aside == {sent[2]: "RuntimeError"}
    assert {each.pk for each in winners.operational("attendance")} == {*sent} - {sent[2]}
    some = lake_content(rostered.home)
    from ingest.ledger.accounts import account
    from ingest.ledger.receipts import aside

    assert aside.retry(sent[2], account("administrator"), None, at=NOW)
    assert rostered.judge().accepted == 1
    whole = lake_content(rostered.home)
    assert len(whole) - len(some) == len(attendance(SCHOOLS[0], _MANY[1]))
    for week in _MANY:  # the same days once more, beside what runs daily
        for school in SCHOOLS:
            rostered.submit("attendance", school, week, attendance(school, week))
    assert rostered.judge().judged == 0
    assert lake_content(rostered.home) == whole


@pytest.mark.parametrize("away", ["airflow", "superset"])
def test_a_service_that_is_away_is_told_and_files_go_their_way(
    rostered: Country, monkeypatch: pytest.MonkeyPatch, away: str
) -> None:
    home = rostered.home
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    monkeypatch.setenv({"airflow": "AIRFLOW_PORT", "superset": "BBAJ_SUPERSET_PORT"}[away], str(free_port()))
    [gauge] = [each for each in GAUGES if each.name == away]
    assert [each.state for _, each in look_at(home, [gauge]).measured] == ["broken"]
    place = home.drop / SCHOOLS[0] / "attendance" / WEEKS[0] / "a.csv"
    place.parent.mkdir(parents=True)
    place.write_bytes(csv_of(attendance(SCHOOLS[0], WEEKS[0])))
    old = (NOW - timedelta(hours=1)).timestamp()
    os.utime(place, (old, old))
    import ingest.ledger

    ingest.ledger.setup(home)
    assert clockwork.receive_drop() == 1
    assert clockwork.judge_waiting() == {"accepted": 1, "rows": 30}
    assert not place.exists()


def _end_process_apart() -> None:
    from warehouse.services.apart import parent

    parent._worker.close()
