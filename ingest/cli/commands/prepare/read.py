"""The command that reads any files. It stands alone, so that nothing is loaded that knows of forms.

In: files. Out: plain csv and findings; nothing is handed in and nothing of the home changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.frame.answer import Answer, Line, Part
from ingest.cli.frame.faults import reason_of
from ingest.cli.frame.language import language
from ingest.cli.frame.options import FilesArgument, VerboseOption
from ingest.cli.frame.speech import phrase, refuse
from ingest.cli.frame.working import working
from ingest.cli.output import EXIT_CODES, must_exist
from ingest.walk import shown_name

if TYPE_CHECKING:
    from ingest.read.folder import FileRead


def read(
    paths: FilesArgument,
    out_dir: Annotated[Path, typer.Option("--out-dir")],
    safe: Annotated[bool, typer.Option("--safe")] = False,
    verbose: VerboseOption = False,
) -> Answer:
    """Read any spreadsheets and write each as plain csv, with findings.jsonl on everything noticed."""
    for path in paths:
        must_exist(path)
    answer = Answer({"files": [], "out_dir": str(out_dir)})
    answer.parts = _read_each(paths, out_dir, answer, safe=safe)
    return answer


def _read_each(paths: Sequence[Path], out_dir: Path, answer: Answer, *, safe: bool) -> Iterator[Part]:
    from ingest.read.folder import OverwritesInputError, inputs_of, read_all

    inputs = inputs_of(paths)
    try:
        with working("work_reading") as work:
            for number, file_read in enumerate(read_all(inputs, out_dir, safe=safe), start=1):
                work.step(number, len(inputs), shown_name(file_read.path.name))
                answer.facts["files"].append(_read_facts(file_read))
                if file_read.written.unreadable:
                    answer.exit_code = EXIT_CODES["unreadable"]
                yield Line(_read_line(file_read))
    except OverwritesInputError as error:
        raise refuse("overwrites_input", file=error.path) from None
    except OSError as error:
        raise refuse("not_written", file=error.filename or out_dir, why=reason_of(error)) from None


def _read_line(file_read: FileRead) -> str:
    written = file_read.written
    why = " ".join(finding.text(language()) for finding in written.findings[:1]) if written.unreadable else ""
    return phrase(
        "file_unreadable" if written.unreadable else "file_read",
        file=shown_name(file_read.path.name),
        rows_in=written.rows_in,
        rows_written=written.rows_written,
        rows_not_data=written.rows_not_data,
        output=", ".join(output.name for output in file_read.outputs),
        why=why,
    )


def _read_facts(file_read: FileRead) -> dict[str, Any]:
    written = file_read.written
    return {
        "file": shown_name(file_read.path),
        "unreadable": written.unreadable,
        "rows_in": written.rows_in,
        "rows_written": written.rows_written,
        "rows_not_data": written.rows_not_data,
        "outputs": [str(output) for output in file_read.outputs],
        "findings": len(written.findings),
    }
