"""What an installation decides about its services: the table `[services]` of `bbaj.toml`.

In: the table as it was read. Out: `ServiceSettings`. Without the table each service keeps its own data in a file of the
home, which is right for one machine; a database of a server is for many readers, and for tasks on several machines.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

ON_THIS_MACHINE = "LocalExecutor"
SERVICES = ("airflow", "superset")
DATABASE_IN = {"airflow": "BBAJ_AIRFLOW_DATABASE", "superset": "BBAJ_SUPERSET_DATABASE"}
"""The environment variables that go before the settings, as for a restore into other databases."""
_KEYS = (*SERVICES, "executor", "tasks_at_once")
_SCHEMES = ("postgresql", "postgres")
_EXECUTOR = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_MOST_TASKS = 1000


@dataclass(frozen=True)
class ServiceSettings:
    """`airflow`, `superset`: the address of the PostgreSQL database in which the service keeps accounts, runs and what
    people saved, None for a file of the home. `executor`: what runs Airflow's tasks, by Airflow's name for it.
    `tasks_at_once`: how many of them at most."""

    airflow: str | None = None
    superset: str | None = None
    executor: str = ON_THIS_MACHINE
    tasks_at_once: int = 2

    def database_of(self, service: str) -> str | None:
        """The address of a service's database, what the environment says before what is set."""
        named: str | None = getattr(self, service)
        return os.environ.get(DATABASE_IN[service]) or named


def service_settings_of(said: object, ledger: str | None, wrong: Callable[..., Exception]) -> ServiceSettings:
    """The settings of the table. `ledger`: the address of the ledger, which no service may share: each of them keeps
    its version in a table of the same name. Raises what `wrong` makes of a key, a kind and facts."""
    if said is None:
        return ServiceSettings()
    if not isinstance(said, dict):
        raise wrong("services", "wrong_type", expected="mapping", value=said)
    for name in said:
        if name not in _KEYS:
            raise wrong(f"services.{name}", "unknown_key", found=name, known=list(_KEYS))
    taken = {_database(ledger): "ledger"} if ledger else {}
    for name in SERVICES:
        address = said.get(name)
        if address is None:
            continue
        if not isinstance(address, str) or not _is_address(address):
            raise wrong(f"services.{name}", "wrong_type", expected="database", value=_hidden(address))
        if other := taken.get(_database(address)):
            raise wrong(f"services.{name}", "same_database", other=other)
        taken[_database(address)] = f"services.{name}"
    executor = said.get("executor", ON_THIS_MACHINE)
    if not isinstance(executor, str) or not _EXECUTOR.fullmatch(executor):
        raise wrong("services.executor", "wrong_type", expected="executor", value=executor)
    if executor != ON_THIS_MACHINE and said.get("airflow") is None:
        raise wrong("services.executor", "executor_without_server", value=executor)
    tasks = said.get("tasks_at_once", ServiceSettings.tasks_at_once)
    if isinstance(tasks, bool) or not isinstance(tasks, int) or not 1 <= tasks <= _MOST_TASKS:
        raise wrong("services.tasks_at_once", "wrong_type", expected="count", value=tasks)
    return ServiceSettings(said.get("airflow"), said.get("superset"), executor, tasks)


def _is_address(said: str) -> bool:
    try:
        parts = urlsplit(said)
        return parts.scheme in _SCHEMES and len(parts.path) > 1 and parts.port != 0
    except ValueError:
        return False


def _database(address: str) -> tuple[str | None, int, str]:
    """Which database it is, whoever opens it."""
    try:
        parts = urlsplit(address)
        return parts.hostname, parts.port or 5432, parts.path
    except ValueError:
        return None, 0, address


def _hidden(address: object) -> object:
    """A wrong address as it may be shown: it may hold a password."""
    return re.sub(r":[^:@/]*@", ":…@", address) if isinstance(address, str) else address
