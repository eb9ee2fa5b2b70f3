"""Settings of Airflow's sign-in, which it reads through AIRFLOW__FAB__CONFIG_FILE inside its Flask application.

In: BBAJ_HOME, BBAJ_AIRFLOW_URL (the address people use, if a proxy stands before Airflow). Out: the module-level names
Flask-AppBuilder looks for. The administrator is made at the first start, with a first password that
`bbaj password` hands over; the program's own account has a secret kept beside Airflow's others.
"""

import os
from pathlib import Path
from typing import Any

from airflow.providers.fab.auth_manager.models import User
from airflow.providers.fab.auth_manager.security_manager.override import FabAirflowSecurityManagerOverride
from flask import Flask, current_app

from signin import first_password
from signin.manager import GuardedSignIn, record, refuse_weak, watch_passwords
from signin.page import add_page
from signin.record import Record

_HOME = Path(os.environ["BBAJ_HOME"])
ADMINISTRATOR, PROGRAM = "admin", "bbaj"

AUTH_TYPE = 1  # names and passwords
WTF_CSRF_ENABLED = True
FAB_PASSWORD_COMPLEXITY_ENABLED = True
FAB_PASSWORD_COMPLEXITY_VALIDATOR = refuse_weak
RATELIMIT_STORAGE_URI = "memory://"
BBAJ_SIGNIN_RECORD = Record(_HOME / "airflow" / "signin.sqlite3")


class SecurityManager(GuardedSignIn, FabAirflowSecurityManagerOverride):  # type: ignore[misc]
    """Airflow's own, with our manners."""

    def __init__(self, appbuilder: Any) -> None:
        super().__init__(appbuilder)
        watch_passwords(User)
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        add_page(app, self._choose, after=os.environ.get("AIRFLOW__API__BASE_URL", "/"))

    def sync_roles(self) -> None:
        """Once the roles are there, the accounts of a new installation are."""
        super().sync_roles()
        if not self.find_user(username=ADMINISTRATOR):
            password = first_password.generate()
            if self._add(ADMINISTRATOR, "Admin", password):
                first_password.keep(_HOME, "airflow", ADMINISTRATOR, password)
        if not self.find_user(username=PROGRAM):
            self._add(PROGRAM, "Op", (_HOME / "airflow" / "program_secret").read_text(encoding="utf-8"))
            record().chose_own(PROGRAM)

    def _add(self, name: str, role: str, password: str) -> Any:
        return self.add_user(name, "ББАЖ", "Әкімші", f"{name}@localhost", self.find_role(role), password)

    def _choose(self, user: Any, password: str) -> None:
        self.reset_password(user.id, password)


SECURITY_MANAGER_CLASS = SecurityManager
