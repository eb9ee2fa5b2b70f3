"""The page of health and its document, served on loopback to whoever asks: `python -m ingest.serve.health_page`.

In: a home and a port. Out: `/` in the language asked, `/health.json`; nothing in either names a person, a file, a place
or a secret. It is looked at most every few seconds, however often it is asked, and nothing is written.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import parse_qs, urlsplit

from ingest.garbage import look_rarely
from ingest.home import Home
from ingest.ports import port_of
from ingest.private import keep_private
from ingest.schema.texts.language import LANGUAGES, Language
from ingest.serve.health_html import health_page, missing_page
from ingest.serve.service import PROJECT, Service
from warehouse.services.health.look import Health, look_at
from warehouse.services.health.wording import document_of

_STYLE = Path(__file__).with_name("health.css")
_KEPT_SECONDS = 10.0
_PATIENCE_SECONDS = 10
_PORT_SECONDS = 30.0
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class HealthPage(Service):
    """The page of health, as a program."""

    name = "health"

    def command(self) -> tuple[list[str], dict[str, str]]:
        environment = {**os.environ, "BBAJ_HOME": str(self.home.root), "BBAJ_HEALTH_PORT": str(self.port)}
        # A database server that is away is told of, not waited for.
        environment.setdefault("PGCONNECT_TIMEOUT", "5")
        return [sys.executable, "-m", "ingest.serve.health_page"], environment | {"PYTHONPATH": str(PROJECT)}

    def is_ready(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/health.json", timeout=30).close()
        except urllib.error.HTTPError as answer:
            return answer.code == HTTPStatus.SERVICE_UNAVAILABLE  # it says that something is broken
        except OSError:
            return False
        return True


class HealthServer(ThreadingHTTPServer):
    """Serves one home. `look`: how it is looked at."""

    daemon_threads = True

    def __init__(self, home: Home, port: int, look: Callable[[Home], Health] = look_at) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self._root, self._look, self._one_at_a_time = home.root, look, threading.Lock()
        self._kept: tuple[float, Health] | None = None

    def health(self) -> Health:
        """As it stands now, or stood a few seconds ago: whoever asks often costs no more than who asks once."""
        with self._one_at_a_time:
            if self._kept is None or monotonic() - self._kept[0] > _KEPT_SECONDS:
                # A home of its own for each look: its settings are read anew.
                self._kept = monotonic(), self._look(Home(self._root))
            return self._kept[1]


class _Handler(BaseHTTPRequestHandler):
    server: HealthServer
    server_version, sys_version = "bbaj", ""
    timeout = _PATIENCE_SECONDS

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: a look is no event."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no question of ours, repeating nothing of it."""
        self.close_connection = True
        self._answer(b"", "text/plain; charset=utf-8", HTTPStatus(code))

    def do_GET(self) -> None:
        """The page, the document, the style."""
        path, language = urlsplit(self.path).path, self._language()
        if path == "/health.css":
            self._answer(_STYLE.read_bytes(), "text/css; charset=utf-8")
        elif path == "/health.json":
            self._document()
        elif path == "/":
            self._answer(health_page(self.server.health(), language).encode(), "text/html; charset=utf-8")
        else:
            self._answer(missing_page(language).encode(), "text/html; charset=utf-8", HTTPStatus.NOT_FOUND)

    do_HEAD = do_GET  # noqa: N815  # the server's own name

    def _document(self) -> None:
        """With a code that programs which watch others understand without reading it."""
        health = self.server.health()
        text = json.dumps(document_of(health), default=_plain, ensure_ascii=False)
        status = HTTPStatus.SERVICE_UNAVAILABLE if health.state == "broken" else HTTPStatus.OK
        self._answer(text.encode(), "application/json", status)

    def _language(self) -> Language:
        """The one in the address, else the first that the browser wants of ours, else Kazakh."""
        asked = parse_qs(urlsplit(self.path).query).get("lang", [""])[0]
        wanted = [
            each.split(";")[0].strip()[:2].lower()
            for each in self.headers.get("Accept-Language", "").split(",")
        ]
        return next(
            (language for each in (asked, *wanted) for language in LANGUAGES if language == each), "kk"
        )

    def _answer(self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        with suppress(ConnectionError, TimeoutError):  # whoever asked went away
            self.send_response(status)
            for name, value in {**_HEADERS, "Content-Type": kind, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)


def _plain(value: object) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def main() -> None:
    """Serve until told to end. Where another program has the port it is waited for: whoever ends with one of its
    services (honcho does) must not lose the others to the page that tells of them."""
    look_rarely()
    keep_private()
    port = port_of("health")
    while True:
        try:
            server = HealthServer(Home.from_environment(), port)
        except OSError as error:
            print(f"port {port}: {error.strerror}; another program has it", file=sys.stderr, flush=True)
            sleep(_PORT_SECONDS)
        else:
            with suppress(KeyboardInterrupt):
                server.serve_forever()
            return


if __name__ == "__main__":
    main()
