"""`bbaj`: the whole system by hand, one command per step of the way of a file.

In: words on the command line. Out: what was asked, on stdout; progress and complaints on stderr. Exit codes
of `check`: 0 accepted, 1 rejected, 2 unreadable. A command that was written wrongly ends with 64.
"""

from __future__ import annotations

import typer

from ingest.cli import decisions, files, installation, publications, queries, read
from ingest.cli.speech import UNABLE, Tongue, complain, phrase, speak_to_any_console
from ingest.home import InstallationError

# Modules that only the extra `pipeline` brings, and those of Unix that the installation stands on.
_PIPELINE = {"airflow", "dbt", "django", "honcho", "psycopg", "fcntl", "pwd", "resource"}

app = typer.Typer(
    name="bbaj",
    help="Collect, check, model and publish the reports of an education system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for room in (files, read, decisions, queries, publications, installation):
    room.add_to(app)


def main() -> None:
    """Run the command line; the exit code is the command's."""
    # 2 is what `check` answers for a file that cannot be read, so a mistyped command needs another number.
    next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "UsageError").exit_code = 64  # type: ignore[attr-defined]
    speak_to_any_console()
    try:
        app()
    except ModuleNotFoundError as error:
        # The light installation checks files and writes templates; whatever needs more says so.
        if (error.name or "").partition(".")[0] not in _PIPELINE:
            raise
        language = Tongue.of_environment().language
        said = phrase("needs_pipeline", language, missing=error.name)
        raise SystemExit(complain(said, UNABLE).exit_code) from None
    except InstallationError as error:
        language = Tongue.of_environment().language
        raise SystemExit(complain(phrase("unable", language, why=error), UNABLE).exit_code) from None
