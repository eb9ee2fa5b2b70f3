"""A build: the star schema made anew from an explicit list of submissions, tested, and left ready to publish.

In: the ledger's manifest and the lake. Out: `builds/<id>/warehouse.duckdb` for readers, `persons.duckdb` for those
entitled to single persons, and a build record. A submission that breaks a test of the data, or at which a model fails,
is held back and the rest is built without it; a broken invariant of our own ends the build as failed and nothing is
published.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import DatabaseError

from ingest.databases import read_file
from ingest.digests import write_digest
from ingest.home import Home
from ingest.ledger import builds
from ingest.ledger.decisions.manifest import Manifest, ManifestEntry, counting
from ingest.ledger.receipts.submissions import hold_back, release
from ingest.ledger.records import Build
from ingest.ledger.seals.broken import require_built_from
from ingest.locks import locked
from ingest.progress import Tell, tell_nobody
from ingest.receive.failpoint import reach
from ingest.schema.forms.load import contracts
from ingest.told import in_log
from warehouse.storage.builds import kept_draft
from warehouse.storage.builds.beginning import Beginning, Whole
from warehouse.storage.builds.build_error import BuildError
from warehouse.storage.builds.code import code_fingerprint
from warehouse.storage.builds.culprits import Failed, forms_behind, submissions_at_fault
from warehouse.storage.builds.disclosure import forms_of_persons, unguarded
from warehouse.storage.builds.engines.choice import model_runner, note_engine, ran_on
from warehouse.storage.builds.engines.dbt_process import DRAFT, INPUTS, LAKE, LOG, Dbt
from warehouse.storage.builds.engines.dbt_run import MODEL
from warehouse.storage.builds.finished.built_files import WAREHOUSE, WrongFilesError, finish_files
from warehouse.storage.builds.finished.persons_apart import KEY_DOMAIN, PERSONS, last_file, made_with
from warehouse.storage.builds.finished.warehouse_file import rows_of_tables, told_beside
from warehouse.storage.builds.inputs import pinned_to, write_inputs, write_landing
from warehouse.storage.builds.territories import uncut
from warehouse.storage.files import fsync_file, fsync_folder
from warehouse.storage.keys.domain_keys import PUBLICATION, DomainKeys, domain_keys
from warehouse.storage.keys.vault import Vault
from warehouse.storage.lake.lake_files import link_files, require_lake

log = logging.getLogger(__name__)
_FINGERPRINT = "inputs.sha256"
_KEPT_BUILDS = 3
_MOST_ROUNDS = 5
_DIGITS = 64
"""Of each of the two digests that a build's fingerprint begins with: its inputs, and the list of its submissions."""


@dataclass(frozen=True)
class BuildResult:
    """How a build ended. `models`: how many tables were made. `skipped`: nothing had changed since that build. `whole`:
    why it was made without what the last one left of its large facts; None where it began with that."""

    build_id: int
    state: str
    held_back: tuple[int, ...] = ()
    models: int = 0
    skipped: bool = False
    whole: Whole | None = None


def build(
    home: Home,
    *,
    force: bool = False,
    whole: bool = False,
    tell: Tell = tell_nobody,
    engine: str | None = None,
) -> BuildResult:
    """Build what is accepted now. Raises BuildError, BrokenSealError where the ledger says something else than was
    written, and BusyError while another build runs.

    `tell` hears of every table and test of the model that is done. `engine`: what it runs on, where not on what is set;
    what was built on another is then built anew. `whole`: with nothing taken over from the last build, even where
    nothing changed.
    """
    with locked(home.builds / ".lock", wait_seconds=600) as lock:
        builds.end_interrupted(home.now())  # whoever began them held this lock as long as it lived
        last = _last_succeeded()
        manifest = counting()
        other = last is not None and engine not in (None, ran_on(home, last.pk))
        with TemporaryDirectory(dir=home.builds) as scratch:
            ahead = None
            if last and not force and not whole and not other:
                ahead = _written_ahead(home, last, manifest, Path(scratch))
                if _noted(home.builds / str(last.pk) / _FINGERPRINT) == ahead.made_of + _made_by(home):
                    held = tuple(_held_back_in(last))
                    return BuildResult(last.pk, "succeeded", held, len(_tables(home, last.pk)), skipped=True)
            require_built_from(home)
            # Whatever was held back has another chance: what it broke with may be gone, as a rebuild would find.
            before = _held_back_in(last) if last else {}
            dbt = model_runner(home, lock, tell, engine)
            return _build(home, manifest, before, dbt, whole=whole, ahead=None if before else ahead)


def is_due(home: Home) -> bool:
    """Whether a build made now would say anything else than the last one."""
    last = _last_succeeded()
    if last is None:
        return len(counting()) > 0
    return not _is_current(home, last, counting())


