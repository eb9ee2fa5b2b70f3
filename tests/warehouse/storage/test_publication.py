"""Builds and publications with the real model: old or new and never none, whatever is killed."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partialmethod
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

import ingest.ledger
from ingest.digests import write_digest
from ingest.home import Home
from ingest.ledger import builds, publications
from ingest.ledger.accounts import account
from ingest.ledger.decisions import approvals, winners
from ingest.ledger.decisions.manifest import NOTHING, SCHEMA, Manifest, counting
from ingest.ledger.nodes import node
from ingest.ledger.records import Build, Submission, SubmissionEvent, Verdict
from ingest.progress import Step
from tests.progress import assert_told_of
from tests.warehouse.copies import building_by, built_alike
from tests.warehouse.country import DISTRICT, NOW, PROJECT, planted, run_in_child
from tests.warehouse.one_table import run_one_table
from tests.warm import models
from warehouse.services.upkeep import rebuild as rebuilding
from warehouse.services.upkeep.rebuild import rebuild
from warehouse.storage.builds.build import (
    BuildResult,
    _forget_old_builds,
    build,
    is_due,
)
from warehouse.storage.builds.engines.dbt_process import Dbt
from warehouse.storage.shown.leak import leaks_in, leaks_of
from warehouse.storage.shown.publish import (
    KEPT,
    PublicationError,
    persons_shown,
    publish,
    rollback,
    shown_number,
)

BEFORE_THE_SWITCH = ("publish:persons_placed", "publish:placed", "publish:recorded", "publish:switching")
"""Where a publication dies and the old one is read; the next one comes further."""
PUBLISH = "from warehouse.storage.shown.publish import publish\npublish(home)"


@pytest.fixture(scope="module")
def built_again(shown: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The same, with one report approved since and a second build made of it, not published yet. It begins with what
    the first left, and asks everything that such a build asks."""
    home = _copy(shown, tmp_path_factory.mktemp("built_again") / "home")
    report = winners.operational("attendance")[0]
    approvals.approve(report.pk, account("inspector"), node(DISTRICT), at=NOW)
    assert is_due(home)
    with building_by(models.Begun):
        build(home)
    return home


@pytest.fixture
def copy_of(tmp_path: Path) -> Iterator[Callable[[Home], Home]]:
    from django.db import connections

    yield lambda original: _copy(original, tmp_path / "home")
    connections.close_all()


def _copy(original: Home, to: Path) -> Home:
    """A home of the same content elsewhere, its ledger that of this process."""
    from django.db import connections

    connections.close_all()
    shutil.copytree(original.root, to, symlinks=True)
    home = Home(to)
    ingest.ledger.setup(home)
    return home


