"""The nginx that is shipped: what it tells the services, what it refuses, and what a browser gets through it."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from tests.deploy.proxy import CLOCKWORK, DASHBOARDS, Proxy, program, proxied

pytestmark = pytest.mark.skipif(program() is None, reason="nginx is not installed (make nginx)")
LIES = {
    "X-Forwarded-For": "10.1.2.3",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "elsewhere.example",
    "X-Forwarded-Prefix": "/elsewhere",
    "X-Forwarded-Port": "1",
    "Forwarded": "for=10.1.2.3;host=elsewhere.example",
}


class _Telling(BaseHTTPRequestHandler):
    """Says in JSON what it was asked with."""

    def do_GET(self) -> None:
        told = {"service": self.server.server_port, "path": self.path, "headers": dict(self.headers)}
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Strict-Transport-Security", "max-age=1")
        self.send_header("Set-Cookie", "session=x; Secure; HttpOnly; SameSite=Lax")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Standing:
    proxy: Proxy
    superset: int
    airflow: int


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Telling) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    superset, airflow = (server.server_port for server in servers)
    with proxied(tmp_path_factory.mktemp("nginx"), superset, airflow) as proxy:
        yield Standing(proxy, superset, airflow)
    for server in servers:
        server.shutdown()


@pytest.mark.parametrize("name", [DASHBOARDS, CLOCKWORK])
def test_services_are_told_who_asks_whatever_the_browser_says(standing: Standing, name: str) -> None:
    answer = requests.get(
        standing.proxy.address(name) + "/login/?next=%2Fx",
        headers=LIES, verify=standing.proxy.certificate, timeout=60,
    )  # fmt: skip
    told = answer.json()
    assert told["service"] == {DASHBOARDS: standing.superset, CLOCKWORK: standing.airflow}[name]
    assert told["path"] == "/login/?next=%2Fx"
    headers = {each.lower(): value for each, value in told["headers"].items()}
    assert headers["host"] == headers["x-forwarded-host"] == name
    assert headers["x-forwarded-proto"] == "https"
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert not {"x-forwarded-prefix", "x-forwarded-port", "forwarded"} & set(headers)


@pytest.mark.parametrize("name", [DASHBOARDS, CLOCKWORK])
def test_a_browser_is_told_to_stay_with_tls_once(standing: Standing, name: str) -> None:
    answer = requests.get(standing.proxy.address(name), verify=standing.proxy.certificate, timeout=60)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Server"] == "nginx", "no version is told"
    assert answer.headers["Set-Cookie"] == "session=x; Secure; HttpOnly; SameSite=Lax"


@pytest.mark.parametrize("name", [DASHBOARDS, CLOCKWORK])
def test_without_tls_one_is_led_to_it_and_nothing_else_is_said(standing: Standing, name: str) -> None:
    asked = f"http://{name}:{standing.proxy.plain}/superset/welcome/?a=1"
    answer = requests.get(asked, timeout=60, allow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"https://{name}/superset/welcome/?a=1"
    assert "Set-Cookie" not in answer.headers


def test_another_name_is_told_nothing(standing: Standing) -> None:
    for asked in ("other.example.kz", "127.0.0.1"):
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"https://{asked}:{standing.proxy.tls}", verify=False, timeout=60)
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://{asked}:{standing.proxy.plain}", timeout=60)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_old_tls_is_refused(standing: Standing, version: ssl.TLSVersion) -> None:
    import socket
    import warnings

    context = ssl.create_default_context(cafile=str(standing.proxy.certificate))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = version
    with socket.create_connection(("127.0.0.1", standing.proxy.tls), 60) as plain:
        if version is ssl.TLSVersion.TLSv1_1:
            with pytest.raises(OSError):
                context.wrap_socket(plain, server_hostname=DASHBOARDS)
        else:
            with context.wrap_socket(plain, server_hostname=DASHBOARDS) as open_:
                assert open_.version() == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]


def test_a_service_that_is_away_is_told_as_that(standing: Standing, tmp_path: Path) -> None:
    from ingest.serve import free_port

    with proxied(tmp_path, free_port(), free_port()) as proxy:
        answer = requests.get(proxy.address(DASHBOARDS), verify=proxy.certificate, timeout=60)
        assert answer.status_code == 502
        assert answer.headers["Strict-Transport-Security"]
