"""The commands that say who reads the dashboards, in which role and of which territory.

In: names of accounts, roles, nodes. Out: acts in the ledger, the same accounts in the dashboards, all there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.frame.answer import Answer, Line, Sheet
from ingest.cli.frame.confirm import confirm
from ingest.cli.frame.options import AgreedOption, OnlyNodeOption, Tongue
from ingest.cli.frame.speech import moment, phrase, refuse
from ingest.cli.frame.working import working
from ingest.cli.session import name_of, node_named, open_existing, operator, reads_ledger
from ingest.home import Home

if TYPE_CHECKING:
    from ingest.ledger.models import Node
    from ingest.ledger.readers import Reader


class Role(StrEnum):
    """What an account reads as."""

    ministry = "ministry"
    oblast = "oblast"
    district = "district"
    analyst = "analyst"
    administrator = "administrator"


UserArgument = Annotated[str, typer.Argument(show_default=False)]


def user_add(
    user: UserArgument,
    role: Annotated[Role, typer.Option("--role")],
    node: OnlyNodeOption = None,
    language: Annotated[Tongue, typer.Option("--language")] = Tongue.kk,
) -> Answer:
    """Open an account for the dashboards; its first password waits to be handed over."""
    from ingest.ledger.readers import open_reader

    home = open_existing()
    with _refusals_in_words():
        open_reader(user, role.value, _of(node), language.value, operator(), home.now())
    return _told(home, user, "user_added")


def user_change(
    user: UserArgument,
    role: Annotated[Role | None, typer.Option("--role")] = None,
    node: OnlyNodeOption = None,
    language: Annotated[Tongue | None, typer.Option("--language")] = None,
) -> Answer:
    """Change what an account reads; what is not named stays."""
    from ingest.ledger.readers import change_reader

    home = open_existing()
    spoken = language.value if language else None
    with _refusals_in_words():
        change_reader(user, role.value if role else None, _of(node), spoken, operator(), home.now())
    return _told(home, user, "user_changed")


def user_end(user: UserArgument, agreed: AgreedOption = False) -> Answer:
    """End an account: whoever is signed in with it is no more, from this moment."""
    from ingest.ledger.readers import end_reader, require_reader

    home = open_existing()
    with _refusals_in_words():
        require_reader(user)
    confirm(phrase("will_end_user", user=user), agreed)
    with _refusals_in_words():
        end_reader(user, operator(), home.now())
    return _told(home, user, "user_ended")


@reads_ledger
def user_list(everybody: Annotated[bool, typer.Option("--all")] = False) -> Answer:
    """List who reads the dashboards; `everybody`: those whose accounts were ended too."""
    from ingest.ledger.readers import readers

    found = [each for each in readers() if everybody or not each.ended]
    rows = [
        (each.name, phrase(f"role_{each.role}"), _place(each), _state(each), each.by, moment(each.since))
        for each in found
    ]
    headings = ("user_head", "role_head", "territory_head", "state", "who_acted", "when_head")
    whole = ("user_head", "who_acted")
    return Answer(
        {"users": [_facts(each) for each in found]},
        [Sheet("user", headings, rows, empty="no_users", whole=whole)],
    )


def _told(home: Home, user: str, said: str) -> Answer:
    """Bring the dashboards in line, and say how the account stands."""
    from ingest.ledger.readers import reader, readers
    from ingest.serve import synchronise_readers

    known = reader(user)
    assert known is not None
    with working("work_readers"):
        is_done = synchronise_readers(home, readers())
    facts = {"user": _facts(known), "synchronised": is_done}
    what = " — ".join(filter(None, [phrase(f"role_{known.role}"), _place(known)]))
    lines = [Line(phrase(said, user=user, what=what))]
    if not is_done:
        lines.append(Line(phrase("user_waits")))
    elif said == "user_added":
        lines.append(Line(phrase("user_password")))
    return Answer(facts, lines)


def _of(node: str | None) -> Node | None:
    return None if node is None else node_named(node)


def _place(reader: Reader) -> str:
    return f"{name_of(node_named(reader.node))} ({reader.node})" if reader.node else ""


def _state(reader: Reader) -> str:
    return phrase("user_is_ended" if reader.ended else "user_is_open")


def _facts(reader: Reader) -> dict[str, Any]:
    return {
        "name": reader.name, "role": reader.role, "node": reader.node, "language": reader.language,
        "ended": reader.ended, "by": reader.by, "at": reader.since,
    }  # fmt: skip


@contextmanager
def _refusals_in_words() -> Iterator[None]:
    """Turns what the ledger refuses about an account into a RefusedError."""
    from ingest.ledger.refusals import RefusalError

    try:
        yield
    except RefusalError as refusal:
        facts = dict(refusal.facts)
        if "role" in facts:
            facts["role"] = phrase(f"role_{facts['role']}")
            facts["node"] = facts["node"] or phrase("user_no_node")
        raise refuse(f"refused_{refusal.code}", **facts) from None
