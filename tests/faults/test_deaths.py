"""Whatever a file does to the process that judges it: that file alone pays for it, nothing is lost, nobody is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
import pytest

import ingest.ledger
from expectations.findings.findings_file import read_findings
from ingest.home import Home
from ingest.ledger.decisions import winners
from ingest.ledger.receipts import aside, waiting
from ingest.ledger.records import Submission, SubmissionEvent, Verdict
from ingest.locks import locked
from ingest.read.sandbox import parent as reading
from ingest.receive.store import RawStore
from tests.faults.forked import Forked
from tests.faults.test_poison import _mentions
from tests.warehouse.country import SCHOOLS, WEEKS, Country, attendance
from warehouse.services.apart import parent
from warehouse.services.apart.limits import Limits, limits_for
from warehouse.services.apart.template import UnableError
from warehouse.services.verdicts import judging
from warehouse.services.verdicts.intake import intake_lock, judge_waiting

pytestmark = [
    pytest.mark.usefixtures("forked"),
    pytest.mark.skipif(sys.platform != "linux", reason="processes apart are begun where limits are kept"),
]

_PATIENCE = 1
"""Seconds of silence of a process that is to be taken for stuck."""


@dataclass(frozen=True)
class _Patient(Limits):
    """A second of the processor at most, however long that takes by the clock."""

    @property
    def patience(self) -> int:
        return 60


_TIGHT = Limits(memory=700 << 20, seconds=60, database=64 << 20, spilled=64 << 20)
_SHORT = _Patient(_TIGHT.memory, 0, _TIGHT.database, _TIGHT.spilled)


def _spin() -> None:
    while True:
        pass


def _fill() -> None:
    kept = []
    while True:
        kept.append(bytearray(16 << 20))


def _fill_database() -> None:
    import duckdb

    with duckdb.connect(":memory:", config={"max_temp_directory_size": "0KiB"}) as con:
        con.execute("CREATE TABLE t AS SELECT i, i::VARCHAR AS s FROM range(400000000) AS r(i)")


def _signal(name: str) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), getattr(signal, name))


# Where in a batch a file stands that does it. Of several the last here is met first: what is soonest at its limit.
OF_ITS_LIMITS = {0: (_spin, _SHORT), 5: (_fill_database, _TIGHT), 2: (_fill, _TIGHT)}
OF_THE_PROGRAM = {
    0: ("SIGSEGV", _signal("SIGSEGV")),
    3: ("SIGKILL", _signal("SIGKILL")),
    5: ("ended", lambda: os._exit(3)),
}


def _does(
    patch: pytest.MonkeyPatch,
    act: Callable[[], None],
    *bad: int,
    at: str = "expectations.judging.judge.prepare",
) -> None:
    """Let a step do that when it meets one of these submissions."""
    module, name = at.rsplit(".", 1)
    holder = __import__(module, fromlist=["*"])
    work = getattr(holder, name)
    poison = [Submission.objects.get(pk=each) for each in bad]

    def acting(*args: Any, **kwargs: Any) -> Any:
        listed = [list(each) if hasattr(each, "__next__") else each for each in args]
        if any(_mentions(each, one) for one in poison for each in (*listed, *kwargs.values())):
            act()
        return work(*listed, **kwargs)

    patch.setattr(holder, name, acting)


def _limit(patch: pytest.MonkeyPatch, limits: Mapping[int, Limits]) -> None:
    """Let batches that hold one of these submissions have its limits, the first's, all others the usual ones."""
    of_raw = {Submission.objects.get(pk=bad).raw_file_id: own for bad, own in limits.items()}

    def limits_of(files: Iterable[Path]) -> Limits:
        paths = list(files)
        names = {path.name for path in paths}
        return next((own for raw, own in of_raw.items() if raw in names), limits_for(paths))

    patch.setattr(judging, "limits_for", limits_of)


@dataclass(frozen=True)
class _Impatient(Limits):
    @property
    def patience(self) -> int:
        return _PATIENCE


