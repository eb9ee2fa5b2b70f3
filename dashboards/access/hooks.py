"""What Superset asks of us when somebody reads: which file to open, which rows of it, whose names to list.

In: Superset's hooks (`DB_CONNECTION_MUTATOR`, `JINJA_CONTEXT_ADDONS`, `EXTRA_RELATED_QUERY_FILTERS`). Out: what
`readers` says of whoever is signed in. None of them raises: where something is wrong, nothing is shown.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from dashboards.access import purposes, readers
from dashboards.answering.kept_open import GIVEN, own_path
from dashboards.places import Places

log = logging.getLogger(__name__)
_page: ContextVar[str | None] = ContextVar("page", default=None)
CLAUSE = "{{ cache_key_wrapper(rows_of_reader(%s)) }}"
"""The condition of a rule. Wrapped, since the key of Superset's data cache would hold the words of the rule alone, and
one reader would be served what another was."""


def open_own_file(
    uri: Any, params: dict[str, Any], username: str | None, _security: Any, _source: Any
) -> tuple[Any, dict[str, Any]]:
    """The address and settings of a connection, for whoever asks; other databases are left alone."""
    places = Places.from_environment()
    if not str(uri.drivername).startswith("duckdb") or Path(uri.database or "") != places.warehouse:
        return uri, params
    if given := purposes.given_to(places, username, _page.get()):
        connect = {**params.get("connect_args", {}), GIVEN: given}
        return uri.set(database=str(own_path(given.file))), {**params, "connect_args": connect}
    file = readers.file_for(places, username, _is_administrator(username))
    return uri.set(database=str(own_path(file))), params


def rows_of_reader(has_levels: bool = False) -> str:
    """For a rule on a dataset: the condition under which a row is for whoever asks."""
    try:
        name = _signed_in()
        return readers.condition_for(
            Places.from_environment(), name, _is_administrator(name), bool(has_levels)
        )
    except Exception:  # a rule that raises is left out by Superset where a dataset is a selection
        log.exception("rule of a reader")
        return readers.NOTHING


def only_oneself(query: Any) -> Any:
    """Whom lists of people name: the administrator sees all, everybody else nobody but oneself."""
    from superset import security_manager

    name = _signed_in()
    if _is_administrator(name):
        return query
    return query.filter(security_manager.user_model.username == (name or ""))


def no_roles(query: Any) -> Any:
    """Which roles lists name: the administrator sees all, nobody else any."""
    from superset import security_manager

    if _is_administrator(_signed_in()):
        return query
    return query.filter(security_manager.role_model.id == -1)


def note_page() -> None:
    """Before each page is answered: which it is. SQL Lab answers inside a request of its own, which has no page."""
    from flask import request

    _page.set(request.endpoint)


def _signed_in() -> str | None:
    from superset.utils.core import get_username

    name: str | None = get_username()
    return name


def _is_administrator(username: str | None) -> bool:
    """Whether Superset itself holds that account for an administrator; looked up once for each request."""
    from flask import g
    from superset import security_manager

    if not username:
        return False
    known: dict[str, bool] = g.setdefault("bbaj_administrators", {})
    if username not in known:
        user = security_manager.find_user(username=username)
        known[username] = (
            user is not None and user.is_active and any(role.name == "Admin" for role in user.roles)
        )
    return known[username]
