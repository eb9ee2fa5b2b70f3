"""The country every trial begins with: what is shown, and what waits in its drop folder.

In: a folder. Out: a home; the words of each act; an act done in a process of its own.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from subprocess import CompletedProcess

from ingest.home import Home
from ingest.serve.airflow_program import OF_EVERY_TASK
from tests.warehouse.country import NOW, SCHOOLS, WEEKS, Country, attendance, csv_of, new_home
from tests.warm import JUDGING, MODELLING, run_python

NEXT_WEEK = "2026-W39"
# Of each act the words of the command line, in the order in which a file goes its way.
ACTS: Mapping[str, tuple[str, ...]] = {
    "collect": ("collect",),
    "judge": ("judge",),
    "build": ("build",),
    "publish": ("publish",),
    "rebuild": ("rebuild",),
    "rollback": ("rollback", "1", "--reason", "a trial"),
    "lift": ("lift", "--reason", "a trial"),
    "secret": ("rotate-secret", "--yes", "--of", "publication"),
}
WAY = ("collect", "judge", "build", "publish")

# What an act of ours imports, imported once for all of them.
_AHEAD = (
    *JUDGING,
    *MODELLING,
    "tests.faults.trials.forked_model",
    "warehouse.services.apart.ahead",
    *OF_EVERY_TASK,
    "warehouse.services.upkeep.rebuild",
    "warehouse.services.upkeep.secret_change",
)
# A process apart is forked from the command itself: nothing is imported twice.
COMMAND = """
import os
from ingest.receive import failpoint
failpoint._ARMED = os.environ.get("BBAJ_FAILPOINT")
from tests.faults.forked import Forked
import warehouse.services.apart.ahead
from warehouse.services.apart import parent
parent._worker = parent.Worker(Forked())
{more}
from ingest.cli import main
main()
"""
# So is dbt, where the model is not to be killed by itself.
_FORKED_MODEL = "from tests.faults.trials import forked_model; forked_model.install()"
# Whatever was begun ends together after so long, as when the power fails.
_ENDS_AFTER = """
import os, signal, threading, time
def _ends():
    time.sleep({seconds})
    import psutil
    for each in psutil.Process().children(recursive=True):
        each.kill()
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=_ends, daemon=True).start()
"""


def shown_country(folder: Path) -> Home:
    """A country whose first publication is shown; made once in that folder."""
    from django.db import connections

    from warehouse.services.building import build
    from warehouse.services.upkeep.installation import initialise
    from warehouse.storage.shown.publish import publish

    root = folder / "shown"
    if not (folder / ".shown").exists():
        shutil.rmtree(root, ignore_errors=True)
        home = new_home(root)
        country = Country(home)
        country.registers()
        country.rosters()
        country.reports()
        country.judge()
        initialise(home)
        build(home)
        publish(home)
        (folder / ".shown").touch()
        connections.close_all()
    return Home(root)


def copied(home: Home, to: Path, *, drop: bool = True) -> Home:
    """The same country elsewhere, with files that wait in its drop folder if `drop`."""
    from django.db import connections

    import ingest.ledger.records  # noqa: F401  # configures Django

    connections.close_all()
    shutil.rmtree(to, ignore_errors=True)
    other = copied_whole(home, to)
    if drop:
        drop_files(other)
    return other


def copied_whole(home: Home, to: Path) -> Home:
    """The same files elsewhere."""
    shutil.copytree(home.root, to, symlinks=True)
    return Home(to)


def drop_files(home: Home) -> None:
    """A new week of both schools, a correction, a report of nothing, and what nobody can use."""
    first, second = SCHOOLS
    waiting = {
        f"{first}/attendance/{NEXT_WEEK}/a.csv": csv_of(attendance(first, NEXT_WEEK)),
        f"{second}/attendance/{NEXT_WEEK}/b.csv": csv_of(attendance(second, NEXT_WEEK)),
        f"{first}/attendance/{WEEKS[1]}/c.csv": csv_of(attendance(first, WEEKS[1], missed=4)),
        f"{second}/attendance/{WEEKS[1]}/wrong.csv": csv_of(attendance(second, WEEKS[1], missed=13)),
        f"{first}/attendance/2026-W38~1А/again.csv": b"PK,iin\n1,2\n",
        f"{second}/staff_roster/2026-Q3/none.nil": b"",
        "nobody/attendance/2026-W37/d.csv": b"iin\n1\n",
    }
    for place, (name, content) in enumerate(waiting.items()):
        file = home.drop / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        at = (NOW + timedelta(minutes=place)).timestamp()
        os.utime(file, (at, at))


def do(
    home: Home,
    act: str,
    *,
    failpoint: str = "",
    seconds: float | None = None,
    before: str = "",
    environment: Mapping[str, str] | None = None,
    preloaded: Mapping[str, str] | None = None,
) -> CompletedProcess[str]:
    """One act by the command line, in a process of its own. `failpoint`: where it dies; `seconds`: when, in running
    time; `before`: code that it begins with; `preloaded`: of the environment, what must be there from the start."""
    ending = _ENDS_AFTER.format(seconds=seconds) if seconds is not None else ""
    asked = {
        name: value for name, value in os.environ.items() if name not in ("BBAJ_LEDGER_URL", "BBAJ_FAILPOINT")
    } | {"BBAJ_HOME": str(home.root), "BBAJ_FAILPOINT": failpoint, "BBAJ_LANG": "en"}
    code = before + ending + COMMAND.format(more=_FORKED_MODEL)
    more = dict(preloaded or {})
    asked |= dict(environment or {}) | more
    return run_python(code, *ACTS[act], env=asked, ahead=_AHEAD, ours=True, more=tuple(more.items()))
