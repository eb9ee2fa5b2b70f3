"""What `bbaj.toml` says of watching over an installation: limits, alerts, metrics, a certificate.

In: the file as it was read. Out: `Watching`. The limits' names are those of the gauges, which check them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from ingest.authored import AuthorError

KEYS = ("health", "tls_certificate", "alert_command", "otel_endpoint")


@dataclass(frozen=True)
class Watching:
    """`limits`: name of a gauge's limit → what counts instead of its default (`[health]`). `tls_certificate`: the file
    the web server before the services shows to browsers. `alert_command`: program and arguments that are told when
    something changes. `otel_endpoint`: where metrics are sent to, as OTLP over HTTP; None sends none.
    """

    limits: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    tls_certificate: Path | None = None
    alert_command: tuple[str, ...] = ()
    otel_endpoint: str | None = None


def watching_of(file: Path, read: Mapping[str, Any]) -> Watching:
    """What a settings file says of it. Raises AuthorError."""
    certificate = read.get("tls_certificate")
    if certificate is not None and not (isinstance(certificate, str) and certificate.strip()):
        raise AuthorError(file, "tls_certificate", "wrong_type", expected="text", value=certificate)
    return Watching(
        limits=_limits(file, read.get("health", {})),
        tls_certificate=Path(certificate) if certificate else None,
        alert_command=_command(file, read.get("alert_command", [])),
        otel_endpoint=_address(file, read.get("otel_endpoint")),
    )


def _limits(file: Path, said: object) -> Mapping[str, float]:
    if not isinstance(said, dict):
        raise AuthorError(file, "health", "wrong_type", expected="amounts", value=said)
    for name, value in said.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < float("inf"):
            raise AuthorError(file, f"health.{name}", "wrong_type", expected="amount", value=value)
    return MappingProxyType({name: float(value) for name, value in said.items()})


def _command(file: Path, said: object) -> tuple[str, ...]:
    """A list, never a line: no shell looks at it."""
    if not isinstance(said, list) or not all(isinstance(each, str) for each in said) or said[:1] == [""]:
        raise AuthorError(file, "alert_command", "wrong_type", expected="command", value=said)
    return tuple(said)


def _address(file: Path, said: object) -> str | None:
    if said is None:
        return None
    parts = urlsplit(said) if isinstance(said, str) else None
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        raise AuthorError(file, "otel_endpoint", "wrong_type", expected="web_address", value=said)
    return str(said).rstrip("/")
