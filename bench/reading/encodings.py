"""A large csv as Russian and Kazakh programs write it: cp1251, `;`, decimal commas.

In: a scratch folder and a number of rows. Out: a figure. Ours reads the bytes as they are; DuckDB reads the same
rows in UTF-8 with commas and points, since its wheel knows no cp1251: its floor is made easier, not harder.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from bench.attendance import FORM
from bench.attendance_csv import write_attendance_csv
from bench.figure import Figure
from bench.reading.large_csv import copy_typed
from bench.stopwatch import medians
from ingest.databases import in_memory
from ingest.read import read, type_batch
from ingest.read.text.encodings.encoding import decode
from tests.encodings.tables import CASES, ENCODINGS, LANGUAGES, ROWS, Case, encoded, table

LIMIT = 7.0
SEEDS = range(100, 110)


def figure(folder: Path, rows: int) -> Figure:
    """Measure."""
    plain, local = folder / "plain.csv", folder / "cp1251.csv"
    write_attendance_csv(plain, rows)
    _as_local(plain, local)

    def ours() -> None:
        with in_memory() as con:
            found = type_batch(con, FORM, [(1, read(local, FORM))])
            if any(found.values()):
                raise AssertionError(f"{len(found[1])} cells are not understood")
            target = folder / "ours.parquet"
            con.execute(f"COPY batch TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
        if pq.read_metadata(target).num_rows != rows:
            raise AssertionError("rows were lost")

    taken = medians({"floor": lambda: copy_typed(plain, folder / "floor.parquet"), "ours": ours})
    what = (
        f"attendance csv in cp1251 with `;` and decimal commas, {rows:,} rows: read + type → Parquet, against"
        " DuckDB's typed `read_csv` → Parquet of the same rows in UTF-8"
    )
    return Figure(what, taken["ours"], taken["floor"], LIMIT)


def right_table() -> str:
    """A Markdown table: encoding × case, how many of the seeded tables are read exactly, doubted, or wrong for sure."""
    lines = ["| encoding | " + " | ".join(CASES) + " |", "|---|" + "---|" * len(CASES)]
    for encoding in ENCODINGS:
        cells = []
        for case in CASES:
            counts = Counter(_outcomes(encoding, case))
            cells.append(f"{counts['exact']} / {counts['doubted']} / {counts['wrong']}")
        lines.append(f"| {encoding} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _outcomes(encoding: str, case: Case) -> Iterator[str]:
    for seed in SEEDS:
        for language in LANGUAGES:
            for rows in ROWS:
                for header in (True, False):
                    chance = random.Random(f"{seed} {language} {rows} {header}")
                    text = table(chance, language, case, rows, header=header)
                    if (content := encoded(text, encoding)) is not None:
                        found = decode(content)
                        yield "doubted" if not found.sure else "exact" if found.text == text else "wrong"


def _as_local(plain: Path, local: Path) -> None:
    """The same rows; lessons get a decimal comma, as spreadsheets write counts that are formulas. Letters that
    cp1251 lacks give way to such that it has."""
    with (
        plain.open(encoding="utf-8", newline="") as source,
        local.open("w", encoding="cp1251", newline="") as out,
    ):
        out.write(next(source).replace(",", ";"))
        for line in source:
            cells = line.replace("Ә", "В").rstrip("\n").split(",")
            cells[5] += ",0"
            out.write(";".join(cells) + "\n")
