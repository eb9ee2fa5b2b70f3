"""Where files go back marked, and what lies beside them: the list of all that was found where it is too long to mark.

In: what a person named after `--marked`, the files. Out: a target for each file, lines that name what was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.cli.frame.answer import Line
from ingest.cli.frame.faults import reason_of
from ingest.cli.frame.language import language
from ingest.cli.frame.speech import phrase, refuse
from ingest.schema.forms.contract import Contract

if TYPE_CHECKING:
    from expectations.findings.causes import Explained

_OTHER_FORMATS = (
    *(".csv", ".tsv", ".txt", ".xls", ".xlsb", ".xlsm", ".ods", ".fods"),
    *(".html", ".htm", ".xml", ".json", ".pdf", ".zip"),
)
"""Endings by which programs open a file as something else; any other word behind a dot is part of a name."""


@dataclass(frozen=True)
class Target:
    """The workbook one file is written to, and the list beside it where one was written."""

    book: Path
    listing: Path | None = None

    @property
    def beside(self) -> Path:
        """The name a list would have."""
        return self.book.with_suffix(".findings.csv")


def targets_of(marked: Path | None, files: Sequence[Path]) -> list[Target | None]:
    """A target for each file; several files, or one where a folder is named, go into that folder, each under a name
    of its own."""
    if marked is None:
        return [None] * len(files)
    if not marked.is_dir():
        if len(files) > 1:
            raise refuse("marked_needs_folder", path=marked)
        return [Target(marked)]
    taken: set[str] = set()
    targets: list[Target | None] = []
    for file in files:
        name, number = file.stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{file.stem}-{number}"
        taken.add(name.casefold())
        targets.append(Target(marked / f"{name}.marked.xlsx"))
    return targets


def must_be_writable(targets: Sequence[Target | None], files: Sequence[Path]) -> None:
    """Nothing is written over what is being checked, nor under a name of another format. Raises RefusedError."""
    for target in filter(None, targets):
        for path in (target.book, target.beside):
            if path.exists() and any(path.samefile(file) for file in files):
                raise refuse("over_itself", file=path)
        must_be_named_workbook(target.book)


def must_be_named_workbook(path: Path) -> None:
    """A name does not promise another format than the workbook that is written. Raises RefusedError."""
    if path.suffix.casefold() in _OTHER_FORMATS:
        raise refuse("named_otherwise", file=path, ending=path.suffix, better=path.with_suffix(".xlsx").name)


def write_findings_list(
    target: Target, findings: Sequence[Explained], places: Path, contract: Contract
) -> Target:
    """Write the list of all places beside the workbook; the target with its name. Raises RefusedError."""
    from expectations.findings.findings_list import write_list

    try:
        write_list(target.beside, findings, places, contract, language())
    except OSError as error:
        raise refuse("not_written", file=target.beside, why=reason_of(error)) from None
    return replace(target, listing=target.beside)


def written_lines(targets: Sequence[Target]) -> Iterator[Line]:
    """What was written where."""
    for target in targets:
        yield Line(phrase("marked_written", path=target.book))
        if target.listing:
            yield Line(phrase("list_written", path=target.listing))