def _parts(country: Country, count: int) -> list[int]:
    """So many parts of a report wait, numbered so high that no other number is taken for one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE sqlite_sequence SET seq = 7000000 WHERE name = 'ledger_submission'")
    rows = attendance(SCHOOLS[0], WEEKS[0])
    return [
        country.submit("attendance", SCHOOLS[0], WEEKS[0], rows[5 * nth : 5 * nth + 5], part=f"р{nth}")
        for nth in range(count)
    ]


@pytest.fixture
def many(rostered: Country) -> tuple[Country, list[int]]:
    """A country in which six parts of a report wait."""
    return rostered, _parts(rostered, 6)


@pytest.fixture
def some(rostered: Country) -> tuple[Country, list[int]]:
    """A country in which two do."""
    return rostered, _parts(rostered, 2)


@pytest.fixture(autouse=True)
def _nobody_left() -> Iterator[None]:
    yield
    parent._worker.close()
    assert not [each for each in psutil.Process().children() if each.status() == psutil.STATUS_ZOMBIE]


def test_beyond_its_limits_that_file_is_rejected_and_says_why(
    many: tuple[Country, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One takes too much time, one too much memory, one too much of the database."""
    country, waiting_for = many
    bad = [waiting_for[nth] for nth in OF_ITS_LIMITS]
    limits = [own for _, own in OF_ITS_LIMITS.values()]
    _limit(monkeypatch, dict(zip(bad, limits, strict=True)))
    for each, (act, _) in zip(bad, OF_ITS_LIMITS.values(), strict=True):
        _does(monkeypatch, act, each)

    report = country.judge()

    assert (report.accepted, report.rejected, report.set_aside) == (3, 3, {})
    assert {each.pk for each in winners.operational("attendance")} == {*waiting_for} - {*bad}
    for each in bad:
        verdict = Verdict.objects.get(submission_id=each)
        assert (verdict.outcome, verdict.rows_in, verdict.errors) == ("rejected", 0, 1)
        recorded = read_findings(country.home.findings, each)
        assert [found["code"] for found in recorded["findings"]] == ["too_expensive_to_judge"]
        assert all(recorded["findings"][0]["message"][language] for language in ("kk", "ru", "en"))
        sha256 = Submission.objects.get(pk=each).raw_file_id
        assert sha256 and RawStore(country.home).path(sha256).is_file()
    assert not list(country.home.judge.glob("*places*"))
    assert not waiting.by_form()