def read(home: Home, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        return con.execute(sql).fetchall()


def read_of_persons(home: Home, sql: str) -> list[tuple[object, ...]]:
    file = persons_shown(home)
    assert file is not None
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


def number_read(home: Home) -> object:
    [(number,)] = read(
        home,
        "SELECT publication_number FROM rpt_publication UNION SELECT publication_number FROM dim_publication",
    )
    return number


class Reader(threading.Thread):
    """Opens the published file again and again in a process of its own, as dashboards do."""

    SCRIPT = (
        "import sys, time, duckdb\n"
        "while True:\n"
        "    time.sleep(0.3)\n"  # most of the time is that of whoever publishes
        "    with duckdb.connect(sys.argv[1], read_only=True) as con:\n"
        "        rows = con.execute('SELECT DISTINCT publication_number FROM rpt_publication').fetchall()\n"
        "    print(rows[0][0], flush=True)\n"
    )

    def __init__(self, home: Home) -> None:
        super().__init__()
        self.seen: list[int] = []
        command = [sys.executable, "-c", self.SCRIPT, str(home.warehouse)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self) -> None:
        assert self.process.stdout is not None
        self.seen = [int(line) for line in self.process.stdout]

    def __enter__(self) -> Reader:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.join()
        assert self.process.stderr is not None
        assert self.process.stderr.read() == ""


def test_nobody_is_in_what_is_published(shown: Home, tmp_path: Path) -> None:
    assert leaks_of(shown, planted()) == []

    # The same search finds one birth date and one number planted in the same file.
    person = sorted(planted().identifiers)[0]
    leaking = tmp_path / "warehouse.duckdb"
    shutil.copy(shown.warehouse, leaking)
    with duckdb.connect(str(leaking)) as con:
        con.execute("ALTER TABLE dim_organisation ADD COLUMN stray BIGINT")
        con.execute(f"UPDATE dim_organisation SET stray = {int(person)}")
        con.execute(f"CREATE TABLE other AS SELECT DATE '{min(planted().days)}' AS day")
    found = {(leak.place, leak.kind) for leak in leaks_in(leaking, planted())}
    assert found == {("main.dim_organisation.stray", "number"), ("main.other.day", "date")}


def test_every_accepted_row_is_published_once_and_no_scope_has_two_winners(shown: Home) -> None:
    ingest.ledger.setup(shown)
    accepted = sum(entry.rows_accepted for entry in counting("attendance"))
    assert read_of_persons(shown, "SELECT count(*), count(DISTINCT submission_key) FROM fct_attendance") == [
        (accepted, 4)
    ]
    twice = (
        "SELECT form, node_code, period, part FROM dim_submission WHERE {} GROUP BY ALL HAVING count(*) > 1"
    )
    for basis in ("is_operational", "is_official"):
        assert read(shown, twice.format(basis)) == []


def test_what_has_not_changed_is_not_built_again(shown: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(shown)
    assert not is_due(home)
    assert build(home).skipped
    assert publish(home).number == 1
    assert Build.objects.count() == 1


@pytest.mark.parametrize(("places", "seen_after"), [(BEFORE_THE_SWITCH, 1), (["publish:switched"], 2)])
def test_a_publication_killed_anywhere_shows_old_or_new(
    built_again: Home, copy_of: Callable[[Home], Home], places: Sequence[str], seen_after: int
) -> None:
    """Killed at one place after the other, each time one that begins with what the killed one left."""
    home = copy_of(built_again)
    with Reader(home) as reader:
        for place in places:
            killed = run_in_child(home, PUBLISH, place)
            assert killed.returncode == -signal.SIGKILL, (place, killed.stderr)
            assert number_read(home) == seen_after, place
        assert publish(home).number == 2
        assert number_read(home) == 2
    assert set(reader.seen) <= {1, 2}
    assert reader.seen == sorted(reader.seen)
    assert [(entry.number, entry.state) for entry in publications.newest_first()] == [
        (2, "current"),
        (1, "previous"),
    ]
    assert {each.name for each in home.published.iterdir() if each.is_dir()} == {"1", "2", "current"}
    assert {each.name for each in home.persons.iterdir()} == {"1", "2"}


def test_going_back_and_forth(
    built_again: Home, copy_of: Callable[[Home], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_of(built_again)
    publish(home)
    official = "SELECT count(*) FROM dim_submission WHERE is_official AND form = 'attendance'"
    assert read(home, official) == [(1,)]

    killed = run_in_child(
        home, "from warehouse.storage.shown.publish import rollback\nrollback(home, 1)", "rollback:recorded"
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    rollback(home, 1)

    assert shown_number(home) == number_read(home) == 1
    assert read(home, official) == [(0,)]
    current = publications.current()
    assert current is not None
    assert current.number == 1
    with pytest.raises(PublicationError):
        rollback(home, 9)
    # What was taken back stays away, whoever publishes and whatever is built anew.
    for show in (lambda: publish(home), lambda: publish(home, built_of(home, 2)), lambda: rollback(home, 2)):
        with pytest.raises(PublicationError, match="publication 1 stays shown"):
            show()
    anew: list[int] = []

    def build_anew(home: Home, **_: object) -> BuildResult:
        anew.append(built_alike(home, of=2))
        return BuildResult(anew[-1], "succeeded")

    monkeypatch.setattr(rebuilding, "relay", lambda *_: (0, 0))
    monkeypatch.setattr(rebuilding, "build", build_anew)
    rebuilt = rebuild(home)
    assert (rebuilt.is_held, rebuilt.number) == (True, 1)
    assert shown_number(home) == number_read(home) == 1

    publications.lift(account("inspector"), reason="the report was looked at", at=NOW)
    rollback(home, 2)
    assert number_read(home) == 2
    third = publish(home)
    assert (third.number, [third.build_id]) == (3, anew)
    assert read(home, official) == [(1,)]


def built_of(home: Home, number: int) -> int:
    return next(entry.build_id for entry in publications.newest_first() if entry.number == number)


def test_a_build_that_failed_is_never_shown(shown: Home, copy_of: Callable[[Home], Home]) -> None:
    home = copy_of(shown)
    failed, running = builds.start(NOTHING, NOW), builds.start(NOTHING, NOW)
    builds.finish(failed.pk, "failed", NOW)
    for number in (failed.pk, running.pk):
        shutil.copytree(home.builds / "1", home.builds / str(number))
        with pytest.raises(PublicationError) as refused:
            publish(home, number)
        assert refused.value.code == "no_such_build"
    assert publish(home).build_id == 1
    assert (shown_number(home), number_read(home)) == (1, 1)


def test_the_last_few_publications_are_kept_and_no_others(
    shown: Home, copy_of: Callable[[Home], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert KEPT > 1  # or there would be none to go back to
    home = copy_of(shown)
    monkeypatch.setattr("warehouse.storage.shown.publish.KEPT", 3)
    for number in range(2, 6):
        publish(home, built_alike(home))
        kept = {str(each) for each in range(max(1, number - 2), number + 1)}
        assert {each.name for each in home.published.iterdir() if each.name.isdigit()} == kept
        assert {each.name for each in home.persons.iterdir()} == kept
    rollback(home, 3)
    assert number_read(home) == 3
    with pytest.raises(PublicationError, match="not kept"):
        rollback(home, 2)


def test_the_last_few_builds_are_kept_and_no_others(tmp_path: Path) -> None:
    home = Home(tmp_path)
    for number in (1, 2, 3, 5, 8, 9, 10):
        (home.builds / str(number)).mkdir(parents=True)
    (home.builds / ".dbt").mkdir()
    _forget_old_builds(home, 10)
    assert {each.name for each in home.builds.iterdir()} == {".dbt", "8", "9", "10"}


def test_the_moment_of_the_data_is_that_of_the_latest_act_they_reflect(
    shown: Home, copy_of: Callable[[Home], Home]
) -> None:
    """An approval changes what counts officially, so it is the data's moment as a receipt or a verdict is."""
    home = copy_of(shown)
    kept = counting()
    hours = itertools.count(1)
    for act in ("received_at", "accepted_at", "approved_at"):
        latest = NOW + timedelta(hours=next(hours))
        at = pa.array([latest] * len(kept), SCHEMA.field(act).type)
        changed = Manifest(kept.table.set_column(SCHEMA.get_field_index(act), act, at))
        assert changed.data_as_of == latest
        publication = publish(home, built_alike(home, changed))
        assert publication.data_as_of == latest
        said = json.loads((home.published / str(publication.number) / "manifest.json").read_text("utf-8"))
        assert datetime.fromisoformat(said["data_as_of"]) == latest


def test_a_rebuild_says_when_the_content_is_another(
    built_again: Home, copy_of: Callable[[Home], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is shown was made before a report was approved; what is made anew, after."""
    home = copy_of(built_again)
    monkeypatch.setattr(rebuilding, "relay", lambda *_: (0, 0))
    monkeypatch.setattr(rebuilding, "build", lambda *_, **__: BuildResult(2, "succeeded"))

    rebuilt = rebuilding.rebuild(home)

    assert (rebuilt.is_same, rebuilt.number) == (False, 2)
    assert "another content" in str(rebuilt)


def test_a_rebuild_from_the_three_truths_says_the_same(
    built_again: Home, copy_of: Callable[[Home], Home]
) -> None:
    home = copy_of(built_again)
    publish(home)
    learners = "SELECT learner_key FROM dim_learner ORDER BY 1"
    keys = read_of_persons(home, learners)
    for derived in (home.lake, home.reference, home.builds):
        shutil.rmtree(derived)
    home.create()

    steps: list[Step] = []
    rebuilt = rebuild(home, steps.append)
    assert_told_of(steps, ["replaying", "building", "publishing"])

    assert rebuilt.is_same is True
    assert rebuilt.number == number_read(home) == 3
    assert read_of_persons(home, learners) == keys
    assert not is_due(home)


def test_a_submission_that_breaks_a_test_of_the_data_is_held_back_and_the_rest_published(
    shown: Home, copy_of: Callable[[Home], Home], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_of(shown)
    spoilt, *others = [found.pk for found in winners.operational("attendance")]
    _land_a_row_twice(home, spoilt)

    with building_by(models.WithoutGuarantees):
        result = build(home, force=True)
    publish(home)

    assert result.held_back == (spoilt,)
    assert read_of_persons(home, "SELECT DISTINCT submission_key FROM fct_attendance ORDER BY 1") == [
        (o,) for o in others
    ]
    assert SubmissionEvent.objects.filter(submission_id=spoilt, kind="held_back").count() == 1
    assert Submission.objects.get(pk=spoilt).state == "accepted"
    # Held back already: building again says it once, not again and again.
    monkeypatch.setattr(Dbt, "run", partialmethod(run_one_table, breaking=spoilt))
    assert build(home, force=True).held_back == (spoilt,)
    assert SubmissionEvent.objects.filter(submission_id=spoilt, kind="held_back").count() == 1


def _land_a_row_twice(home: Home, submission: int) -> None:
    """As if the judge had let a repeated row pass: lake and verdict agree on one row too many."""
    verdict = Verdict.objects.get(submission_id=submission)
    period = verdict.submission.scope.period
    file = home.lake / "attendance" / f"period={period}" / f"{verdict.batch_id}.parquet"
    with duckdb.connect(":memory:") as con:
        con.execute(
            "CREATE TABLE landed AS SELECT * FROM read_parquet(?, hive_partitioning = false)", [str(file)]
        )
        con.execute(
            "INSERT INTO landed SELECT * REPLACE (999 AS source_row) FROM landed WHERE submission_id = ? LIMIT 1",
            [submission],
        )
        con.execute(f"COPY landed TO '{file}' (FORMAT parquet)")
    write_digest(file)
    Verdict.objects.filter(pk=verdict.pk).update(
        rows_in=verdict.rows_in + 1, rows_accepted=verdict.rows_accepted + 1
    )


def test_a_model_killed_while_it_runs_leaves_what_is_served_untouched(
    shown: Home, copy_of: Callable[[Home], Home]
) -> None:
    home = copy_of(shown)
    before = home.warehouse.read_bytes()
    process = _build_in_a_group(home)
    _wait_for(lambda: any(home.builds.glob("*/draft.duckdb")), process)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()

    assert home.warehouse.read_bytes() == before
    result = build(home, force=True)
    assert result.state == "succeeded"
    assert publish(home).number == 2
    assert [entry.content_hash for entry in publications.newest_first()] == [
        publications.newest_first()[0].content_hash
    ] * 2


def _build_in_a_group(home: Home) -> subprocess.Popen[bytes]:
    code = (
        "from pathlib import Path\nfrom ingest.home import Home\nimport ingest.ledger\n"
        f"home = Home(Path({str(home.root)!r}))\ningest.ledger.setup(home)\n"
        "from warehouse.storage.builds.build import build\nbuild(home, force=True)\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        cwd=PROJECT,
        start_new_session=True,
    )


def _wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    while not condition():
        assert process.poll() is None, "the build ended before it could be killed"
        time.sleep(0.02)


def test_a_publication_that_would_lose_much_waits_until_somebody_accepts_that(
    shown: Home, copy_of: Callable[[Home], Home]
) -> None:
    home = copy_of(shown)
    for report in winners.operational("attendance"):
        approvals.return_(
            report.pk, account("inspector"), node(DISTRICT), reason="қате", at=NOW, confirmed=True
        )
    built = build(home)
    with pytest.raises(PublicationError) as refused:
        publish(home, built.build_id)
    assert refused.value.code == "loss"
    assert refused.value.facts["after"] == 0
    assert (shown_number(home), number_read(home)) == (1, 1)
    assert publish(home, built.build_id, accept_loss=True).number == 2
    assert number_read(home) == 2
