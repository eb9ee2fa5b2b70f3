"""The page where a first password becomes one's own, and the guard that leads there and shuts ended sessions out.

In: a Flask application with a `Record`, a way to find its users and to set a password. Out: until a user has chosen,
every page leads to this one, and every other answer is a refusal; a session that was ended is nobody's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_login import current_user, logout_user, user_logged_in
from werkzeug.security import check_password_hash

from signin.manager import record
from signin.rules import NOT_NEW, NOT_REPEATED, fault_of
from signin.words import LANGUAGES, say

_OPEN = ("static", "first_password.", "health", "bbaj_static", "appbuilder.static")

_BEGAN = "signed_in_at"

Choose = Callable[[Any, str], None]
"""Sets a user's password."""


def add_page(app: Flask, choose: Choose, after: str = "/") -> None:
    """Guard an application. `after`: where a person goes on who has chosen."""
    pages = Blueprint("first_password", __name__, template_folder="templates")

    def asked() -> Any:
        if not _owes():
            return redirect(after)
        return _page()

    def chosen() -> Any:
        if not _owes():
            return redirect(after)
        new, again = request.form.get("new", ""), request.form.get("again", "")
        fault = fault_of(new, current_user.username)
        if fault is None and new != again:
            fault = NOT_REPEATED
        if fault is None and check_password_hash(current_user.password, new):
            fault = NOT_NEW
        if fault:
            return _page(fault), 422
        choose(current_user, new)
        return redirect(after)

    def left() -> Any:
        logout_user()
        session.clear()
        return redirect(after)

    pages.add_url_rule("/first-password", "asked", asked, methods=["GET"])
    pages.add_url_rule("/first-password", "chosen", chosen, methods=["POST"])
    pages.add_url_rule("/first-password/leave", "left", left, methods=["POST"])
    app.register_blueprint(pages)
    user_logged_in.connect(_note_beginning, app)
    app.before_request(_end_if_over)
    app.before_request(_lead)
    app.after_request(_hand_out_no_key)


def _note_beginning(_app: Flask, **_: Any) -> None:
    session[_BEGAN] = time.time()


def _end_if_over() -> Any:
    """A session that was ended opens nothing more; what is no page is told so."""
    if not current_user.is_authenticated or not session.get("_user_id"):
        return None  # a program's token is looked at where it is read
    if not record().is_over(current_user.username, float(session.get(_BEGAN, 0))):
        return None
    logout_user()
    session.clear()
    if request.method == "GET" and "/api/" not in request.path and not request.is_json:
        return redirect(request.full_path)
    return abort(401)


def _owes() -> bool:
    return bool(current_user.is_authenticated and record().has_first(current_user.username))


def _lead() -> Any:
    """Lead to the page; what is no page is refused."""
    endpoint = request.endpoint or ""
    if endpoint.startswith(_OPEN) or endpoint.endswith((".static", ".logout")) or not _owes():
        return None
    if request.method == "GET" and "/api/" not in request.path and not request.is_json:
        return redirect(url_for("first_password.asked"))
    return abort(403)


def _hand_out_no_key(response: Response) -> Response:
    """Airflow hands a token for its programs' door to whoever signs in; a first password earns the session alone."""
    if response.headers.get("Set-Cookie") and _owes():
        cookies = response.headers.getlist("Set-Cookie")
        session_cookie = f"{current_app.config['SESSION_COOKIE_NAME']}="
        response.headers.setlist("Set-Cookie", [each for each in cookies if each.startswith(session_cookie)])
    return response


def _page(fault: str | None = None) -> str:
    language = _language()
    words = {key: say(key, language) for key in ("title", "why", "rule", "new", "again", "save", "leave")}
    return render_template(
        "first_password.html", words=words, fault=say(fault, language) if fault else None, language=language
    )


def _language() -> str:
    """That of the session; else the one the browser likes best of ours."""
    chosen = session.get("locale") or request.accept_languages.best_match(LANGUAGES)
    return chosen if chosen in LANGUAGES else "kk"
