"""All summaries of a week: the republic, 20 oblasts, 230 districts, each as PDF and workbook in both languages.

In: a folder. Out: how long it takes, and how much memory, of 7,840 invented organisations in one published file.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

from bench.figure import Figure

OBLASTS, DISTRICTS, ORGANISATIONS = 20, 230, 7_840
LIMIT_SECONDS, LIMIT_MIB = 180.0, 1536.0
_SEED = 14_07
_REPORT = "weekly"


def figure(folder: Path) -> Figure:
    """In a process of its own, whose memory nobody else takes. Raises AssertionError above the limit of memory."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "bench.summaries", str(folder)]
    said = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert said["mib"] <= LIMIT_MIB, f"{said['mib']:.0f} MiB"
    what = (
        f"the summaries of a week for {said['places']} places, PDF and workbook in both languages, of {ORGANISATIONS} "
        f"organisations, {said['mib']:.0f} MiB at most"
    )
    return Figure(what, said["seconds"], limit=LIMIT_SECONDS)


def write_country(file: Path) -> list[tuple[int, int]]:
    """A published file of a whole country's week; oblast and district of each department."""
    from tests.dashboards.reports.marts import School, empty, fill

    dice = random.Random(_SEED)
    departments = [(number % OBLASTS, number // OBLASTS) for number in range(DISTRICTS)]
    schools = []
    for number in range(ORGANISATIONS):
        oblast, district = departments[number % DISTRICTS]
        learners = dice.randint(30, 1_800)
        scheduled = learners * 30
        missed = int(scheduled * dice.uniform(0.01, 0.12))
        state = "missing" if dice.random() < 0.03 else "reported"
        schools.append(
            School(oblast, district, number, state, scheduled, missed, learners, f"№ {number} мектеп")
        )
    connection = empty()
    fill(connection, schools)
    connection.execute(f"ATTACH '{file}' AS kept; COPY FROM DATABASE memory TO kept; DETACH kept")
    connection.close()
    return departments


def main() -> None:
    """Draw everything once; seconds and memory as JSON."""
    from dashboards.reports.figures import make
    from dashboards.reports.pdf.make import pdf
    from dashboards.reports.workbook import workbook
    from warehouse.storage.shown.reading import write_reading_files

    folder = Path(sys.argv[1])
    departments = write_country(folder / "warehouse.duckdb")
    write_reading_files(folder / "warehouse.duckdb", folder / "reading", {"rpt_publication"})
    oblasts = [f"{10 + each}0000000" for each in range(OBLASTS)]
    districts = [f"{10 + oblast}{10 + district}00000" for oblast, district in departments]
    began, places = time.monotonic(), ["all", *oblasts, *districts]
    for place in places:
        file = folder / "warehouse.duckdb" if place == "all" else folder / "reading" / f"{place}.duckdb"
        content = make(file, _REPORT, place)
        for language in ("kk", "ru"):
            (folder / f"{place}-{language}.pdf").write_bytes(pdf(content, language))
            (folder / f"{place}-{language}.xlsx").write_bytes(workbook(content, language))
    seconds = time.monotonic() - began
    mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "mib": mib, "places": len(places)}))


if __name__ == "__main__":
    main()
