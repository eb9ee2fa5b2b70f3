"""`python -m signin.airflow_password` in Airflow's environment: the administrator gets a new first password."""

from __future__ import annotations

import os
from pathlib import Path

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

from signin import first_password


def main() -> None:
    """Set it and keep it to be handed over."""
    with get_application_builder() as builder:
        password = first_password.generate()
        user = builder.sm.find_user(username="admin")
        builder.sm.reset_password(user.id, password)
        first_password.keep(Path(os.environ["BBAJ_HOME"]), "airflow", "admin", password)


if __name__ == "__main__":
    main()
