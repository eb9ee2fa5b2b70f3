"""Any past publication's figures made again: what counted at a moment, built by the model of today.

In: a home and a moment, or the number of a publication. Out: a folder of builds, `as-of-…`, which can be held against
any publication and is never shown: no build of the ledger is made of it. A copy of the ledger is taken back to the
moment in a home of its own and in a process apart (`trial`); the ledger itself is only read.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from ingest.digests import write_digest
from ingest.home import Home, InstallationError
from ingest.ledger.records import InstallationEvent, Publication
from ingest.ledger.seals.broken import require_built_from
from ingest.ledger.store.copying import copy_into
from ingest.ledger.store.database import LEDGER_IN
from warehouse.storage.builds.engines.dbt_process import INPUTS, PROJECT, TARGET
from warehouse.storage.builds.finished.built_files import WAREHOUSE
from warehouse.storage.builds.finished.persons_apart import PERSONS
from warehouse.storage.builds.finished.warehouse_file import MANIFEST
from warehouse.storage.builds.inputs import PINNED
from warehouse.storage.files import fsync_folder

AS_OF = "as-of-"
TOLD = "as-of.json"
_KEPT = 3
_WORK = ".as-of-"


@dataclass(frozen=True)
class AsOf:
    """What was made again.

    `label`: the name of its folder. `publication`: the one it is held against, that was made last by then; `same_list`:
    whether it is made of the same submissions; `same_content`: whether every table is the same, None where there is
    nothing to compare with. `differing`: tables that both have and that are not the same, `compared`: how many both
    have, None where what was published is kept no longer. `reasons`: why they may lawfully differ: `erased` (persons
    since), `model`, `keys` (of persons), `unknown_model`, `list` (other submissions).
    """

    label: str
    at: datetime
    submissions: int
    landed_again: int
    held_back: tuple[int, ...]
    publication: int | None
    same_list: bool | None
    same_content: bool | None
    differing: tuple[str, ...] = ()
    compared: int | None = None
    reasons: tuple[str, ...] = ()
    erased: int = 0


def rebuild_as_of(home: Home, at: datetime, publication: int | None = None) -> AsOf:
    """Make again what counted at a moment. `publication`: hold it against that one, else the one shown then.

    Raises InstallationError where it cannot be made, BrokenSealError where the ledger says something else than was
    written.
    """
    require_built_from(home)
    shown = _shown_at(at, publication)
    with _room(home) as room:
        _lay_home(home, room / "home")
        said = _tried(home, room, at)
        label = f"{AS_OF}{at.astimezone(UTC):%Y%m%dT%H%M%S}Z"
        _put(home, room / "home" / "builds" / str(said["build"]), label, said, at)
    return _held_against(home, label, at, said, shown)


def moment_of(number: int) -> datetime | None:
    """The moment at which what a publication shows was counted; None where there is no such publication."""
    found = Publication.objects.select_related("build").filter(pk=number).first()
    return found.build.started_at if found else None


def newest(home: Home) -> str | None:
    """The label of the last one made."""
    kept = _kept(home)
    return kept[-1].name if kept else None


def _kept(home: Home) -> list[Path]:
    found = [each for each in home.builds.glob(f"{AS_OF}*") if (each / TOLD).exists()]
    return sorted(found, key=lambda each: (each / TOLD).stat().st_mtime_ns)


def _shown_at(at: datetime, number: int | None) -> Publication | None:
    """The publication made of what counted then: the last one whose build had begun."""
    found = Publication.objects.select_related("build")
    if number is not None:
        return found.filter(pk=number).first()
    return found.filter(build__started_at__lte=at).order_by("-number").first()


@contextmanager
def _room(home: Home) -> Iterator[Path]:
    """A folder beside builds, gone afterwards; those of rebuilds that were killed go, too."""
    home.builds.mkdir(parents=True, exist_ok=True)
    for leftover in home.builds.glob(f"{_WORK}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    room = Path(mkdtemp(prefix=_WORK, dir=home.builds))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _lay_home(home: Home, to: Path) -> None:
    """A home with the originals and keys of another, by links, and with a lake, lists and builds of its own."""
    copy = Home(to)
    copy.create()
    settings = home.root / "bbaj.toml"
    if settings.exists():
        text = settings.read_text(encoding="utf-8")
        (to / "bbaj.toml").write_text(re.sub(r"(?m)^[ \t]*ledger[ \t]*=.*$", "", text), encoding="utf-8")
    # What dbt parsed of the model once it need not parse again.
    parsed = home.builds / TARGET
    if parsed.is_dir():
        shutil.copytree(parsed, copy.builds / TARGET)
    copy.raw.rmdir()
    copy.raw.symlink_to(home.raw.absolute(), target_is_directory=True)
    kept_apart = (copy.reference, copy.judge, copy.spilled, copy.persons, copy.draft)
    own = [each.name for each in kept_apart]
    for each in home.restricted.iterdir():
        link = copy.restricted / each.name
        if each.name not in own:
            if link.is_dir():
                link.rmdir()
            link.symlink_to(each.absolute(), target_is_directory=each.is_dir())
    copy_into(home, copy.ledger)


def _tried(home: Home, room: Path, at: datetime) -> dict[str, Any]:
    hidden = (LEDGER_IN, "BBAJ_FAILPOINT")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"BBAJ_HOME": str(room / "home"), "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.services.as_of.trial", str(room)],
        input=json.dumps({"at": at.astimezone(UTC).isoformat(), "lake": str(home.lake.absolute())}),
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        ended = InstallationError(f"the process ended with {done.returncode}: {done.stderr[-500:]}")
        raise ended.of("as_of_ended", exit=done.returncode) from None
    if told := said.get("told"):
        if told["code"] == "our_fault":
            sys.stderr.write(done.stderr)
        failed = InstallationError(f"as of {at}: {told['code']}")
        raise failed.of(str(told["code"]), **told["facts"])
    return said


def _put(home: Home, made: Path, label: str, said: dict[str, Any], at: datetime) -> None:
    """Keep what was made: its files and its list, and what it is; the last few of such."""
    final = home.builds / label
    shutil.rmtree(final, ignore_errors=True)
    draft = made.with_name(label)
    draft.mkdir()
    for name in (WAREHOUSE, PERSONS):
        for each in made.glob(f"{name}*"):
            shutil.move(str(each), draft / each.name)
    shutil.copy(made / INPUTS / PINNED, draft / PINNED)
    (draft / TOLD).write_text(json.dumps({**said, "at": at.astimezone(UTC).isoformat()}), encoding="utf-8")
    write_digest(draft / TOLD, folder=final.name)
    draft.rename(final)
    fsync_folder(home.builds)
    for old in _kept(home)[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def _held_against(
    home: Home, label: str, at: datetime, said: dict[str, Any], shown: Publication | None
) -> AsOf:
    erased = InstallationEvent.objects.filter(kind=InstallationEvent.Kind.PERSON_ERASED, at__gt=at).count()
    found = AsOf(
        label,
        at,
        said["submissions"],
        said["landed_again"],
        tuple(said["held_back"]),
        shown.number if shown else None,
        shown.build.manifest_sha256 == said["list"] if shown else None,
        shown.content_hash == said["content"] if shown else None,
        erased=erased,
    )
    if shown is None or found.same_content:
        return found
    published = home.published / str(shown.number) / MANIFEST
    told = json.loads(published.read_text(encoding="utf-8")) if published.exists() else {}
    before = {**told.get("tables", {}), **told.get("persons", {}).get("tables", {})}
    both = sorted(before.keys() & said["tables"].keys())
    differing = tuple(name for name in both if before[name] != said["tables"][name])
    reasons = tuple(_reasons(found, told, said))
    return replace(found, differing=differing, compared=len(both) if before else None, reasons=reasons)


def _reasons(found: AsOf, told: dict[str, Any], said: dict[str, Any]) -> Iterator[str]:
    """Why the content may lawfully be another."""
    if found.erased:
        yield "erased"
    if not (made_by := told.get("made_by")):
        yield "unknown_model"
    else:
        (model, _, keys), (model_now, _, keys_now) = made_by.partition(" "), said["made_by"].partition(" ")
        if model != model_now:
            yield "model"
        if keys != keys_now:
            yield "keys"
    if not found.same_list:
        yield "list"
