"""Which version of the program a ledger is of, told by its migrations.

In: the database this process is bound to. Out: the name of its last migration, or a refusal of what a newer program
made: its tables are not those this one knows, and what this one wrote would be wrong.
"""

from __future__ import annotations

from ingest.home import Home, InstallationError

_APP = "ledger"


class UnreadableLedgerError(InstallationError):
    """A ledger that cannot be read as it is. `code` says why: `ledger_older` and `ledger_newer` than this version of
    the program, or `ledger_unreadable`."""

    def __init__(self, home: Home, code: str) -> None:
        super().__init__(f"{home.root}: {code}")
        self.of(code, home=home.root)


def last_migration() -> str | None:
    """Of the ledger this process is bound to; None where there are no tables yet."""
    return max(_applied(), default=None)


def refuse_newer(home: Home) -> None:
    """Raises UnreadableLedgerError where the ledger has migrations that this program does not know."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    applied = _applied()
    if applied and applied - {
        name for app, name in MigrationLoader(connection).disk_migrations if app == _APP
    }:
        raise UnreadableLedgerError(home, "ledger_newer")


def _applied() -> set[str]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return {name for app, name in MigrationRecorder(connection).applied_migrations() if app == _APP}
