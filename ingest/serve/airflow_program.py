"""A program of Airflow, `python -m ingest.serve.airflow_program NAME OPTIONS…`: what `airflow NAME OPTIONS…` does.

In: the options of that program, in the environment of `airflow_environment`. Out: the same program, which begins
sooner, for it rarely looks for garbage while it loads. The scheduler has loaded besides what tasks need: where tasks
run on this machine each is forked from it, two of them begin every minute, and what they would import first takes a
second of a processor each time. What was loaded is of the version that was started, as it is of every part.
"""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import suppress

from ingest.authored import AuthorError
from ingest.garbage import look_past_what_is_there, look_rarely
from ingest.schema.forms.load import contracts
from ingest.settings.services import ON_THIS_MACHINE

OF_EVERY_TASK = (
    "warehouse.services.tasks.clockwork",
    "warehouse.services.verdicts.intake",
    "warehouse.services.building",
    "warehouse.services.tasks.publishing",
    "django.db.backends.sqlite3.base",
)
"""The clockwork, and what its tasks of every minute and those that follow them import when there is work. Importing it
opens nothing and starts no thread that a fork would miss."""


def load() -> None:
    """Import what every task begins with and read the contracts, unless tasks run elsewhere. A contract that cannot be
    read is told by the tasks that need it."""
    if os.environ.get("AIRFLOW__CORE__EXECUTOR") == ON_THIS_MACHINE:
        for name in OF_EVERY_TASK:
            importlib.import_module(name)
        with suppress(AuthorError):
            contracts()
        look_past_what_is_there()


def main() -> None:
    """Become the program."""
    look_rarely()
    from airflow.__main__ import main as airflow

    if sys.argv[1] == "scheduler":
        load()
    sys.argv[0] = "airflow"
    airflow()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