def standing(home: Home) -> list[object] | None:
    """What the last build was made of and by, as plain values; None where there is none, or nothing is left of it."""
    last = _last_succeeded()
    kept = inputs_of(home, last.pk) if last else None
    return [last.pk, kept, _made_by(home)] if last and kept else None


def whole_next(home: Home) -> kept_draft.Unusable | None:
    """Why the next build will be whole, as far as can be told without its inputs; None where it begins with the last.
    The bytes of what is kept are not read for that."""
    return kept_draft.why_never(home, code_fingerprint(), every_byte=False)


def warehouse_of(home: Home, build_id: int) -> Path:
    """The file a build made."""
    return home.builds / str(build_id) / WAREHOUSE


def persons_of(home: Home, build_id: int) -> Path:
    """What that build made of single persons, their keys those of the publication's domain."""
    return home.builds / str(build_id) / PERSONS


def inputs_of(home: Home, build_id: int) -> str | None:
    """What a build was made of, as one line that equals another's where both must have the same content; None where the
    build is not kept."""
    return _noted(home.builds / str(build_id) / _FINGERPRINT)


def made_by_of(home: Home, build_id: int) -> str | None:
    """What else than its inputs a build depends on: the model, and the keys persons get; None where it is not kept."""
    kept = inputs_of(home, build_id)
    return kept[2 * _DIGITS :] if kept else None


def _build(
    home: Home,
    manifest: Manifest,
    held_before: dict[int, str],
    dbt: Dbt,
    *,
    whole: bool,
    ahead: _Inputs | None,
) -> BuildResult:
    """`ahead`: the inputs of all that counts, where they were written to be compared with those of the last build."""
    held: dict[int, str] = {}
    files = require_lake(home, manifest)
    pinned = manifest.fingerprint
    run = builds.start(manifest, home.now())
    folder = home.builds / str(run.pk)
    try:
        link_files(files, home.lake, folder / LAKE)
        write_landing(folder / INPUTS, home.lake, manifest)
        beginning = Beginning(home, folder, code_fingerprint(), dbt, whole=whole)
        reach("build:begun")
        for _ in range(_MOST_ROUNDS):
            fingerprint = (
                ahead.taken_to(folder / INPUTS) if ahead else write_inputs(folder / INPUTS, home, manifest)
            )
            ahead = None
            if failed := beginning.run(run.pk):
                broken = _at_fault(home, folder, run.pk, manifest, failed, dbt)
                if not broken:
                    named = [str(each) for each in failed]
                    raise BuildError(run.pk, "build_model_failed", folder / LOG, named)
            else:
                broken = _broken_submissions(folder / DRAFT, manifest)
            if not broken:
                break
            held |= broken
            manifest = manifest.without(held)
        else:
            raise BuildError(run.pk, "build_data_kept_breaking", folder / LOG)
        reach("build:modelled")
        keys = _finish_files(home, folder, run.pk, beginning)
        beginning.keep()  # of the draft, which is nobody's any more
        reach("build:kept")
        _note_files(folder, made_with(beginning.kept, keys))
        reach("build:finished")
    except BaseException:
        with suppress(DatabaseError):  # what ended it may be the ledger itself; the next one ends it then
            builds.finish(run.pk, "failed", home.now(), _as_list(held))
        raise
    note_engine(home, run.pk, dbt)
    (folder / _FINGERPRINT).write_text(fingerprint + pinned + _made_by(home), encoding="utf-8")
    for submission, reason in held.items():
        if submission not in held_before:
            hold_back([submission], run.pk, reason, home.now())
    if freed := set(held_before) - set(held):
        release(freed, run.pk, home.now())
    reach("build:noted")
    builds.finish(run.pk, "succeeded", home.now(), _as_list(held))
    reach("build:recorded")
    _forget_old_builds(home, run.pk)
    models = len(_tables(home, run.pk))
    return BuildResult(run.pk, "succeeded", tuple(sorted(held)), models, whole=beginning.whole)


def _at_fault(
    home: Home,
    folder: Path,
    build_id: int,
    manifest: Manifest,
    failed: Sequence[Failed],
    dbt: Dbt,
) -> dict[int, str]:
    """The submission at which a model fails, and which; {} where it is none's fault. Takes a few builds."""
    names = [each.name for each in failed if each.is_error]
    last = _last_succeeded()
    went_well = pinned_to(home.builds / str(last.pk) / INPUTS) if last else None
    before = went_well.submissions if went_well else set()

    def attempt(some: Sequence[ManifestEntry], only: Sequence[str]) -> list[str]:
        write_inputs(folder / INPUTS, home, manifest.only({each.submission_id for each in some}))
        return [each.name for each in dbt.run(folder, build_id, only) if each.is_error]

    found = submissions_at_fault(failed, list(manifest), before, forms_behind(names, folder), attempt)
    for submission, reason in found.items():
        log.error("%s", in_log("log_held_back", build=build_id, receipt=submission, why=reason))
    return found


