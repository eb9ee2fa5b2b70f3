"""What was read of any files → plain csv files and `findings.jsonl`.

In: paths and a folder. Out: for each input one csv of its main sheet, further sheets beside it, and one line of
JSON for each finding: `file`, `code`, `severity`, `sheet`, `cell`, `row`, `column`, `value`, `message` in kk,
ru and en, `suggestion`. A csv is UTF-8 without a mark, commas, quotes doubled, lines ended by LF.

Names: `attendance.xlsx` gives `attendance.csv`, its further sheets `attendance.2.csv`, `attendance.3.csv` …
Where inputs share a name but for its ending or folder, the first keeps it and the others keep their ending
too: `attendance.ods.csv`. What is still taken gets a number: `attendance~2.csv`. Letter case does not tell
names apart, as it does not on Windows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.read.general import GeneralReading, SheetReading, read_general
from ingest.read.plain_csv import csv_bytes
from ingest.schema.finding import Finding

FINDINGS = "findings.jsonl"


@dataclass(frozen=True)
class Outcome:
    """One input: its reading and the files written from it."""

    path: Path
    reading: GeneralReading
    outputs: tuple[Path, ...]


class OverwritesInputError(Exception):
    """An output would be written over one of the inputs. Carries `path`."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is one of the inputs")
        self.path = path


def inputs_of(paths: Iterable[Path]) -> list[Path]:
    """The files named, and those in the folders named, at any depth, in order of their names."""
    found: list[Path] = []
    for path in paths:
        found += sorted(entry for entry in path.rglob("*") if entry.is_file()) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


def read_all(inputs: Sequence[Path], folder: Path) -> Iterator[Outcome]:
    """Read each input and write what it holds; yields as it goes. Raises OverwritesInputError beforehand."""
    names = names_of(inputs)
    originals = {path.resolve() for path in inputs}
    for name in (*names, FINDINGS):
        if (folder / name).resolve() in originals:
            raise OverwritesInputError(folder / name)
    folder.mkdir(parents=True, exist_ok=True)
    taken = {name.casefold() for name in names}
    with (folder / FINDINGS).open("w", encoding="utf-8", newline="\n") as findings:
        for path, name in zip(inputs, names, strict=True):
            outcome = _one(path, folder, name, taken)
            for finding in outcome.reading.findings:
                line = {"file": str(path), **finding.to_json()}
                findings.write(json.dumps(line, ensure_ascii=False) + "\n")
            yield outcome


def names_of(inputs: Sequence[Path]) -> list[str]:
    """The name of each input's csv, all different."""
    taken: set[str] = {FINDINGS}
    names = []
    for path in inputs:
        names.append(_free((path.stem or path.name, path.name), taken))
    return names


def _free(stems: Sequence[str], taken: set[str]) -> str:
    candidates = [f"{stem}.csv" for stem in stems]
    number = 2
    while candidates[0].casefold() in taken:
        candidates.pop(0)
        if not candidates:
            candidates.append(f"{stems[0]}~{number}.csv")
            number += 1
    taken.add(candidates[0].casefold())
    return candidates[0]


def _one(path: Path, folder: Path, name: str, taken: set[str]) -> Outcome:
    reading = _read(path)
    main, *further = reading.sheets or (None,)
    outputs = [folder / name]
    outputs[0].write_bytes(csv_bytes(main.csv_rows() if main else ()))
    said = []
    for number, sheet in enumerate(further, 2):
        if not sheet:
            continue
        other = folder / _free((f"{name.removesuffix('.csv')}.{number}",), taken)
        other.write_bytes(csv_bytes(sheet.csv_rows()))
        outputs.append(other)
        said.append(_further(sheet, other))
    if reading.sheets:
        said.append(_reconciled(reading, outputs))
    whole = GeneralReading(reading.sheets, (*reading.findings, *said), reading.unreadable)
    return Outcome(path, whole, tuple(outputs))


def _further(sheet: SheetReading, output: Path) -> Finding:
    return Finding(
        "further_sheet", sheet=sheet.name, params={"sheet": sheet.name or "", "output": output.name}
    )


def _reconciled(reading: GeneralReading, outputs: Sequence[Path]) -> Finding:
    params = {
        "rows_in": reading.rows_in,
        "rows_written": reading.rows_written,
        "rows_not_data": reading.rows_not_data,
        "output": ", ".join(output.name for output in outputs),
    }
    return Finding("rows_reconciled", params=params)


def _read(path: Path) -> GeneralReading:
    """The reading of one file; whatever a library makes of a broken one, the other files are still read."""
    try:
        return read_general(path)
    except OSError:
        raise
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException:  # a panic in a library of Rust is no Exception
        return GeneralReading(findings=(Finding("damaged_file"),), unreadable=True)
