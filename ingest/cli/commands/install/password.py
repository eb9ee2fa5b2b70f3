"""The command that hands over first passwords, and gives new ones where a password is lost or known to others.

In: nothing, the service whose administrator lost the password, or an account whose password leaked. Out: users with
passwords, said once.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.confirm import confirm
from ingest.cli.frame.options import AgreedOption
from ingest.cli.frame.speech import phrase, refuse
from ingest.cli.frame.working import working
from ingest.cli.session import existing_home
from ingest.home import Home


class Door(StrEnum):
    """Services with accounts of their own."""

    superset = "superset"
    airflow = "airflow"


def password(
    new: Annotated[Door | None, typer.Option("--new")] = None,
    leaked: Annotated[str | None, typer.Option("--leaked")] = None,
    agreed: AgreedOption = False,
) -> Answer:
    """Say the first passwords that wait, once. `new`: give a service's administrator another first; `leaked`: end the
    sessions of an account at every door and give it another first."""
    from signin import first_password

    home = Home.from_environment()
    # Services may have been started before `init`: that they have accounts is reason enough.
    if not any(
        first_password.waits(home.root, door) or first_password.is_set_up(home.root, door) for door in Door
    ):
        home = existing_home()
    lines = _shut_out(home, leaked, agreed) if leaked is not None else []
    if new is not None:
        _renew(home, new, agreed)
    found = first_password.hand_over(home.root)
    lines += [
        Line(phrase("first_password", **each | {"service": each["service"].capitalize()})) for each in found
    ]
    said = phrase("first_password_once") if found else phrase("no_first_password")
    return Answer({"passwords": found}, [*lines, Line(said)])


def _renew(home: Home, door: Door, agreed: bool) -> None:
    from ingest.serve import renew_password

    confirm(phrase("will_renew_password", service=door.value.capitalize()), agreed)
    renew_password(home, door.value)


def _shut_out(home: Home, user: str, agreed: bool) -> list[Line]:
    """End an account's sessions everywhere. Raises RefusedError where no service has such an account."""
    from ingest.serve import renew_password
    from signin.first_password import is_set_up

    doors = [door.value for door in Door if is_set_up(home.root, door.value)]
    nobody = refuse("no_account", user=user, services=", ".join(each.capitalize() for each in doors) or "—")
    if not doors:
        raise nobody  # before anything is asked; whether a service has the account, it has to be started to say
    confirm(phrase("will_shut_out", user=user), agreed)
    with working("work_shutting_out"):
        shut = [door for door in doors if renew_password(home, door, user)]
    if not shut:
        raise nobody
    return [Line(phrase("shut_out", service=each.capitalize(), user=user)) for each in shut]
