"""`python -m bench.reading.pollution`: records and cells right on the seeded polluter, beside pandas and DuckDB.

Each reader gets each case unaided. Truth and comparison are those of the tests: header and records, empty
cells at the end apart. Peers are asked for text, so that retyping does not count against them.
"""

from __future__ import annotations

import csv
import io
import statistics
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from ingest.databases import in_memory
from ingest.read.plain.reader import read_general
from ingest.read.text.rows.csv_bytes import csv_bytes
from tests.polluter.kinds import MAKERS, Maker
from tests.polluter.measure import score
from tests.polluter.odd_kinds import odd_cases

SEEDS = range(1, 6)
Rows = Sequence[Sequence[str]]
Reader = Callable[[Path], Rows]


def ours(path: Path) -> Rows:
    reading = read_general(path)
    written = csv_bytes(reading.sheets[0].csv_rows() if reading.sheets else ())
    return list(csv.reader(io.StringIO(written.decode(), newline="")))


def pandas(path: Path) -> Rows:
    frame = pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False)
    return [list(map(str, frame.columns)), *frame.fillna("").astype(str).values.tolist()]


def pandas_lenient(path: Path) -> Rows:
    frame = pd.read_csv(
        path,
        sep=None,
        engine="python",
        dtype=str,
        keep_default_na=False,
        on_bad_lines="skip",
        encoding_errors="replace",
    )
    return [list(map(str, frame.columns)), *frame.fillna("").astype(str).values.tolist()]


def duckdb_lenient(path: Path) -> Rows:
    with in_memory() as con:
        found = con.execute(
            "SELECT * FROM read_csv(?, ignore_errors=true, null_padding=true, strict_mode=false, "
            "all_varchar=true)",
            [str(path)],
        )
        names = [column[0] for column in found.description or []]
        return [names, *([cell or "" for cell in row] for row in found.fetchall())]


READERS: dict[str, Reader] = {
    "bbaj read": ours,
    "pandas sep=None": pandas,
    "pandas, bad lines skipped": pandas_lenient,
    "DuckDB lenient": duckdb_lenient,
}


def table() -> str:
    """A Markdown table: kind of pollution × reader, mean F1 of records and of cells over all seeds."""
    lines = ["| pollution | " + " | ".join(READERS) + " |", "|---|" + "---|" * len(READERS)]
    totals: dict[str, list[tuple[float, float]]] = {name: [] for name in READERS}
    with warnings.catch_warnings(), TemporaryDirectory(prefix="bbaj-pollution-") as folder:
        warnings.simplefilter("ignore")
        file = Path(folder) / "case.csv"
        for kind, maker in (*MAKERS.items(), ("odd ones of every kind", odd_cases)):
            cells = []
            for name, reader in READERS.items():
                flat = [entry for seed in SEEDS for entry in _score(reader, file, seed, maker)]
                totals[name] += flat
                cells.append(_shown(flat))
            lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    lines.append("| **all** | " + " | ".join(_shown(scores) for scores in totals.values()) + " |")
    return "\n".join(lines)


def _score(reader: Reader, file: Path, seed: int, maker: Maker) -> list[tuple[float, float]]:
    found = []
    for case in maker(seed):
        file.write_bytes(case.content)
        try:
            rows = reader(file)
        except Exception:  # a reader that gives up has read nothing
            rows = []
        truth = [*([case.header] if case.header else []), *case.rows]
        compared = score(truth, rows)
        found.append((compared.records, compared.cells))
    return found


def _shown(scores: list[tuple[float, float]]) -> str:
    records, cells = (statistics.mean(part) for part in zip(*scores, strict=True))
    return f"{records:.3f} / {cells:.3f}"


if __name__ == "__main__":
    print(table())
