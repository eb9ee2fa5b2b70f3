"""Whatever single task fails for good, whatever event is lost: the next minutes bring everything forward by themselves;
and what fails again and again is not begun every minute."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ingest.home import Home
from ingest.ledger import publications
from ingest.ledger.accounts import account
from ingest.ledger.decisions import approvals
from ingest.ledger.decisions.manifest import counting
from ingest.ledger.nodes import node
from ingest.ledger.receipts import waiting
from ingest.ledger.records import Build, Submission
from tests import walks
from tests.dags.test_dags import EXPECTED
from tests.faults.minutes import Clockwork, skip
from tests.warehouse.country import DISTRICT, NOW, SCHOOLS, Country, attendance, csv_of
from tests.warehouse.one_table import run_one_table
from warehouse.services import building, troubles
from warehouse.services.building import is_due
from warehouse.services.hierarchy.registers import keep_obligations
from warehouse.services.tasks import clockwork, deferral, pause
from warehouse.services.tasks.publishing import is_left_unpublished
from warehouse.services.verify import weekly
from warehouse.services.verify.look import DamageFoundError
from warehouse.storage.builds import build as builds
from warehouse.storage.builds.culprits import Failed
from warehouse.storage.builds.inputs import pinned_to
from warehouse.storage.shown import publish as publishing
from warehouse.storage.shown.publish import shown_number

pytestmark = pytest.mark.usefixtures("forked")
OF_THE_WAY = ("collect", "judge", "build", "publish")
TASKS = [task for dag in OF_THE_WAY for task in EXPECTED[dag]["tasks"] if task != "tell_of_faults"]
EVENTS = sorted(
    {event for dag in OF_THE_WAY for event in EXPECTED[dag]["schedule"] if event.startswith("bbaj:")}
)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], datetime]:
    """The true time, which stands still until it is moved on."""
    moment = [datetime(2026, 9, 29, 5, tzinfo=UTC)]

    def move(by: timedelta) -> datetime:
        moment[0] += by
        return moment[0]

    monkeypatch.setattr(troubles, "_now", lambda: str(moment[0].isoformat()))
    for each in (pause, deferral):
        monkeypatch.setattr(each, "_now", lambda: moment[0])
    return move


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A model of one table, in place of dbt; `fails`: whether it does, at no submission's fault; `meanwhile`: what is
    done, once, while it works."""
    state: dict[str, Any] = {"fails": False, "meanwhile": None}

    def run(dbt: builds.Dbt, folder: Path, build_id: int, only: Sequence[str] = ()) -> list[Failed]:
        if state["fails"]:
            return [Failed("fct_attendance", True, "Conversion Error: out of range")]
        if meanwhile := state["meanwhile"]:
            state["meanwhile"] = None
            meanwhile()
        return run_one_table(dbt, folder, build_id)

    monkeypatch.setattr(builds.Dbt, "run", run)
    monkeypatch.setattr(builds, "forms_behind", lambda names, target: set())
    return state


def _pinned(home: Home, build_id: int) -> set[int]:
    """The submissions a build is made of."""
    found = pinned_to(home.builds / str(build_id) / "inputs")
    assert found is not None
    return found.submissions


@pytest.fixture
def lively(
    filled: Country,
    model: dict[str, Any],
    now: Callable[[timedelta], datetime],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[Country, Clockwork]]:
    """A country with a first publication, whose clockwork goes."""
    home = filled.home
    monkeypatch.setenv("BBAJ_HOME", str(home.root))
    monkeypatch.setattr(clockwork, "_home", lambda: home)
    monkeypatch.setattr(clockwork, "_nothing_to_do", skip)
    work = Clockwork()
    work.minutes(2)
    assert _brought_forward(home) == []
    yield filled, work


def _brought_forward(home: Home) -> list[str]:
    """What is still to be done, in words; nothing when all is."""
    left = []
    if waiting.by_form():
        left.append("files wait for their verdict")
    if any(file.is_file() for file in home.drop.glob("[!.]*/**/*")):
        left.append("files lie in the drop folder")
    shown = publications.current()
    if shown is None or shown.build.manifest_sha256 != counting().fingerprint:
        left.append("what counts is not shown")
    elif shown_number(home) != shown.number:
        left.append("readers find another publication")
    if is_due(home) or is_left_unpublished(home):
        left.append("something is due")
    if any(keep_obligations(home).values()):
        left.append("obligations were behind")
    return left


