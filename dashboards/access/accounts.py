"""Accounts of bbaj brought into Superset: those the ledger has, with their roles, and no others with these roles.

In: `superset/accounts.json` and Superset's security manager. Out: accounts made with first passwords that wait to be
handed over, changed, or shut; how many of each. Whoever is shut out has no session from that moment.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from dashboards.access.readers import Reader, readers
from dashboards.access.roles import PERMISSIONS, ROLE_OF
from dashboards.places import Places
from signin import first_password
from signin.record import Record


@dataclass
class Synchronised:
    """How many accounts were made, and how many shut."""

    made: int = 0
    shut: int = 0


class Accounts:
    """Superset's accounts of one installation."""

    def __init__(self, security: Any, places: Places, record: Record) -> None:
        self._security, self._places, self._record = security, places, record

    def synchronise(self) -> Synchronised:
        """Let Superset have what the ledger says. Whoever may no longer read is shut out first."""
        done, told = Synchronised(), readers(self._places)
        wanted = {name: reader for name, reader in told.items() if reader.is_open}
        for user in self._security.get_all_users():
            if user.username not in wanted and (user.username in told or self._has_our_role(user)):
                done.shut += self._shut(user)
        for reader in wanted.values():
            done.made += self._open(reader)
        return done

    def _has_our_role(self, user: Any) -> bool:
        return any(role.name in PERMISSIONS for role in user.roles)

    def _shut(self, user: Any) -> bool:
        self._record.end(user.username, time.time())
        if not user.active and not user.roles:
            return False
        user.active, user.roles = False, []
        self._security.update_user(user)
        return True

    def _open(self, reader: Reader) -> bool:
        role = self._security.find_role(ROLE_OF[reader.role])
        user = self._security.find_user(username=reader.name)
        if user is not None and user.active:
            if user.roles != [role]:
                user.roles = [role]
                self._security.update_user(user)
            return False
        password = first_password.generate()
        # Kept first: a process that dies between the two leaves no account whose password nobody has.
        first_password.keep(self._places.home, "superset", reader.name, password)
        if user is None:
            mail = f"{reader.name}@localhost"
            self._security.add_user(reader.name, reader.name, "ББАЖ", mail, [role], password=password)
        else:
            user.active, user.roles = True, [role]
            self._security.update_user(user)
            self._security.reset_password(user.id, password)
        return True
