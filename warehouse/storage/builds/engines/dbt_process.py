"""dbt run into a build's folder, in a process of its own.

In: the folder of a build with its lake and inputs. Out: `draft.duckdb` there, what the model consists of, and what
failed.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.blame import is_said_of_the_machine
from ingest.databases import room_in
from ingest.home import Home
from ingest.progress import Step, Tell
from ingest.settings.databases import Room
from warehouse.storage.builds.build_error import BuildError
from warehouse.storage.builds.culprits import Failed
from warehouse.storage.builds.engines.dbt_run import MODEL, RESULTS
from warehouse.storage.builds.engines.unmoved import UNMOVED

PROJECT = Path(__file__).parents[4]
DBT_PROJECT = PROJECT / "dbt_project"
DRAFT, LAKE, INPUTS, LOG = "draft.duckdb", "lake", "inputs", "dbt.log"
"""What stands in the folder of a build: what dbt writes, what it reads, and what it did."""
BEFORE = "before.duckdb"
"""What the draft begins with, where it stands there: the large facts of the last one (`kept_draft.py`)."""
TARGET = ".dbt"
_PARSED_OF = "project"
"""Where in the folder of what dbt parsed stands which folder of ours it parsed."""
_SPILLED = "spilled"
"""Where in the folder of a build its database writes what does not fit into memory."""
_MODELS_AT_ONCE = 2
_DBT_PROGRAM = Path(__file__).with_name("dbt_run.py")


@dataclass(frozen=True)
class Dbt:
    """Runs the model. dbt holds on to the `lock` of builds too: should this process die, the next build waits for
    dbt to end. `tell` hears of every node that is done."""

    home: Home
    lock: int
    tell: Tell

    @property
    def target(self) -> Path:
        """One folder for all builds: what dbt parsed once it need not parse again."""
        return self.home.builds / TARGET

    @property
    def begins_with_last(self) -> bool:
        """Whether its draft may begin with what the last one left of its large facts (`kept_draft.py`)."""
        return True

    @property
    def words(self) -> list[str]:
        """What dbt is told besides."""
        return []

    @property
    def program(self) -> list[str]:
        """Python and what it runs."""
        # -P: the modules beside that program are not to be taken for packages of the same names.
        return [sys.executable, "-P", str(_DBT_PROGRAM)]

    def run(self, folder: Path, build_id: int, only: Sequence[str] = ()) -> list[Failed]:
        """Run the model into `draft.duckdb`; returns what failed. `only`: these models and what they are made of.
        Raises BuildError."""
        results = folder / RESULTS
        for old in (folder / DRAFT, folder / MODEL, results):
            old.unlink(missing_ok=True)
        begun = (folder / BEFORE).exists() and not only  # with the dictionaries: others are another model
        if begun:
            shutil.copyfile(folder / BEFORE, folder / DRAFT)
        else:
            (folder / UNMOVED).unlink(missing_ok=True)  # of a run before this one
        self._let_go_of_another()
        ended = self._ended(folder, only, ["--exclude-resource-type", "seed"] if begun else [])
        if not results.exists():
            raise BuildError(build_id, "build_not_ended", folder / LOG, exit=ended)
        ran: list[dict[str, Any]] = json.loads(results.read_text(encoding="utf-8"))
        for result in ran:
            if is_said_of_the_machine(result.get("message") or ""):
                raise OSError(errno.ENOSPC, "dbt: no space left on device")
        return [failed for result in ran if (failed := Failed.of(result))]

    def _let_go_of_another(self) -> None:
        """What dbt parsed names its dictionaries by the folder they lie in. A program that stands elsewhere now, as
        after an upgrade into a folder of its own, would look for them in the old one."""
        note, project = self.target / _PARSED_OF, str(DBT_PROJECT)
        if not note.is_file() or note.read_text(encoding="utf-8") != project:
            shutil.rmtree(self.target, ignore_errors=True)
            self.target.mkdir(parents=True)
            note.write_text(project, encoding="utf-8")

    def _ended(self, folder: Path, only: Sequence[str], besides: Sequence[str]) -> int:
        """dbt's exit code, once it has come to its end. `besides`: words for this run alone."""
        words = ["--no-version-check", "--log-path", str(folder), "build"]
        words += ["--exclude-resource-type", "unit_test", "--project-dir", str(DBT_PROJECT)]
        words += [*self.words, *besides]
        words += ["--profiles-dir", str(DBT_PROJECT), "--target-path", str(self.target)]
        if only:
            words += ["--select", *(f"+{name}" for name in only)]
        reads, writes = os.pipe()
        command = [*self.program, str(writes), *words]
        with os.fdopen(reads, encoding="utf-8") as told, (folder / LOG).open("wb") as out:
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
            "BBAJ_WAREHOUSE": DRAFT,
            "BBAJ_LAKE": LAKE,
            "BBAJ_INPUTS": INPUTS,
            "BBAJ_SPILLED": _SPILLED,
            **_appetite(room_in(self.home)),
            "DO_NOT_TRACK": "1",
        }


def _appetite(room: Room) -> dict[str, str]:
    """What the installation lets dbt's database take, as the profile reads it. Text that changed would make dbt parse
    the model anew: it follows from the settings and the machine alone."""
    told = {
        "BBAJ_MEMORY_LIMIT": "memory_limit",
        "BBAJ_SPILL_LIMIT": "max_temp_directory_size",
        "BBAJ_THREADS": "threads",
    }
    config = room.config()
    said = {variable: str(config[name]) for variable, name in told.items() if name in config}
    # Each model at work holds memory of its own; more threads are better spent within one.
    return said | {"BBAJ_MODELS_AT_ONCE": str(min(room.threads or _MODELS_AT_ONCE, _MODELS_AT_ONCE))}