def _hand_in(country: Country, chance: random.Random) -> None:
    """A correction comes in by the drop folder."""
    school = chance.choice(SCHOOLS)
    file = country.home.drop / school / "attendance" / "2026-W38" / f"{chance.random()}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(csv_of(attendance(school, "2026-W38", missed=chance.randint(1, 6))))
    os.utime(file, (NOW.timestamp(), NOW.timestamp()))


def _decide(country: Country, chance: random.Random) -> None:
    """Somebody approves or returns a report."""
    for found in Submission.objects.filter(
        scope__form="attendance", state__in=("accepted", "approved")
    ).order_by("?"):
        if found.state == "accepted":
            approvals.approve(found.pk, account("inspector"), node(DISTRICT), at=NOW)
        else:
            approvals.return_(
                found.pk, account("inspector"), node(DISTRICT), reason="?", at=NOW, confirmed=True
            )
        return


def _next_day(country: Country, chance: random.Random) -> None:
    """A day goes by, and its own DAG with it."""
    settings = country.home.root / "bbaj.toml"
    later = country.home.now() + timedelta(days=8)
    lines = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith("now")]
    settings.write_text("\n".join([*lines, f'now = "{later.isoformat()}"']) + "\n", encoding="utf-8")
    vars(country.home).pop("settings", None)


def _faults(chance: random.Random) -> list[tuple[str, dict[str, str], set[str]]]:
    """Each task once, before or after its work, as it is drawn, or both; each event lost."""
    both = ("before", "after")
    fails = [(task, when) for task in TASKS for when in (both if walks.ALL else [chance.choice(both)])]
    return [
        *((f"{task} fails {when} its work", {task: when}, set()) for task, when in fails),
        *((f"{event} is lost", {}, {event}) for event in EVENTS),
    ]


@pytest.mark.parametrize("seed", [1])
def test_after_any_single_failure_the_next_minutes_bring_everything_forward(
    lively: tuple[Country, Clockwork], seed: int, now: Callable[[timedelta], datetime]
) -> None:
    country, work = lively
    chance = random.Random(seed)
    faults = _faults(chance)
    assert {when for _, fails, _ in faults for when in fails.values()} == {"before", "after"}
    for name, fails, loses in chance.sample(faults, len(faults)):
        act = (
            _hand_in if set(fails) & {"receive_drop", "judge_waiting"} or "bbaj://received" in loses else None
        )
        for each in {act or chance.choice([_hand_in, _decide]), _decide if act else _next_day}:
            each(country, chance)
        work.fails, work.loses = dict(fails), set(loses)  # type: ignore[arg-type]
        left = ["not looked yet"]
        for _ in range(4):
            now(timedelta(minutes=1))
            work.minutes(1)
            if not (work.fails or work.loses or (left := _brought_forward(country.home))):
                break
        assert not work.fails and not work.loses, f"{name}: nothing came by there"
        assert left == [], name


def _dies_at(place: str) -> Callable[[str], None]:
    def reach(name: str) -> None:
        if name == place:
            raise OSError(5, "gone")

    return reach


