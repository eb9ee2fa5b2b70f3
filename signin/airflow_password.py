"""`python -m signin.airflow_password [USER]` in Airflow's environment: an account gets a new first password.

The administrator's without a name. Sessions and tokens of the account end. Exit code 3: Airflow knows no such account.
The program's own account gets another secret, which nobody has to be told.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

from signin import first_password
from signin.airflow_config import ADMINISTRATOR, PROGRAM
from signin.manager import record


def main(name: str = ADMINISTRATOR) -> int:
    """Set it and keep it to be handed over."""
    home = Path(os.environ["BBAJ_HOME"])
    with get_application_builder() as builder:
        user = builder.sm.find_user(username=name)
        if user is None:
            return first_password.NO_SUCH_USER
        if user.username == PROGRAM:
            secret = secrets.token_urlsafe(48)
            builder.sm.reset_password(user.id, secret)
            (home / "airflow" / "program_secret").write_text(secret, encoding="utf-8")
            record().chose_own(PROGRAM)
            return 0
        password = first_password.generate()
        builder.sm.reset_password(user.id, password)
        first_password.keep(home, "airflow", user.username, password)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
