"""Waiting, asking, and beginning anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.demo.play.scenario import StoppedError, is_judged, nothing_built, nudge, prepare, wait_until
from ingest.demo.world.country import Country
from ingest.home import Home


def test_waiting_ends_when_it_is_so() -> None:
    answers = iter([False, False, True])
    wait_until(lambda: next(answers), "three times", timeout=60, pause=0)


def test_waiting_in_vain_says_for_what() -> None:
    with pytest.raises(StoppedError, match="the bus"):
        wait_until(lambda: False, "the bus", timeout=0, pause=0)


def test_a_scheduler_that_does_not_answer_stops_nothing() -> None:
    class Deaf:
        def trigger(self, dag_id: str) -> None:
            raise TimeoutError(dag_id)

        pause = resume = trigger

    nudge(Deaf())


def test_nothing_is_built_between_and_a_busy_scheduler_is_asked_again() -> None:
    class Busy:
        """It answers every second time, and forgets what it did not answer."""

        asked, is_paused = 0, False

        def _answer(self) -> None:
            self.asked += 1
            if self.asked % 2:
                raise TimeoutError

        def trigger(self, dag_id: str) -> None:
            raise AssertionError(dag_id)

        def pause(self, dag_id: str) -> None:
            self._answer()
            self.is_paused = dag_id == "build"

        def resume(self, dag_id: str) -> None:
            self._answer()
            self.is_paused = dag_id != "build"

    busy = Busy()
    with nothing_built(busy, timeout=60):
        assert busy.is_paused
    assert busy.asked == 3, "whoever waits for the publication asks once more"


def test_a_demo_home_may_be_prepared_again_and_begins_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BBAJ_LEDGER_URL", raising=False)
    country = Country(size=20)
    prepare(Home(tmp_path), country)
    home = Home(tmp_path)
    (home.drop / "KZ").mkdir()
    (home.drop / "KZ" / "file.csv").touch()
    assert not is_judged(home)
    (home.superset / "kept").mkdir(parents=True)
    prepare(home, country)
    assert is_judged(home)
    assert (home.superset / "kept").exists()


def test_a_demonstration_may_begin_anew_in_its_own_home(tmp_path: Path) -> None:
    from django.db import connections

    from warehouse.storage.identity import recognise

    home = Home(tmp_path / "home")
    country = Country(size=2, learners_per_organisation=2)
    prepare(home, country)
    first = recognise(home)
    prepare(home, country)
    assert recognise(home) != first
    connections.close_all()