def test_a_death_that_is_no_limits_sets_that_file_aside(
    many: tuple[Country, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    country, waiting_for = many
    bad = {waiting_for[nth]: kind for nth, (kind, _) in OF_THE_PROGRAM.items()}
    with monkeypatch.context() as patch:
        for nth, (_, act) in OF_THE_PROGRAM.items():
            _does(patch, act, waiting_for[nth], at="warehouse.services.verdicts.batch.land")
        report = country.judge()
        parent._worker.close()

    assert report.set_aside == bad
    assert {each.pk for each in winners.operational("attendance")} == {*waiting_for} - {*bad}
    assert {fault.step for _, fault in aside.lying_aside()} == {"land"}
    assert not Verdict.objects.filter(submission_id__in=bad).exists()
    assert country.judge().judged == 0, "not at once"
    monkeypatch.setattr(aside, "_now", lambda: datetime.now(UTC) + aside.PAUSES[0])
    assert country.judge().accepted == len(bad), "the cause has passed, and nobody had to ask"


@pytest.mark.parametrize("engine", ["judging.direct", "gx.validation"])
def test_a_rule_without_memory_lets_no_file_through_unchecked(
    some: tuple[Country, list[int]], monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    import importlib

    name = "run_suite" if engine.startswith("gx") else "run_rules"
    run = getattr(importlib.import_module(f"expectations.{engine}"), name)
    country, waiting_for = some

    def hungry(con: Any, table: str, rules: Any) -> Any:
        kept = con.execute("SELECT current_setting('memory_limit')").fetchone()[0]
        con.execute("SET memory_limit = '1KiB'")
        try:
            return run(con, table, rules)
        finally:
            con.execute(f"SET memory_limit = '{kept}'")

    monkeypatch.setattr("expectations.judging.judge.usual_engine", lambda: hungry)
    report = country.judge()
    assert (report.accepted, report.rejected) == (0, len(waiting_for))


def test_beyond_its_limits_while_it_lands_is_our_fault(
    some: tuple[Country, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    country, waiting_for = some
    _limit(monkeypatch, {waiting_for[1]: _TIGHT})
    _does(monkeypatch, _fill, waiting_for[1], at="warehouse.services.verdicts.batch.land")
    assert country.judge().set_aside == {waiting_for[1]: "MemoryError"}


def test_killed_once_by_somebody_says_nothing_about_the_file(
    many: tuple[Country, list[int]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    country, waiting_for = many
    once = tmp_path / "once"

    def act() -> None:
        if not once.exists():
            once.touch()
            os.kill(os.getpid(), signal.SIGKILL)

    _does(monkeypatch, act, *waiting_for)
    assert country.judge().accepted == len(waiting_for)


def test_where_every_process_is_killed_no_file_is_blamed(
    some: tuple[Country, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    country, waiting_for = some
    monkeypatch.setattr("warehouse.services.apart.child._answer", lambda *_: os._exit(9))
    with pytest.raises(UnableError):
        country.judge()
    assert set(Submission.objects.filter(pk__in=waiting_for).values_list("state", flat=True)) == {"received"}
    monkeypatch.undo()


def test_a_process_that_says_nothing_is_ended_and_its_file_set_aside(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = country.rosters()[0]
    monkeypatch.setattr("warehouse.services.verdicts.intake._FILES", 1)
    usual = limits_for(())
    impatient = _Impatient(usual.memory, usual.seconds, usual.database, usual.spilled)
    _limit(monkeypatch, {one: impatient})
    _does(monkeypatch, lambda: time.sleep(600), one, at="warehouse.services.verdicts.batch.reject_repeated")
    report = country.judge()
    assert (report.accepted, report.set_aside) == (1, {one: "stuck"})


def test_what_was_recorded_before_the_process_ended_is_counted_and_done_once(
    many: tuple[Country, list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    country, waiting_for = many

    def record(*args: Any) -> Any:
        recorded(*args)
        os.kill(os.getpid(), signal.SIGKILL)

    from ingest.ledger.receipts import submissions

    recorded = submissions.record_verdicts
    monkeypatch.setattr(submissions, "record_verdicts", record)
    report = country.judge()
    assert (report.accepted, report.rows, report.set_aside) == (6, 30, {})
    events = SubmissionEvent.objects.filter(submission_id__in=waiting_for, kind="accepted")
    assert events.count() == len(waiting_for)


def test_who_asks_ends_and_the_process_apart_with_it(
    country: Country, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The lock is free at once, nothing is decided, and the next one judges."""
    rosters = country.rosters()
    for by in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT):
        asker = _asker(country.home, tmp_path / by.name, monkeypatch)
        _until((tmp_path / by.name).exists)
        below = psutil.Process(asker).children(recursive=True)
        assert len(below) == 2, "who judges, and who reads for it"
        os.kill(asker, by)
        assert os.waitstatus_to_exitcode(os.waitpid(asker, 0)[1]) in (-by, _INTERRUPTED)
        _until(lambda: not any(_is_at_work(each) for each in below))  # noqa: B023
        with locked(intake_lock(country.home)), locked(country.home.restricted / ".judging.lock", 5):
            pass
        states = Submission.objects.filter(pk__in=rosters).values_list("state", flat=True)
        assert set(states) == {"received"}
    assert country.judge().accepted == len(rosters)


_INTERRUPTED = 130


def _asker(home: Home, waits: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A process that judges, forked from this one, which makes that file when its files are about to land; its number.
    Who reads for it is begun as usual."""
    from django.db import connections

    def wait(*_: object) -> None:
        waits.touch()
        time.sleep(600)

    connections.close_all()
    with monkeypatch.context() as patch:
        patch.setattr(reading, "subprocess", subprocess)
        patch.setattr("warehouse.services.verdicts.batch.land", wait)
        asker = os.fork()
        if asker == 0:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            parent._worker = parent.Worker(Forked())
            ingest.ledger.setup(home)
            try:
                judge_waiting(home)
            except KeyboardInterrupt:
                os._exit(_INTERRUPTED)
            finally:
                os._exit(1)
    ingest.ledger.setup(home)
    return asker


def _is_at_work(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _until(is_so: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.05)
