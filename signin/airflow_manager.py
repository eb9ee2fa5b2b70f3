"""Airflow's manager of accounts, which it names `AIRFLOW__CORE__AUTH_MANAGER`: FAB's own, that knows who asks.

In: requests to Airflow's door. Out: while one is answered, `signin.manager.asked_from` holds the client's address. The
way in for programs (`/auth/token`) runs outside of Flask, where nobody would know it. A token opens nothing once the
sessions of its user were ended: it lives a day, and whoever was shut out must not have it for so long.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from airflow.configuration import conf
from airflow.providers.fab.auth_manager.fab_auth_manager import FabAuthManager

from signin.manager import asked_from
from signin.record import Record


class GuardedFabAuthManager(FabAuthManager):  # type: ignore[misc]
    """Airflow looks for the words "FabAuthManager" in this name: they must stay in it."""

    def deserialize_user(self, token: dict[str, Any]) -> Any:
        """The user of a token. Raises ValueError where it opens nothing any more: Airflow then refuses it."""
        user = super().deserialize_user(token)
        record = Record(Path(os.environ["BBAJ_HOME"]) / "airflow" / "signin.sqlite3")
        if record.is_over(user.username, float(token.get("iat", 0))):
            raise ValueError(f"the sessions of user {token['sub']} were ended")
        return user

    def get_fastapi_app(self) -> Any:
        """The door's application, which notices addresses."""
        app = super().get_fastapi_app()
        if app is not None:
            app.add_middleware(AddressNoticed, is_behind_proxy=conf.getboolean("fab", "enable_proxy_fix"))
        return app


class AddressNoticed:
    """An ASGI application around another one. Behind a proxy the address is the one the proxy names, as in Flask."""

    def __init__(self, app: Any, is_behind_proxy: bool) -> None:
        self._app, self._is_behind_proxy = app, is_behind_proxy

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        token = asked_from.set(address_of(scope, self._is_behind_proxy))
        try:
            await self._app(scope, receive, send)
        finally:
            asked_from.reset(token)


def address_of(scope: Any, is_behind_proxy: bool) -> str:
    """The client of a request; the last that `X-Forwarded-For` names, where a proxy of ours wrote it."""
    if is_behind_proxy:
        named = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
        addresses = [each.strip() for each in b",".join(named).decode("latin-1").split(",") if each.strip()]
        if addresses:
            return addresses[-1]
    return str(scope["client"][0]) if scope.get("client") else ""
