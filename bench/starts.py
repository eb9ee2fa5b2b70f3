"""How long a command takes to begin: what `bbaj` loads before it says its first word.

In: a scratch folder. Out: a figure for a command that only speaks, one for a command that reads a home without reports;
processor seconds of whole processes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from bench.figure import Figure
from bench.stopwatch import processor_seconds

_BBAJ = [sys.executable, "-m", "ingest.cli"]
LIMITS = {"--version": 0.4, "status": 1.2}


def figures(folder: Path) -> list[Figure]:
    """Measure."""
    home = folder / "home"
    subprocess.run(
        [*_BBAJ, "init"], env={**os.environ, "BBAJ_HOME": str(home)}, check=True, capture_output=True
    )
    with_home = ["env", f"BBAJ_HOME={home}"]
    taken = processor_seconds({command: [*with_home, *_BBAJ, command] for command in LIMITS})
    what = {
        "--version": "start of `bbaj --version`, processor time",
        "status": "start of `bbaj status` on a home without reports, processor time",
    }
    return [Figure(what[command], taken[command], limit=limit) for command, limit in LIMITS.items()]


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="bbaj-starts-") as place:
        for each in figures(Path(place)):
            print(each.row())