def _broken_submissions(draft: Path, manifest: Manifest) -> dict[int, str]:
    """Submission → name of the test of the data it breaks, from the tables of schema `held_back`."""
    among = manifest.submissions
    broken: dict[int, str] = {}
    with read_file(draft) as con:
        tests = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'held_back'"
        ).fetchall()
        for (test,) in sorted(tests):
            for (key,) in con.execute(f'SELECT DISTINCT submission_key FROM held_back."{test}"').fetchall():
                if key in among:
                    broken.setdefault(int(key), test)
    return broken


def _finish_files(home: Home, folder: Path, build_id: int, beginning: Beginning) -> DomainKeys:
    """Make the files of the build and see that they show nobody; the keys of persons in them. Raises BuildError."""
    draft, log = folder / DRAFT, folder / LOG
    record = json.loads((folder / MODEL).read_text(encoding="utf-8"))
    if shown := unguarded(record, forms_of_persons(contracts())):
        raise BuildError(build_id, "build_shows_persons", log, shown)
    if unclear := uncut(record):
        raise BuildError(build_id, "build_without_territory", log, unclear)
    keys = domain_keys(home, PUBLICATION)
    last = last_file(home, beginning.begun_with, keys)
    try:
        with Vault(home) as vault:
            finish_files(draft, folder, keys, vault.issued_among, last)
    except WrongFilesError as wrong:
        if wrong.places:
            raise BuildError(build_id, "build_shows_persons", log, wrong.places) from wrong
        raise BuildError(build_id, "build_file_differs", log) from wrong
    return keys


def _note_files(folder: Path, of_persons: dict[str, str | None]) -> None:
    """Make the files of the build durable, with their digests. `of_persons`: what that of persons is made with."""
    beside = told_beside(folder)
    told: dict[str, dict[str, Any]] = {PERSONS: {**of_persons, "by": "blocks"}, WAREHOUSE: {"beside": beside}}
    for name in beside:
        fsync_file(folder / name)
    fsync_folder(folder / INPUTS)
    for name, how in told.items():
        fsync_file(folder / name)
        write_digest(folder / name, tables=rows_of_tables(folder / name), **how)
    (folder / DRAFT).unlink(missing_ok=True)  # where nothing was kept of it
    fsync_folder(folder)


def _is_current(home: Home, last: Build, manifest: Manifest) -> bool:
    """Whether the last build was made of what counts now (`manifest`, before anything is held back)."""
    noted = _noted(home.builds / str(last.pk) / _FINGERPRINT)
    if noted is None:
        return False
    with TemporaryDirectory(dir=home.builds) as scratch:
        return noted == _written_ahead(home, last, manifest, Path(scratch)).made_of + _made_by(home)


@dataclass(frozen=True)
class _Inputs:
    """Inputs of a build that lie in a folder of their own. `fingerprint`: of them; `made_of`: with that of the list of
    all that counts, before anything is held back."""

    folder: Path
    fingerprint: str
    made_of: str

    def taken_to(self, folder: Path) -> str:
        """Let them be those of a build; their fingerprint."""
        for file in self.folder.iterdir():
            file.replace(folder / file.name)
        return self.fingerprint


def _written_ahead(home: Home, last: Build, manifest: Manifest, folder: Path) -> _Inputs:
    """What a build would be made of that held back what the last one did."""
    fingerprint = write_inputs(folder, home, manifest.without(_held_back_in(last)))
    return _Inputs(folder, fingerprint, fingerprint + manifest.fingerprint)


def _noted(file: Path) -> str | None:
    """What a build was made of, as it was noted beside it; None where that is lost, or is no text any more: then
    another one is made."""
    try:
        return file.read_text(encoding="ascii")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _made_by(home: Home) -> str:
    """What else than its inputs a build depends on: the code, and the keys persons get."""
    return f"{code_fingerprint()} {domain_keys(home, PUBLICATION).mark}"


def _last_succeeded() -> Build | None:
    return Build.objects.filter(state=Build.State.SUCCEEDED).order_by("-pk").first()


def _held_back_in(last: Build) -> dict[int, str]:
    return {entry["submission"]: entry["reason"] for entry in last.held_back}


def _as_list(held: dict[int, str]) -> list[dict[str, Any]]:
    return [{"submission": submission, "reason": reason} for submission, reason in sorted(held.items())]


def _tables(home: Home, build_id: int) -> list[str]:
    found = []
    for file in (warehouse_of(home, build_id), persons_of(home, build_id)):
        if file.exists():
            with read_file(file) as con:
                found += [row[0] for row in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    return [name for name in found if name != KEY_DOMAIN]


def _forget_old_builds(home: Home, newest: int) -> None:
    """Builds are disposable; keep the last few for whoever wants to look into them."""
    numbers = sorted(int(folder.name) for folder in home.builds.iterdir() if folder.name.isdigit())
    for number in numbers:
        if number <= newest - _KEPT_BUILDS:
            shutil.rmtree(home.builds / str(number), ignore_errors=True)
