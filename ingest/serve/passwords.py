"""A new first password for an administrator who lost the own one, or for an account whose password others know.

In: a home, the name of a service, an account of it. Out: a password that waits to be handed over
(`signin.first_password`); whoever was signed in with the old one is no more.
"""

from __future__ import annotations

import subprocess
import sys

from ingest.home import Home
from ingest.private import UMASK
from ingest.serve.airflow import airflow_environment
from ingest.serve.service import PROJECT, NotReadyError
from ingest.serve.superset import Superset
from signin.first_password import NO_SUCH_USER


def renew_password(home: Home, service: str, user: str | None = None) -> bool:
    """Of the administrator, where no user is named; False where the service has no such account. It need not run.

    Raises NotReadyError when it was never set up, with the log of why.
    """
    named = [] if user is None else [user]
    if service == "superset":
        superset = Superset(home)
        command = [str(superset.python), "-m", "dashboards.install", "--new-password", *named]
        environment = superset.environment()
    else:
        command = [sys.executable, "-m", "signin.airflow_password", *named]
        environment = airflow_environment(home)
    log = home.logs / "password.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as out:
        done = subprocess.run(
            command, env=environment, cwd=PROJECT, stdout=out, stderr=out, umask=UMASK, check=False
        )
    if done.returncode == NO_SUCH_USER:
        return False
    if done.returncode:
        raise NotReadyError("service_ended", log, name=service, exit=done.returncode)
    return True
