"""The manners of a door, for any security manager of Flask-AppBuilder.

In: a manager's class. Out: the same with limits for wrong passwords at every way in (page and API), and with first
passwords that open nothing but the page where one's own is chosen. A service names its `record` once it is set up.
"""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import Any

from flask import current_app, flash, has_request_context, request
from flask_login import current_user
from sqlalchemy import event

from signin.record import Record
from signin.rules import fault_of
from signin.words import say_in_both

asked_from: ContextVar[str] = ContextVar("asked_from", default="")
"""The address of whoever asks where Flask has no request: Airflow gives out tokens of programs outside of one."""
RECORD = "BBAJ_SIGNIN_RECORD"
"""Where a Flask application's settings hold the `Record` of its door."""


def record() -> Record:
    """The record of the application at work."""
    found: Record = current_app.config[RECORD]
    return found


class GuardedSignIn:
    """Put before a manager's own class."""

    def auth_user_db(self, username: str, password: str, *further: Any, **named: Any) -> Any:
        """The user these words let in; None when they do not, or may not at this time."""
        if not username:
            return None
        address = (request.remote_addr or "") if has_request_context() else asked_from.get()
        kept, now = record(), time.time()
        if seconds := kept.admit(username, address, now):
            if not _is_machine():
                flash(say_in_both("wait", minutes=-int(-seconds // 60)), "danger")
            return None
        user = super().auth_user_db(username, password, *further, **named)  # type: ignore[misc]
        if user is None:
            return None
        kept.succeeded(username, address, now)
        # A program cannot be led to a page: until a person has chosen a password, it stays outside.
        return None if _is_machine() and kept.has_first(user.username) else user

    def load_user_jwt(self, header: Any, token: dict[str, Any]) -> Any:
        """The user of a program's token; None where tokens given until then were ended."""
        user = super().load_user_jwt(header, token)  # type: ignore[misc]
        is_over = user is not None and record().is_over(user.username, float(token.get("iat", 0)))
        return None if is_over else user


def watch_passwords(user_model: type[Any]) -> None:
    """Whoever's password somebody else sets has to choose another; however it is set, there is one place to notice."""

    @event.listens_for(user_model.password, "set", active_history=True)
    def noticed(user: Any, value: object, old: object, _initiator: object) -> None:
        if value == old or not user.username or RECORD not in current_app.config:
            return
        is_own = has_request_context() and getattr(current_user, "username", None) == user.username
        if is_own:
            record().chose_own(user.username)
        else:
            record().give_first(user.username, time.time())


def refuse_weak(password: str) -> None:
    """For FAB_PASSWORD_COMPLEXITY_VALIDATOR. Raises what Flask-AppBuilder shows."""
    from flask_appbuilder.exceptions import PasswordComplexityValidationError

    name = getattr(current_user, "username", "") if has_request_context() else ""
    if fault := fault_of(password, name or ""):
        raise PasswordComplexityValidationError(say_in_both(fault))


def _is_machine() -> bool:
    """Whether the words came as JSON, as programs send them."""
    return not has_request_context() or request.is_json or "/api/" in request.path
