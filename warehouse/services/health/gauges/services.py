"""Whether the services answer on this machine, without anybody signing in."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

from ingest.ports import port_of
from warehouse.services.health.gauge import Measured, gauge
from warehouse.services.health.sight import Sight

_PARTS = ("metadatabase", "scheduler", "dag_processor")
_LARGEST = 64 * 1024
# Whatever proxy the environment names is not for this machine itself.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@gauge(says="answers part silent", service_seconds=5)
def airflow(sight: Sight) -> Iterator[Measured]:
    """Airflow answers, and each of its parts gave a sign of life lately."""
    answer = _answer("airflow", "/api/v2/monitor/health", sight.limit("service_seconds"))
    try:
        said = json.loads(answer or b"")
        ill = [part for part in _PARTS if said[part]["status"] != "healthy"]
    except (ValueError, KeyError, TypeError):
        yield Measured("broken", "silent")
        return
    for part in ill:
        yield Measured("broken", "part", {"part": part}, subject=part)
    if not ill:
        yield Measured("well", "answers")


@gauge(says="answers silent")
def superset(sight: Sight) -> Iterator[Measured]:
    """Superset answers."""
    answer = _answer("superset", "/health", sight.limit("service_seconds"))
    yield Measured("broken", "silent") if answer is None else Measured("well", "answers")


def _answer(service: str, path: str, seconds: float) -> bytes | None:
    """What a service says; None where it says nothing, or that it cannot."""
    try:
        request = urllib.request.Request(f"http://127.0.0.1:{port_of(service)}{path}")
        with _opener.open(request, timeout=max(seconds, 0.1)) as answer:
            said: Any = answer.read(_LARGEST)
            return bytes(said) if answer.status == 200 else None
    except (OSError, ValueError):
        return None
