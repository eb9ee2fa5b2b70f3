"""A drill: is what was backed up enough to go on from, and how long does it take?

In: a home with backups. Out: a line of `record` with the seconds of each step, or why it failed. Everything happens in
a folder beside the home and in a process apart, and is gone afterwards; the home itself is only asked where its backups
are.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic
from typing import Any

from ingest.home import Home
from ingest.ledger.store.database import LEDGER_IN
from ingest.settings.services import DATABASE_IN
from warehouse.services.backup.databases import scratch_databases
from warehouse.services.backup.record import recorded
from warehouse.services.backup.repositories import DATA, PASSWORD_IN, VAULT, Repositories, alone, known
from warehouse.services.backup.restic import BackupError

PROJECT = Path(__file__).parents[3]
_PREFIX = ".bbaj-drill-"


@dataclass(frozen=True)
class Drilled:
    """A drill that went well. `snapshot`: the backup that was tried, `of`: when it was taken. `seconds`: step → how
    long; `same_content`: whether what was built again equals what is published, None where something had changed
    since."""

    snapshot: str
    of: str
    submissions: int
    rows: int
    seconds: dict[str, float]
    same_content: bool | None


class DrillError(BackupError):
    """A backup that could not be restored, or was not what it should be."""


def hold_drill(home: Home) -> Drilled:
    """Try the newest backup. Raises BackupError, and BusyError while a backup is taken."""
    with alone(home), recorded(home, "drill") as line:
        repositories = known(home)
        began = monotonic()
        for repository in (repositories.data, repositories.vault):
            repository.check()
        line["steps"] = {"check": round(monotonic() - began, 1)}
        with _folder(home) as folder, scratch_databases(home) as databases:
            said = _tried(repositories, folder, databases)
        line["steps"] |= said.pop("seconds", {})
        told = said.pop("told", None)
        line.update(said)
        if told is not None:
            raise DrillError(f"the drill failed: {told['code']}").of(str(told["code"]), **told["facts"])
        return Drilled(
            said["snapshot"],
            said["of"],
            said["submissions"],
            said["rows"],
            line["steps"],
            said["same_content"],
        )


@contextmanager
def _folder(home: Home) -> Iterator[Path]:
    """An empty one for the drill alone, gone afterwards; those of drills that were killed go, too."""
    settings = home.settings.backup
    beside = home.root.parent
    named = settings.drill_in if settings else None
    where = home.root / named if named else beside if os.access(beside, os.W_OK) else home.backup
    prefix = f"{_PREFIX}{home.root.name}-"
    for leftover in where.glob(f"{prefix}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    folder = Path(mkdtemp(prefix=prefix, dir=where))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _tried(repositories: Repositories, folder: Path, databases: Mapping[str, str]) -> dict[str, Any]:
    hidden = (LEDGER_IN, *DATABASE_IN.values(), *PASSWORD_IN.values())
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"BBAJ_HOME": str(folder / "home"), "PYTHONPATH": str(PROJECT)}
    environment |= databases
    asked = {
        part: {"address": each.address, "password": each.password}
        for part, each in ((DATA, repositories.data), (VAULT, repositories.vault))
    }
    done = subprocess.run(
        [sys.executable, "-m", "warehouse.services.backup.trial", str(folder)],
        input=json.dumps(asked),
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except (IndexError, ValueError):
        ended = DrillError(f"the drill's process ended with {done.returncode}: {done.stderr[-500:]}")
        raise ended.of("drill_ended", exit=done.returncode) from None
    if said.get("told", {}).get("code") == "our_fault":
        sys.stderr.write(done.stderr)
    return said
