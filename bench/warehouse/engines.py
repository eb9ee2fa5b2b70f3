"""The second engine beside the first, at the demonstration's size: `make bench-engines`.

In: nothing. Out: what a whole build takes on each, model and tests, of the clock and of the processor, and the ratio.
The country has eighty organisations and a month of attendance; both engines read the same files.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from ingest.databases import in_memory
from ingest.home import Home
from ingest.progress import tell_nobody
from ingest.sql import literal
from tests.dbt_project.installation import Installation
from warehouse.storage.builds.engines.dbt_process import Dbt
from warehouse.storage.builds.engines.spark_installed import require_spark
from warehouse.storage.builds.engines.spark_process import SparkDbt

ORGANISATIONS = int(os.environ.get("BENCH_ORGANISATIONS", "80"))
LEARNERS = int(os.environ.get("BENCH_LEARNERS", "400"))
_WEEKS = ("2026-W36", "2026-W37", "2026-W38", "2026-W39")
_KATO = "113820100"
_COUNTED_EVERY = 0.2


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory(prefix="bbaj-bench-engines-") as folder:
        root = Path(folder)
        home = Home(root / "home")
        home.builds.mkdir(parents=True)
        require_spark(home.settings.spark, home.builds)
        rows = _write_country(root / "country")
        lock = os.open(os.devnull, os.O_RDONLY)
        print("| engine | clock | processor |\n|---|---|---|")
        taken = {}
        for runner in (Dbt(home, lock, tell_nobody), SparkDbt(home, lock, tell_nobody)):
            name = type(runner).__name__
            taken[name] = clock, processor = _timed(partial(runner.run, root / "country", 1))
            print(f"| {name} | {clock:.1f} s | {processor:.1f} s |")
        (clock, processor), (spark_clock, spark_processor) = taken.values()
        print(
            f"\n{ORGANISATIONS} organisations, {rows:,} rows of attendance: Spark takes"
            f" {spark_clock / clock:.1f}× of the clock and {spark_processor / processor:.1f}× of the processor."
        )


def _timed(work: Callable[[], Iterable[object]]) -> tuple[float, float]:
    """Seconds of the clock, and of the processor of this process and all below it, Java too, which nobody waits for."""
    seen: dict[int, float] = {}
    ended = threading.Event()

    def count() -> None:
        while not ended.wait(_COUNTED_EVERY):
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.NoSuchProcess):
                    used = process.cpu_times()
                    seen[process.pid] = used.user + used.system

    counting = threading.Thread(target=count, daemon=True)
    began, own = time.perf_counter(), time.process_time()
    counting.start()
    failed = work()
    clock, own = time.perf_counter() - began, time.process_time() - own
    ended.set()
    counting.join()
    if failed:
        raise SystemExit("\n".join(map(str, failed)))
    return clock, own + sum(seen.values())


def _write_country(root: Path) -> int:
    """Registers, and of each organisation its attendance; how many rows."""
    home = Installation(root)
    names = ("kato", "level", "type_code", "name_ru", "name_kk")
    places = [("110000000", "oblast", "0", "О", "О"), ("113800000", "district", "4", "А", "А")]
    places += [(_KATO, "settlement", "1", "Г", "Қ")]
    register = [dict(zip(names, each, strict=True)) for each in places]
    home.submit(1, "territory_register", "KZ", "2026-07-17", register, official=True)
    codes = [f"65094{number:07d}" for number in range(ORGANISATIONS)]
    opened = [
        {"bin": code, "event": "opened", "event_date": date(2020, 9, 1), "name_kk": code, "name_ru": code}
        | {"kind": "general_school", "kato": _KATO, "locality": "urban"}
        for code in codes
    ]
    home.submit(2, "organisation_register", "113800000", "2026-08-25", opened)
    for code in codes:
        home.inputs["node"].append({"node_code": code, "kind": "organisation", "territory_code": _KATO})
    number = 10
    for week in _WEEKS:
        for code in codes:
            home.submit(number, "attendance", code, week, [], official=True)
            number += 1
    moment = datetime(2026, 10, 1, 7)
    home.inputs["publication"].append({"number": 1, "data_as_of": moment, "demo": True, "least_persons": 5})
    rows = 5 * LEARNERS
    for table in ("manifest", "submission"):
        for row in home.inputs[table]:
            if row["form"] == "attendance":
                row["rows_accepted"] = rows
    home.write()
    _write_attendance(root / "lake" / "attendance")
    return rows * ORGANISATIONS * len(_WEEKS)


def _write_attendance(folder: Path) -> None:
    """In the place of each empty batch its rows, by SQL: 5 days of each learner, one in seven of them absent."""
    with in_memory() as con:
        for place, week in enumerate(_WEEKS):
            monday = date.fromisocalendar(2026, int(week[-2:]), 1)
            for school in range(ORGANISATIONS):
                number = 10 + place * ORGANISATIONS + school
                file = folder / f"period={week}" / f"batch-{number}.parquet"
                columns = con.execute(f"SELECT * FROM read_parquet({literal(file)}) LIMIT 0").description
                known = {
                    "bin": f"'65094{school:07d}'", "person_key": f"{10**15 + school * 10_000} + learner",
                    "date": f"DATE '{monday}' + day", "grade": "1 + learner % 11", "letter": "'А'",
                    "lessons_scheduled": "6", "lessons_missed": "CASE WHEN absent THEN 6 ELSE 0 END",
                    "lessons_missed_valid": "CASE WHEN absent THEN 6 ELSE 0 END", "is_late": "false",
                    "absence_reason": "CASE WHEN absent THEN 'ILL' END", "lessons_missed_invalid": "0",
                    "submission_id": str(number), "batch_id": f"'batch-{number}'", "source_row": "learner * 5 + day",
                }  # fmt: skip
                chosen = ", ".join(
                    f"CAST({known.get(name, 'NULL')} AS {kind}) AS {name}"
                    for name, kind, *_ in columns or ()
                    if name != "period"
                )
                con.execute(
                    f"COPY (SELECT {chosen} FROM (SELECT learner, day::INT AS day, (learner + day) % 7 = 0 AS absent"
                    f" FROM range({LEARNERS}) AS l(learner), range(5) AS d(day))) TO {literal(file)} (FORMAT parquet)"
                )


if __name__ == "__main__":
    main()
