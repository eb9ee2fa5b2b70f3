"""Small files of every kind of pollution, each reader a whole process: start, imports, reading, ending.

In: a scratch folder. Out: a figure of processor seconds, those of every process that was started counted:
`bbaj read` of all files at once, against pandas that finds the delimiter of each by itself and writes nothing.
"""

from __future__ import annotations

import sys
from itertools import chain, islice
from pathlib import Path

from bench.figure import Figure
from bench.stopwatch import processor_seconds
from tests.polluter.kinds import MAKERS
from tests.polluter.odd_kinds import odd_cases

FILES = 229
LIMIT = 3.0
_SEED = 1
_PANDAS = """
import sys, warnings
import pandas
warnings.simplefilter("ignore")
for path in sys.argv[1:]:
    try:
        pandas.read_csv(path, sep=None, engine="python")
    except Exception:
        pass
"""


def figure(folder: Path) -> Figure:
    """Measure."""
    files = [str(file) for file in write_files(folder / "files")]
    taken = processor_seconds(
        {
            "ours": [sys.executable, "-m", "ingest.cli", "read", *files, "--out-dir", str(folder / "out")],
            "pandas": [sys.executable, "-c", _PANDAS, *files],
        }
    )
    what = (
        f"`bbaj read` of {FILES} small polluted csv files: processor time of all its processes, start and imports"
        " included, against a process that reads them by pandas' `read_csv(sep=None)` and writes nothing"
    )
    return Figure(what, taken["ours"], floor=taken["pandas"], limit=LIMIT)


def write_files(folder: Path) -> list[Path]:
    """The files: each kind of pollution once, the rest odd ones from all over."""
    folder.mkdir(parents=True, exist_ok=True)
    cases = list(chain.from_iterable(maker(_SEED) for maker in MAKERS.values()))
    odd = list(odd_cases(_SEED))
    rest = FILES - len(cases)
    cases += islice(odd, 0, None, len(odd) // rest)
    files = []
    for number, case in enumerate(cases[:FILES]):
        files.append(folder / f"{number:03}.csv")
        files[-1].write_bytes(case.content)
    return files


if __name__ == "__main__":
    from tempfile import TemporaryDirectory

    with TemporaryDirectory(prefix="bbaj-small-") as place:
        print(figure(Path(place)).row())
