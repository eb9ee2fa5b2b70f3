"""Accounts by name: whoever acts is written down, the system's own parts included.

In: a name. Out: a `User`. Accounts made here cannot log in until somebody gives them a password.
"""

from __future__ import annotations

from ingest.ledger.records import Node, User

PIPELINE = "pipeline"


def account(name: str, node: Node | None = None) -> User:
    """The account of that name, made if there is none."""
    user: User | None = User.objects.filter(username=name).first()
    if user is None:
        unusable = User(username=name, node=node)
        unusable.set_unusable_password()
        user, _ = User.objects.get_or_create(
            username=name, defaults={"password": unusable.password, "node": node}
        )
        assert user is not None
    return user
