"""A build: the star schema made anew from an explicit list of submissions, tested, and left ready to publish.

In: the ledger's manifest and the lake. Out: `builds/<id>/warehouse.duckdb` for readers, `persons.duckdb` for those
entitled to single persons, and a build record. A submission that breaks a test of the data, or at which a model fails,
is held back and the rest is built without it; a broken invariant of our own ends the build as failed and nothing is
published.
"""

from __future__ import annotations

import errno
import hashlib
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from django.db import DatabaseError

from ingest.blame import is_said_of_the_machine
from ingest.digests import write_digest
from ingest.home import Home, InstallationError
from ingest.ledger import builds
from ingest.ledger.decisions import winners
from ingest.ledger.decisions.winners import ManifestEntry
from ingest.ledger.receipts.submissions import hold_back, release
from ingest.ledger.records import Build
from ingest.locks import BusyError, locked
from ingest.progress import Step, Tell, tell_nobody
from ingest.receive.failpoint import reach
from ingest.schema.forms.load import contracts
from warehouse.storage.builds.built_files import KEY_DOMAIN, PERSONS, WAREHOUSE, WrongFilesError, finish_files
from warehouse.storage.builds.culprits import Failed, forms_behind, submissions_at_fault
from warehouse.storage.builds.disclosure import forms_of_persons, unguarded
from warehouse.storage.builds.inputs import write_inputs
from warehouse.storage.builds.warehouse_file import rows_of_tables
from warehouse.storage.files import fsync_file, fsync_folder
from warehouse.storage.keys.domain_keys import PUBLICATION, domain_keys
from warehouse.storage.keys.vault import Vault
from warehouse.storage.lake.lake_files import link_files, require_lake

log = logging.getLogger(__name__)
PROJECT = Path(__file__).parents[3]
DBT_PROJECT = PROJECT / "dbt_project"
_DBT_PROGRAM = Path(__file__).with_name("dbt_run.py")
_FINGERPRINT, _LAKE, _DBT = "inputs.sha256", "lake", ".dbt"
_KEPT_BUILDS = 3
_MOST_ROUNDS = 5


class BuildError(InstallationError):
    """The model failed or broke a promise of its own. `code` says how; carries the `build_id`, what `failed` and the
    `log`."""

    def __init__(
        self, build_id: int, code: str, log: Path, failed: Sequence[str] = (), **details: int
    ) -> None:
        why = ", ".join(failed) or code.replace("_", " ")
        super().__init__(f"build {build_id}: {why}; see {log}")
        # People are told the names of what failed; what a database says of it, in English, stands in the log.
        names = ", ".join(each.partition(":")[0] for each in failed)
        self.of(code, number=build_id, log=log, names=names, **details)
        self.build_id, self.failed, self.log = build_id, failed, log


@dataclass(frozen=True)
class BuildResult:
    """How a build ended. `models`: how many tables were made. `skipped`: nothing had changed since that build."""

    build_id: int
    state: str
    held_back: tuple[int, ...] = ()
    models: int = 0
    skipped: bool = False


def build(home: Home, *, force: bool = False, tell: Tell = tell_nobody) -> BuildResult:
    """Build what is accepted now. Raises BuildError, and BusyError while another build runs.

    `tell` hears of every table and test of the model that is done.
    """
    with locked(home.builds / ".lock", wait_seconds=600) as lock:
        builds.end_interrupted(home.now())  # whoever began them held this lock as long as it lived
        last = _last_succeeded()
        manifest = winners.manifest()
        if last and not force and _is_current(home, last, manifest):
            held = tuple(_held_back_in(last))
            return BuildResult(last.pk, "succeeded", held, len(_tables(home, last.pk)), skipped=True)
        # Whatever was held back has another chance: what it broke with may be gone, as a rebuild would find.
        before = _held_back_in(last) if last else {}
        return _build(home, manifest, {}, before, _Dbt(home, lock, tell))


def is_due(home: Home) -> bool:
    """Whether a build made now would say anything else than the last one."""
    last = _last_succeeded()
    if last is None:
        return bool(winners.manifest())
    return not _is_current(home, last, winners.manifest())


def end_interrupted_builds(home: Home) -> None:
    """Builds whose processes died do not stay "running". Waits for nobody."""
    if builds.running():
        with suppress(BusyError), locked(home.builds / ".lock"):
            builds.end_interrupted(home.now())


def warehouse_of(home: Home, build_id: int) -> Path:
    """The file a build made."""
    return home.builds / str(build_id) / WAREHOUSE


def persons_of(home: Home, build_id: int) -> Path:
    """What that build made of single persons, their keys those of the publication's domain."""
    return home.builds / str(build_id) / PERSONS


def inputs_of(home: Home, build_id: int) -> str | None:
    """What a build was made of, as one line that equals another's where both must have the same content; None where the
    build is not kept."""
    file = home.builds / str(build_id) / _FINGERPRINT
    return file.read_text(encoding="utf-8") if file.exists() else None