def test_a_publication_that_was_recorded_and_not_switched_to_is_found_by_readers(
    lively: tuple[Country, Clockwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    country, work = lively
    _decide(country, random.Random(1))
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "reach", _dies_at("publish:recorded"))
        work.minutes(1)
    shown = publications.current()
    assert shown is not None and shown_number(country.home) != shown.number
    work.minutes(1)
    assert _brought_forward(country.home) == []
    publishing.rollback(country.home, 1, account("ministry"), "?")
    (country.home.published / "current").unlink()
    work.minutes(1)
    assert shown_number(country.home) == 1, "and so is one that was gone back to"


def test_what_fails_again_and_again_is_tried_less_and_less_and_by_itself_again(
    lively: tuple[Country, Clockwork], model: dict[str, Any], now: Callable[[timedelta], datetime]
) -> None:
    country, work = lively
    before = Build.objects.count()
    _decide(country, random.Random(2))
    model["fails"] = True
    work.minutes(40, lambda: now(timedelta(minutes=1)) and None)
    tried = Build.objects.count() - before
    assert 5 <= tried <= 9, tried
    [told] = troubles.troubles(country.home)
    assert (told.task, told.failures) == ("build_warehouse", tried)
    assert pause.paused_until(country.home, "build_warehouse") is not None
    model["fails"] = False
    work.minutes(34, lambda: now(timedelta(minutes=1)) and None)
    assert _brought_forward(country.home) == []
    assert troubles.troubles(country.home) == []


def test_a_clock_put_back_pauses_nothing_for_long(home: Home) -> None:
    for _ in range(9):
        with pytest.raises(OSError), troubles.watched(home, "build_warehouse"):
            raise OSError(5, "gone")
    [told] = troubles.troubles(home)
    for moved in (-timedelta(days=400), timedelta(), timedelta(days=400)):
        until = pause.paused_until(home, "build_warehouse", told.last + moved)
        assert until is None or until <= told.last + moved + timedelta(hours=1)


def test_decisions_are_shown_though_judging_fails_or_files_never_stop_coming(
    lively: tuple[Country, Clockwork],
    now: Callable[[timedelta], datetime],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    country, work = lively
    with monkeypatch.context() as patch:
        patch.setattr(clockwork, "judge", lambda: (_ for _ in ()).throw(OSError(5, "gone")))
        _hand_in(country, random.Random(3))
        _decide(country, random.Random(3))
        work.minutes(3, lambda: now(timedelta(minutes=1)) and None)
        shown = publications.current()
        assert shown is not None and shown.build.manifest_sha256 == counting().fingerprint
    with monkeypatch.context() as patch:
        patch.setattr(clockwork, "judge", dict)  # it says that nothing waited
        _decide(country, random.Random(4))
        work.minutes(40, lambda: now(timedelta(minutes=1)) and None)
        shown = publications.current()
        assert shown is not None and shown.build.manifest_sha256 == counting().fingerprint
    work.minutes(3)
    assert _brought_forward(country.home) == []


def test_a_drop_folder_out_of_reach_keeps_no_decision_from_being_shown(
    lively: tuple[Country, Clockwork], monkeypatch: pytest.MonkeyPatch
) -> None:
    country, work = lively
    _decide(country, random.Random(5))
    monkeypatch.setattr(
        clockwork, "collect_drop", lambda home: (_ for _ in ()).throw(OSError(5, "share is away"))
    )
    work.minutes(2)
    assert ("receive_drop", "failed") in work.ran
    assert _brought_forward(country.home) == []


def test_what_is_accepted_while_a_build_runs_is_in_the_next_one(
    lively: tuple[Country, Clockwork], model: dict[str, Any]
) -> None:
    country, work = lively
    came: list[int] = []

    def hand_in() -> None:
        rows = attendance(SCHOOLS[0], "2026-W38", missed=5)
        came.append(country.submit("attendance", SCHOOLS[0], "2026-W38", rows, replace=True))
        assert country.judge().accepted == 1

    _decide(country, random.Random(6))
    waiting = counting().submissions
    model["meanwhile"] = hand_in
    built = building.build(country.home).build_id
    pinned = _pinned(country.home, built)
    assert came and pinned == waiting, "it keeps to what it began with"
    assert waiting != counting().submissions
    work.minutes(2)
    assert _brought_forward(country.home) == []
    shown = publications.current()
    assert shown is not None
    assert set(came) <= _pinned(country.home, shown.build_id)
    assert publications.next_number() == 3, "the first of the two builds was never shown"


def test_what_is_due_once_a_week_is_made_up_for_when_it_was_not_ended(
    home: Home, now: Callable[[timedelta], datetime]
) -> None:
    assert weekly.is_due(home), "never done yet"
    with pytest.raises(KeyError), troubles.watched(home, weekly.TASK):
        raise KeyError
    assert weekly.is_due(home), "it failed"
    with troubles.watched(home, weekly.TASK):
        pass
    assert [weekly.is_due(home, now(timedelta(days=1))) for _ in range(7)] == [*[False] * 6, True]
    with pytest.raises(DamageFoundError), troubles.watched(home, weekly.TASK):
        raise DamageFoundError([])
    assert not weekly.is_due(home, now(timedelta(days=1))), "it was looked through, and told"
    assert weekly.is_due(home, now(timedelta(days=-400))), "a clock put back makes nobody wait for years"
