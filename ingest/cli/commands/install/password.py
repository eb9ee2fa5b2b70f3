"""The command that hands over the first passwords of the services' administrators.

In: nothing, or the service whose administrator lost the password. Out: users with passwords, said once.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.confirm import confirm
from ingest.cli.frame.options import AgreedOption
from ingest.cli.frame.speech import phrase
from ingest.cli.session import existing_home
from ingest.home import Home


class Door(StrEnum):
    """Services with accounts of their own."""

    superset = "superset"
    airflow = "airflow"


def password(
    new: Annotated[Door | None, typer.Option("--new")] = None, agreed: AgreedOption = False
) -> Answer:
    """Say the first passwords that wait, once; `new`: give a service's administrator another first."""
    from ingest.serve import renew_password
    from signin import first_password

    home = Home.from_environment()
    # Services may have been started before `init`: what they wait to hand over is reason enough.
    if not any(first_password.waits(home.root, door.value) for door in Door):
        home = existing_home()
    if new is not None:
        confirm(phrase("will_renew_password", service=new.value.capitalize()), agreed)
        renew_password(home, new.value)
    found = first_password.hand_over(home.root)
    lines = [
        Line(
            phrase(
                "first_password",
                service=each["service"].capitalize(),
                user=each["user"],
                password=each["password"],
            )
        )
        for each in found
    ]
    said = phrase("first_password_once") if found else phrase("no_first_password")
    return Answer({"passwords": found}, [*lines, Line(said)])