def _build(
    home: Home,
    manifest: list[ManifestEntry],
    held: dict[int, str],
    held_before: dict[int, str],
    dbt: _Dbt,
) -> BuildResult:
    files = require_lake(home, manifest)
    counting = builds.fingerprint(manifest)
    run = builds.start(manifest, home.now())
    folder = home.builds / str(run.pk)
    try:
        link_files(files, home.lake, folder / _LAKE)
        reach("build:begun")
        for _ in range(_MOST_ROUNDS):
            fingerprint = _write(home, folder / "inputs", manifest)
            if failed := dbt.run(folder, run.pk):
                broken = _at_fault(home, folder, run.pk, manifest, failed, dbt)
                if not broken:
                    named = [str(each) for each in failed]
                    raise BuildError(run.pk, "build_model_failed", folder / "dbt.log", named)
            else:
                broken = _broken_submissions(folder / "draft.duckdb", manifest)
            if not broken:
                break
            held |= broken
            manifest = _without(manifest, held)
        else:
            raise BuildError(run.pk, "build_data_kept_breaking", folder / "dbt.log")
        reach("build:modelled")
        _finish_files(home, folder, run.pk)
        reach("build:finished")
    except BaseException:
        with suppress(DatabaseError):  # what ended it may be the ledger itself; the next one ends it then
            builds.finish(run.pk, "failed", home.now(), _as_list(held))
        raise
    (folder / _FINGERPRINT).write_text(fingerprint + counting + _made_by(home), encoding="utf-8")
    for submission, reason in held.items():
        if submission not in held_before:
            hold_back([submission], run.pk, reason, home.now())
    if freed := set(held_before) - set(held):
        release(freed, run.pk, home.now())
    reach("build:noted")
    builds.finish(run.pk, "succeeded", home.now(), _as_list(held))
    reach("build:recorded")
    _forget_old_builds(home, run.pk)
    return BuildResult(run.pk, "succeeded", tuple(sorted(held)), len(_tables(home, run.pk)))


@dataclass(frozen=True)
class _Dbt:
    """Runs the model. dbt holds on to the `lock` of builds too: should this process die, the next build waits for
    dbt to end. `tell` hears of every node that is done."""

    home: Home
    lock: int
    tell: Tell

    @property
    def target(self) -> Path:
        """One folder for all builds: what dbt parsed once it need not parse again."""
        return self.home.builds / _DBT

    def run(self, folder: Path, build_id: int, only: Sequence[str] = ()) -> list[Failed]:
        """Run the model into `draft.duckdb`; returns what failed. `only`: these models and what they are made of.
        Raises BuildError."""
        (folder / "draft.duckdb").unlink(missing_ok=True)
        results = self.target / "run_results.json"
        results.unlink(missing_ok=True)
        ended = self._ended(folder, only)
        if not results.exists():
            raise BuildError(build_id, "build_not_ended", folder / "dbt.out", exit=ended)
        ran: list[dict[str, Any]] = json.loads(results.read_text(encoding="utf-8"))["results"]
        shutil.copy(results, folder / "run_results.json")
        for result in ran:
            if is_said_of_the_machine(result.get("message") or ""):
                raise OSError(errno.ENOSPC, "dbt: no space left on device")
        return [failed for result in ran if (failed := Failed.of(result))]

    def _ended(self, folder: Path, only: Sequence[str]) -> int:
        """dbt's exit code, once it has come to its end."""
        words = ["--quiet", "--no-version-check", "--log-path", str(folder), "build"]
        words += ["--exclude-resource-type", "unit_test", "--project-dir", str(DBT_PROJECT)]
        words += ["--profiles-dir", str(DBT_PROJECT), "--target-path", str(self.target)]
        if only:
            words += ["--select", *(f"+{name}" for name in only)]
        reads, writes = os.pipe()
        # -P: the modules beside that program are not to be taken for packages of the same names.
        command = [sys.executable, "-P", str(_DBT_PROGRAM), str(writes), *words]
        with os.fdopen(reads, encoding="utf-8") as told, (folder / "dbt.out").open("wb") as out:
            try:
                child = subprocess.Popen(
                    command,
                    env=self._environment(folder),
                    cwd=folder,
                    stdout=out,
                    stderr=out,
                    pass_fds=[self.lock, writes],
                )
            finally:
                os.close(writes)
            with child:
                try:
                    for line in told:
                        done, total, name = json.loads(line)
                        self.tell(Step("building", done, total, name))
                    return child.wait()
                except BaseException:
                    child.kill()
                    raise

    def _environment(self, folder: Path) -> dict[str, str]:
        return {
            **os.environ,
            # Relative to the build's folder: a path that changed with every build would make dbt parse anew.
            "BBAJ_WAREHOUSE": "draft.duckdb",
            "BBAJ_LAKE": _LAKE,
            "BBAJ_INPUTS": "inputs",
            "DO_NOT_TRACK": "1",
        }


