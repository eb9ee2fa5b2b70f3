"""The checker's page, served to this computer alone.

In: a folder where reference packs lie, perhaps files to begin with. Out: nothing; it serves until it is ended from
the page, by Ctrl-C or with its window. Only this machine can ask, only with the secret word in the address, and only
by the name of this machine, so that no page of the internet can reach it through a visitor's browser.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import threading
import webbrowser
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

from ingest.checker.desk import CheckedFile, Desk, Trouble
from ingest.checker.handed import Handed, check_dropped, check_handed
from ingest.checker.pages import finished_page, say, start_page, verdict_page
from ingest.schema.forms.contract import LANGUAGES, Language

MOST_BYTES = 200 * 1024 * 1024
"""Of one file; the system itself takes no larger one."""
_HERE = Path(__file__).parent
_STATIC = {"style.css": "text/css; charset=utf-8", "script.js": "text/javascript; charset=utf-8"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class CheckerServer(ThreadingHTTPServer):
    """The server and the desk it serves."""

    daemon_threads = True

    def __init__(self, desk: Desk, language: Language) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.desk, self.language = desk, language
        self.word = secrets.token_urlsafe(16)

    @property
    def address(self) -> str:
        """Where the page is."""
        return f"http://127.0.0.1:{self.server_port}/{self.word}/"


def serve(
    packs: Path | None, language: Language, first: Sequence[Path] = (), *, opens_browser: bool = True
) -> CheckerServer:
    """A server ready to serve, its page opened in the browser; with `first` what was found in those files."""
    server = CheckerServer(Desk(packs), language)
    address = server.address
    if first:
        address += _answer_to(server.desk, check_dropped(server.desk, first), language)
    if opens_browser:
        threading.Timer(0.3, webbrowser.open, [address]).start()
    return server


def _answer_to(desk: Desk, handed: Handed, language: Language) -> str:
    """Where the answer stands, below the address of the page: the verdict of one file; of several, the list of them and
    what is said of those without one."""
    desk.troubles = tuple(handed.troubles)
    alone = handed.checked[0].key if len(handed.checked) == 1 and not handed.troubles else ""
    return f"{alone}?lang={language}"


class _Handler(BaseHTTPRequestHandler):
    server: CheckerServer
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: names of files may name people."""

    @property
    def _language(self) -> Language:
        asked = parse_qs(urlsplit(self.path).query).get("lang", [""])[0]
        return next((language for language in LANGUAGES if language == asked), self.server.language)

    def _rest(self) -> str | None:
        """What is asked for below the secret word; None for whoever does not know it."""
        if self.headers.get("Host") not in {
            f"{name}:{self.server.server_port}" for name in ("127.0.0.1", "localhost")
        }:
            return None
        word, slash, rest = urlsplit(self.path).path.lstrip("/").partition("/")
        return rest if slash and secrets.compare_digest(word.encode(), self.server.word.encode()) else None

    def do_GET(self) -> None:
        """Pages, the style, a marked workbook."""
        rest, language, desk = self._rest(), self._language, self.server.desk
        if rest is None:
            self._answer(b"", "text/plain", HTTPStatus.NOT_FOUND)
        elif rest in _STATIC:
            self._answer((_HERE / rest).read_bytes(), _STATIC[rest])
        elif rest == "":
            self._page(start_page(desk, language, _said(desk.troubles, language)))
        elif (checked := desk.checked(rest.removesuffix(".xlsx"))) is None:
            self._page(start_page(desk, language, [say("gone", language)]), HTTPStatus.NOT_FOUND)
        elif rest.endswith(".xlsx"):
            self._send_marked(checked, language)
        else:
            self._page(verdict_page(checked, language))

    def _send_marked(self, checked: CheckedFile, language: Language) -> None:
        name = quote(f"{checked.path.stem} ✓.xlsx")
        self._answer(
            checked.marked(language),
            _XLSX,
            more={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    def do_POST(self) -> None:
        """A file to check, or the end."""
        rest, language = self._rest(), self._language
        length = self.headers.get("Content-Length", "")
        if rest is None or not (length.isascii() and length.isdigit()):
            self._refuse_unread(HTTPStatus.NOT_FOUND, "")
        elif int(length) > MOST_BYTES:
            self._refuse_unread(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, say("too_large", language, limit=MOST_BYTES >> 20)
            )
        elif rest == "finish":
            self.rfile.read(int(length))
            self._page(finished_page(language))
            threading.Thread(target=self.server.shutdown).start()
        elif rest == "check":
            self._check(self.rfile.read(int(length)), language)
        else:
            self._refuse_unread(HTTPStatus.NOT_FOUND, "")

    def _check(self, body: bytes, language: Language) -> None:
        files, form, period = _parts(self.headers.get("Content-Type", ""), body)
        desk = self.server.desk
        handed = check_handed(desk, files, form or None, period or None)
        if not files:
            handed.troubles.append(Trouble("no_file", {}))
        answer = _answer_to(desk, handed, language)
        if handed.checked:
            where = {"Location": answer if not answer.startswith("?") else f"./{answer}"}
            self._answer(b"", "text/plain", HTTPStatus.SEE_OTHER, where)
        else:
            self._page(
                start_page(desk, language, _said(handed.troubles, language)), HTTPStatus.UNPROCESSABLE_ENTITY
            )

    def _refuse_unread(self, status: HTTPStatus, trouble: str) -> None:
        """An answer to a body that is not read: the connection ends with it."""
        self.close_connection = True
        self._page(start_page(self.server.desk, self._language, [trouble]) if trouble else "", status)

    def _page(self, text: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._answer(text.encode(), "text/html; charset=utf-8", status)

    def _answer(
        self, body: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK, more: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {
            **_HEADERS,
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **(more or {}),
        }.items():
            self.send_header(name, value)
        with contextlib.suppress(ConnectionError):  # whoever asked went on to another page
            self.end_headers()
            self.wfile.write(body)


def _said(troubles: Sequence[Trouble], language: Language) -> list[str]:
    return [say(trouble.code, language, **trouble.params) for trouble in troubles]


def _parts(kind: str, body: bytes) -> tuple[list[tuple[str, bytes]], str, str]:
    """The files' names and bytes, the form and the period of what a browser posts; empty where they are missing."""
    found: dict[str, tuple[str, bytes]] = {}
    files: list[tuple[str, bytes]] = []
    boundary = _BOUNDARY.search(kind)
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary[1].encode()) if boundary else ():
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        # Browsers write names in UTF-8 and stand in for quotes and line ends alone (HTML, form submission).
        named = {
            key: _unquoted(value) for key, value in _NAMED.findall(head.decode("utf-8", errors="replace"))
        }
        found[named.get("name", "")] = own = named.get("filename", ""), content
        files += [own] if named.get("name") == "file" and own[0] else []
    form, period = (
        found.get(field, ("", b""))[1].decode("utf-8", errors="replace").strip()
        for field in ("form", "period")
    )
    return files, form, period


_BOUNDARY = re.compile(r'boundary="?([^";,\s]+)')
_NAMED = re.compile(r'\b(name|filename)="([^"\r\n]*)"')


def _unquoted(name: str) -> str:
    for sign, written in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):
        name = name.replace(written, sign)
    return name
