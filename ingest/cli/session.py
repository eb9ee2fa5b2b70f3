"""The installation a command works on: its home opened, its ledger ready.

In: BBAJ_HOME. Out: a `Home` whose folders exist and whose ledger may be queried.
"""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

from ingest.home import Home

if TYPE_CHECKING:
    from ingest.ledger.models import Node, Scope, User
    from ingest.schema.contract import Language


def open_ledger() -> Home:
    """The home BBAJ_HOME names, made at its first use, bound to this process."""
    from warehouse.services.installation import initialise

    home = Home.from_environment()
    initialise(home)
    return home


def operator() -> User:
    """The account of whoever sits at the terminal: events say which person of the machine acted."""
    from ingest.ledger.accounts import account

    return account(f"cli:{getpass.getuser()}")


def node_named(code: str, language: Language) -> Node:
    """The reporting node of that code; complains and ends where there is none."""
    from django.core.exceptions import ObjectDoesNotExist

    from ingest.cli.speech import refuse
    from ingest.ledger.nodes import node

    try:
        return node(code)
    except ObjectDoesNotExist:
        raise refuse("no_node", language, node=code) from None


def scope_named(home: Home, form: str, node: str, period: str, part: str, language: Language) -> Scope:
    """The scope these words name; says in the asked language why there is none, and ends."""
    from ingest.cli.speech import complain
    from ingest.receive.address import CannotIdentifyError, resolve

    try:
        return resolve(form, node, period, part, home.now().date())
    except CannotIdentifyError as error:
        said = error.said.in_language(language)
        raise complain(said[0].upper() + said[1:]) from None