def _at_fault(
    home: Home,
    folder: Path,
    build_id: int,
    manifest: Sequence[ManifestEntry],
    failed: Sequence[Failed],
    dbt: _Dbt,
) -> dict[int, str]:
    """The submission at which a model fails, and which; {} where it is none's fault. Takes a few builds."""
    names = [each.name for each in failed if each.is_error]
    last = _last_succeeded()
    before = {entry["submission_id"] for entry in last.manifest} if last else set()

    def attempt(some: Sequence[ManifestEntry], only: Sequence[str]) -> list[str]:
        _write(home, folder / "inputs", some)
        return [each.name for each in dbt.run(folder, build_id, only) if each.is_error]

    found = submissions_at_fault(failed, manifest, before, forms_behind(names, dbt.target), attempt)
    for submission, reason in found.items():
        log.error("build %d holds submission %d back: %s", build_id, submission, reason)
    return found


def _broken_submissions(draft: Path, manifest: Sequence[ManifestEntry]) -> dict[int, str]:
    """Submission → name of the test of the data it breaks, from the tables of schema `held_back`."""
    counting = {entry.submission_id for entry in manifest}
    broken: dict[int, str] = {}
    with duckdb.connect(str(draft), read_only=True) as con:
        tests = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'held_back'"
        ).fetchall()
        for (test,) in sorted(tests):
            for (key,) in con.execute(f'SELECT DISTINCT submission_key FROM held_back."{test}"').fetchall():
                if key in counting:
                    broken.setdefault(int(key), test)
    return broken


def _finish_files(home: Home, folder: Path, build_id: int) -> None:
    """Make the files of the build, see that they show nobody, and make them durable. Raises BuildError."""
    draft, log = folder / "draft.duckdb", folder / "dbt.log"
    record = json.loads((home.builds / _DBT / "manifest.json").read_text(encoding="utf-8"))
    if shown := unguarded(record, forms_of_persons(contracts())):
        raise BuildError(build_id, "build_shows_persons", log, shown)
    with Vault(home) as vault:
        issued = list(vault.issued())
    try:
        finish_files(draft, folder, domain_keys(home, PUBLICATION), issued)
    except WrongFilesError as wrong:
        if wrong.places:
            raise BuildError(build_id, "build_shows_persons", log, wrong.places) from wrong
        raise BuildError(build_id, "build_file_differs", log) from wrong
    for name in (WAREHOUSE, PERSONS):
        fsync_file(folder / name)
        write_digest(folder / name, tables=rows_of_tables(folder / name))
    fsync_folder(folder)
    draft.unlink()


def _write(home: Home, inputs: Path, manifest: Sequence[ManifestEntry]) -> str:
    settings = home.settings
    return write_inputs(inputs, manifest, demo=settings.demo, least_persons=settings.least_persons)


def _is_current(home: Home, last: Build, manifest: Sequence[ManifestEntry]) -> bool:
    """Whether the last build was made of what counts now (`manifest`, before anything is held back)."""
    file = home.builds / str(last.pk) / _FINGERPRINT
    if not file.exists():
        return False
    with TemporaryDirectory(dir=home.builds) as scratch:
        now = _write(home, Path(scratch), _without(manifest, _held_back_in(last)))
    return file.read_text(encoding="utf-8") == now + builds.fingerprint(manifest) + _made_by(home)


def _made_by(home: Home) -> str:
    """What else than its inputs a build depends on: the code, and the keys persons get."""
    return f"{_code_fingerprint()} {domain_keys(home, PUBLICATION).mark}"


def _code_fingerprint() -> str:
    """SHA-256 over the model and the dictionaries: changed code makes a new build of unchanged data."""
    digest = hashlib.sha256()
    sources = [*DBT_PROJECT.glob("*.yml"), *(PROJECT / "ingest" / "codelists").glob("*.csv")]
    for part in ("models", "macros", "seeds", "tests"):
        sources += [file for file in (DBT_PROJECT / part).rglob("*") if file.is_file()]
    for file in sorted(sources):
        digest.update(file.relative_to(PROJECT).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


def _last_succeeded() -> Build | None:
    return Build.objects.filter(state=Build.State.SUCCEEDED).order_by("-pk").first()


def _held_back_in(last: Build) -> dict[int, str]:
    return {entry["submission"]: entry["reason"] for entry in last.held_back}


def _as_list(held: dict[int, str]) -> list[dict[str, Any]]:
    return [{"submission": submission, "reason": reason} for submission, reason in sorted(held.items())]


def _without(manifest: Sequence[ManifestEntry], held: Collection[int]) -> list[ManifestEntry]:
    return [entry for entry in manifest if entry.submission_id not in held]


def _tables(home: Home, build_id: int) -> list[str]:
    found = []
    for file in (warehouse_of(home, build_id), persons_of(home, build_id)):
        if file.exists():
            with duckdb.connect(str(file), read_only=True) as con:
                found += [row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    return [name for name in found if name != KEY_DOMAIN]


def _forget_old_builds(home: Home, newest: int) -> None:
    """Builds are disposable; keep the last few for whoever wants to look into them."""
    numbers = sorted(int(folder.name) for folder in home.builds.iterdir() if folder.name.isdigit())
    for number in numbers:
        if number <= newest - _KEPT_BUILDS:
            shutil.rmtree(home.builds / str(number), ignore_errors=True)
