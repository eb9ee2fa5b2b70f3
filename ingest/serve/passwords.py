"""A new first password for an administrator who lost the own one.

In: a home and the name of a service. Out: a password that waits to be handed over (`signin.first_password`).
"""

from __future__ import annotations

import subprocess
import sys

from ingest.home import Home
from ingest.private import UMASK
from ingest.serve.airflow import airflow_environment
from ingest.serve.service import PROJECT, NotReadyError
from ingest.serve.superset import Superset


def renew_password(home: Home, service: str) -> None:
    """The service need not run. Raises NotReadyError when it was never set up, with the log of why."""
    if service == "superset":
        superset = Superset(home)
        command, environment = (
            [str(superset.python), "-m", "dashboards.install", "--new-password"],
            superset.environment(),
        )
    else:
        command, environment = [sys.executable, "-m", "signin.airflow_password"], airflow_environment(home)
    log = home.logs / "password.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        done = subprocess.run(
            command, env=environment, cwd=PROJECT, stdout=out, stderr=out, umask=UMASK, check=False
        )
    if done.returncode:
        raise NotReadyError("service_ended", log, name=service, exit=done.returncode)
