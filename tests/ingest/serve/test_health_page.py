"""The page of health: who asks sees the state in their language, no name and no secret; nobody costs it much."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest

from ingest.home import Home
from ingest.serve.health_page import HealthPage, HealthServer
from tests.ingest.cli.test_reading import trace
from tests.warehouse.conftest import country, registered
from tests.warehouse.country import SCHOOLS, Country, attendance, planted
from tests.warehouse.services.health.test_alerts import health
from tests.warehouse.services.health.test_gauges import bare
from warehouse.services.health.gauge import State
from warehouse.services.health.look import Health
from warehouse.services.troubles import watched

__all__ = ["bare", "country", "registered"]
SECRET = "Жасырынқызы650101700019"


@pytest.fixture
def known(country: Country, bare: Home) -> Home:
    """A country with a file nobody has judged, and names where none may come from; nothing answers on its ports."""
    from django.db import connections

    country.submit("attendance", SCHOOLS[0], "2026-W37", attendance(SCHOOLS[0], "2026-W37"))
    home = country.home
    place = home.drop / SECRET / "a"
    place.mkdir(parents=True)
    (place / f"{SECRET}.csv").write_bytes(b"x")
    with pytest.raises(OSError), watched(home, "judge_waiting"):
        raise OSError(13, SECRET, f"/{SECRET}")
    with (home.root / "bbaj.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'alert_command = ["{SECRET}"]\ntls_certificate = "{SECRET}.pem"\n')
    connections.close_all()
    return home


@pytest.fixture
def served(known: Home) -> Iterator[HealthServer]:
    yield from serving(HealthServer(Home(known.root), 0))


def serving(server: HealthServer) -> Iterator[HealthServer]:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def ask(
    server: HealthServer, path: str, method: str = "GET", **headers: str
) -> tuple[int, http.client.HTTPMessage, str]:
    with closing(http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=300)) as connection:
        connection.request(
            method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


class Page(HTMLParser):
    """What is asked of a page: its language, what it fetches, its heads, whether every tag is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.language, self.fetched, self.open = "", [], []
        self.heads: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "html":
            self.language = said.get("lang") or ""
        if tag == "th":
            self.heads.append(said)
        self.fetched += [value for name, value in attrs if name in ("src", "href") and tag not in ("a",)]
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_it_is_told_in_the_language_asked_and_fetches_nothing_from_elsewhere(served: HealthServer) -> None:
    titles = {"kk": "Жүйенің техникалық күйі", "ru": "Техническое состояние системы", "en": "Technical state"}
    for language, title in titles.items():
        status, headers, text = ask(served, f"/?lang={language}")
        page = Page(text)
        assert (status, page.language, title in text) == (200, language, True)
        assert headers["Content-Type"] == "text/html; charset=utf-8"
        assert page.fetched == ["data:,", "/health.css"] and not page.open
        assert "<script" not in text and "style=" not in text
        assert all(each.get("scope") in ("col", "row") for each in page.heads)
        assert ask(served, "/", Accept_Language=f"de, {language};q=0.9")[2] == text
    assert Page(ask(served, "/")[2]).language == "kk"
    style = ask(served, "/health.css")[2]
    assert "url(" not in style and "@import" not in style


def test_nothing_names_a_person_a_file_a_place_or_a_secret(served: HealthServer, known: Home) -> None:
    people = planted()
    hidden = {SECRET, str(known.root), os.uname().nodename, *SCHOOLS, *people.identifiers, *people.names}
    for path in (
        "/",
        "/?lang=ru",
        "/?lang=en",
        "/health.json",
        f"/{quote(SECRET)}",
        f"/?lang={quote(SECRET)}",
        "/health.json?x=/etc",
    ):
        _, headers, text = ask(served, path)
        assert [each for each in hidden if each in text + str(headers)] == [], path
    status, _, text = ask(served, "/health.json")
    document = json.loads(text)
    assert (status, document["state"]) == (503, "broken")
    for each in document["gauges"]:
        for fact in each["facts"].values():
            assert fact is None or isinstance(fact, int | float) or re.fullmatch(r"[\w.+—-]{1,40}", fact), (
                each
            )


def test_it_is_kept_by_nobody_and_shown_in_no_frame(served: HealthServer) -> None:
    for path in ("/", "/health.json", "/health.css", "/nothing"):
        status, headers, _ = ask(served, path)
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY" and headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"] and "Set-Cookie" not in headers
        assert "Python" not in headers["Server"]
        assert (status == 404) == (path == "/nothing")
        assert ask(served, path, "HEAD")[2] == ""
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "<script>"):
        status, headers, text = ask(served, "/", method)
        assert (status, headers["Cache-Control"], text) == (501, "no-store", "")
    assert ask(served, "/../../etc/passwd")[0] == 404


def test_looking_writes_nothing(served: HealthServer, known: Home) -> None:
    before = trace(known.root)
    for path in ("/", "/health.json"):
        ask(served, path)
    assert trace(known.root) == before


def test_many_who_ask_cost_one_look_and_the_slow_hold_up_nobody(bare: Home) -> None:
    looks: list[Path] = []

    def look(home: Home) -> Health:
        looks.append(home.root)
        return health(memory="attention", clock="well")

    for server in serving(HealthServer(bare, 0, look)):
        with closing(socket.create_connection(("127.0.0.1", server.server_port))) as slow:
            slow.sendall(b"GET / HT")
            asking = [threading.Thread(target=ask, args=(server, "/health.json")) for _ in range(20)]
            for each in asking:
                each.start()
            for each in asking:
                each.join()
        assert looks == [bare.root]


@pytest.mark.parametrize("state, code", [("well", 200), ("attention", 200), ("broken", 503)])
def test_who_watches_is_told_by_the_code(bare: Home, state: State, code: int) -> None:
    for server in serving(HealthServer(bare, 0, lambda _: health(memory=state))):
        assert ask(server, "/health.json")[0] == code
        assert ask(server, "/")[0] == 200


def test_it_runs_as_a_program_beside_a_home_nobody_has_made(bare: Home) -> None:
    """With the others that `make serve` starts."""
    page = HealthPage(bare)
    procfile = (Path(__file__).parents[3] / "Procfile").read_text(encoding="utf-8")
    assert "health: .venv/bin/python -m ingest.serve health\n" in procfile
    with page:
        page.wait_until_ready(300)
        assert "bbaj" in page.log.read_text(encoding="utf-8") or page.log.exists()
    assert not bare.ledger.exists() and not bare.raw.exists()
