"""The command that reads any spreadsheet: no form, no parameters, plain csv out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ingest.cli.files import LanguageOption
from ingest.cli.speech import Tongue, out, phrase, refuse


def read(
    paths: Annotated[list[Path], typer.Argument(help="Spreadsheets, csv files, or folders of them.")],
    out_dir: Annotated[Path, typer.Option("--out-dir", help="Where the csv files and findings.jsonl go.")],
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Read any spreadsheets and write each as plain csv, with findings.jsonl on everything noticed.

    Ends with 0 when every file was read, with 2 when one could not be; the others are written all the same.
    """
    from ingest.read.folder import OverwritesInputError, inputs_of, read_all

    for path in paths:
        if not path.exists():
            raise refuse("no_file", lang.language, file=path)
    unreadable = False
    try:
        for outcome in read_all(inputs_of(paths), out_dir):
            written = outcome.written
            unreadable |= written.unreadable
            out.print(
                phrase(
                    "file_unreadable" if written.unreadable else "file_read",
                    lang.language,
                    file=outcome.path.name,
                    rows_in=written.rows_in,
                    rows_written=written.rows_written,
                    rows_not_data=written.rows_not_data,
                    output=", ".join(output.name for output in outcome.outputs),
                    why=" ".join(finding.text(lang.language) for finding in written.findings[:1]),
                ),
                markup=False,
            )
    except OverwritesInputError as error:
        raise refuse("overwrites_input", lang.language, file=error.path) from None
    except OSError as error:
        raise refuse(
            "not_written", lang.language, file=error.filename or out_dir, why=error.strerror
        ) from None
    raise typer.Exit(2 if unreadable else 0)


def add_to(app: typer.Typer) -> None:
    """Put this room's command on the command line."""
    app.command()(read)
