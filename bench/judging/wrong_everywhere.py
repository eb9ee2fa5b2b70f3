"""Attendance csv wrong in every cell of every column: what memory judging it takes, in a process of its own.

In: a scratch folder. Out: a note, and whether the limit was kept. Memory must follow the limits of the program, not how
many places are wrong: findings are made of the first thousand of each cause, the rest goes to disk.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from ingest.schema.forms.load import contract

ROWS = 300_000
LIMIT_MIB = 1024
_JUDGE = """
import json, sys
from pathlib import Path
from expectations.findings.findings_file import places_file, write_findings
from expectations.judging.judge import JudgeFile, judge
from expectations.reference import Reference
from ingest.schema.forms.load import contract

path = Path(sys.argv[1])
with judge([JudgeFile(1, path, path.name)], contract("attendance"), Reference(), scratch=path.parent) as judged:
    verdict = judged.verdicts[1]
    write_findings(path.parent, 1, verdict)
    judged.further.write(1, places_file(path.parent, 1))
# Not ru_maxrss: that begins with what the process that started this one had.
status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
peak = int(next(line.split()[1] for line in status if line.startswith("VmHWM"))) // 1024
print(json.dumps({"peak": peak, "places": verdict.count("error") + verdict.count("query")}))
"""


@dataclass(frozen=True)
class Peak:
    """MiB at the highest, and how many places were found wrong."""

    mib: int
    places: int

    @property
    def is_met(self) -> bool:
        """Little memory, and every place found: a file given up on takes no memory either."""
        return self.mib < LIMIT_MIB and self.places >= ROWS

    def note(self) -> str:
        """The line of the page."""
        return (
            f"An attendance csv of {ROWS:,} rows, wrong in every cell: {self.places:,} places found, judged and written"
            f" with {self.mib} MiB at most (limit {LIMIT_MIB} MiB)."
        )


def peak(folder: Path) -> Peak:
    """Measure."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "wrong.csv"
    fields = contract("attendance").fields
    with file.open("w", encoding="utf-8") as out:
        out.write(";".join(field.labels.ru for field in fields) + "\n")
        for number in range(ROWS):
            out.write(";".join([f"чушь{number % 5000}"] * len(fields)) + "\n")
    done = subprocess.run(
        [sys.executable, "-c", _JUDGE, str(file)], check=True, capture_output=True, text=True
    )
    said = json.loads(done.stdout)
    return Peak(said["peak"], said["places"])
