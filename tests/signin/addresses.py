"""A client that asks from an address of its own: on Linux the whole of 127.0.0.0/8 is this machine."""

from __future__ import annotations

from typing import Any

import requests
from requests.adapters import HTTPAdapter


class _From(HTTPAdapter):
    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *sizes: Any, **named: Any) -> None:
        super().init_poolmanager(*sizes, source_address=(self._address, 0), **named)


def at(address: str) -> requests.Session:
    """A session of whoever sits at that address."""
    session = requests.Session()
    for scheme in ("http://", "https://"):
        session.mount(scheme, _From(address))
    return session
