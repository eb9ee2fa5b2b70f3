"""What was read of any files → plain csv files and `findings.jsonl`.

In: paths and a folder. Out: for each input that could be read one csv of its main sheet, further sheets beside it, and
one line of JSON for each finding: `file`, `code`, `severity`, `sheet`, `cell`, `row`, `column`, `value`, `message` in
kk, ru and en, `suggestion`. A csv is UTF-8 without a mark, commas, quotes doubled, lines ended by LF.

Names: `attendance.xlsx` gives `attendance.csv`, its further sheets `attendance.2.csv`, `attendance.3.csv` …
Where inputs share a name but for its ending or folder, the first keeps it and the others keep their ending
too: `attendance.ods.csv`. What is still taken gets a number: `attendance~2.csv`. Letter case does not tell
names apart, as it does not on Windows.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from pickle import UnpicklingError
from typing import TYPE_CHECKING

from ingest.read.plain.disarmed import disarm
from ingest.read.plain.written import Sheet, Written, not_written, reader_failed
from ingest.read.sandbox.parent import write_apart
from ingest.schema.texts.finding import Finding
from ingest.walk import Unreached, cut_name, entries_below, is_hidden, shown_name

if TYPE_CHECKING:
    from ingest.schema.texts.closed import Labels

FINDINGS = "findings.jsonl"
LIVE = "live_formulas"
# Bytes of a name that leave room for what tells it from others, and for its ending.
_LONGEST_STEM = 200


@dataclass(frozen=True)
class FileRead:
    """One input: what was made of it, and the files written from it."""

    path: Path
    written: Written
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
        found += sorted(_below(path), key=os.fsencode) if path.is_dir() else [path]
    return list(dict.fromkeys(found))


def _below(folder: Path) -> Iterator[Path]:
    """The files below a folder, and the folders that could not be looked into; hidden names are left out."""
    for entry in entries_below(folder, is_left_out=is_hidden, is_folder_left_out=is_hidden):
        if isinstance(entry, Unreached):
            yield entry.path
        elif entry.is_file() or (entry.is_symlink() and not entry.exists()):
            yield entry


def read_all(inputs: Sequence[Path], folder: Path, *, safe: bool = False) -> Iterator[FileRead]:
    """Read each input and write what it holds; yields as it goes. Raises OverwritesInputError beforehand.

    `safe`: no cell of what is written is computed by a spreadsheet program that opens it.
    """
    names = names_of(inputs)
    originals = {path.resolve() for path in inputs}
    for name in (*names, FINDINGS):
        if (folder / name).resolve() in originals:
            raise OverwritesInputError(folder / name)
    folder.mkdir(parents=True, exist_ok=True)
    taken = {name.casefold() for name in names}
    with (folder / FINDINGS).open("w", encoding="utf-8", newline="\n") as findings:
        for path, name in zip(inputs, names, strict=True):
            file_read = _one(path, folder, name, taken, safe=safe)
            for finding in file_read.written.findings:
                line = {"file": shown_name(path), **finding.to_json()}
                findings.write(json.dumps(line, ensure_ascii=False) + "\n")
            yield file_read


def names_of(inputs: Sequence[Path]) -> list[str]:
    """The name of each input's csv, all different."""
    taken: set[str] = {FINDINGS}
    names = []
    for path in inputs:
        stem, name = (
            cut_name(shown_name(each), _LONGEST_STEM) for each in (path.stem or path.name, path.name)
        )
        names.append(_free((stem, name), taken))
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


def _one(path: Path, folder: Path, name: str, taken: set[str], *, safe: bool) -> FileRead:
    written = _written(path, folder)
    is_live = safe and any(finding.code == LIVE for finding in written.findings)
    outputs: list[Path] = []
    said = []
    for number, sheet in enumerate(written.sheets, 1):
        output = folder / (name if number == 1 else _free((f"{name.removesuffix('.csv')}.{number}",), taken))
        (folder / sheet.file).replace(output)
        outputs.append(output)
        if is_live:
            disarm(output)
        if number > 1:
            said.append(_further(sheet, output))
    if written.sheets:
        said.append(_reconciled(written, outputs))
        said += [Finding("formulas_disarmed")] if is_live else []
    elif written.unreadable:
        # An empty csv would pass for what stands in the file, and so would that of an earlier reading.
        (folder / name).unlink(missing_ok=True)
    else:
        outputs.append(folder / name)
        outputs[0].write_bytes(b"")
    return FileRead(path, replace(written, findings=(*written.findings, *said)), tuple(outputs))


def _written(path: Path, folder: Path) -> Written:
    try:
        if path.is_dir():
            os.scandir(path).close()
        with path.open("rb"):
            pass
    except OSError as error:
        return not_written(Finding("cannot_be_opened", params={"why": _why(error)}))
    try:
        return write_apart(path, folder)
    except (UnpicklingError, ValueError) as error:
        # An answer that is not believed: the process that read the file is not itself any longer.
        return not_written(reader_failed(type(error).__name__))
    except OSError as error:
        if error.errno:
            raise
        # No answer of the system: a library says so of what it reads, and nothing is wrong with the folder.
        return not_written(reader_failed(type(error).__name__))


def _why(error: OSError) -> Labels:
    """Why the system would not, in three languages: its own words are English, or of the system's language."""
    from ingest.schema.texts.words import Words  # seldom needed, and slow to load

    words, name = Words("commands/frame"), errno.errorcode.get(error.errno or 0, "")
    try:
        return words.labels(f"system_{name}")
    except KeyError:
        return words.filled("system_other", number=name or error.errno or "?")


def _further(sheet: Sheet, output: Path) -> Finding:
    return Finding(
        "further_sheet", sheet=sheet.name, params={"sheet": sheet.name or "", "output": output.name}
    )


def _reconciled(written: Written, outputs: Sequence[Path]) -> Finding:
    params = {
        "rows_in": written.rows_in,
        "rows_written": written.rows_written,
        "rows_not_data": written.rows_not_data,
        "output": ", ".join(output.name for output in outputs),
    }
    return Finding("rows_reconciled", params=params)
