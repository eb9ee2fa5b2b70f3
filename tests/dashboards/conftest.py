"""A real Superset over a published warehouse, started once for the session.

In: the fixture `demo_country` of the whole suite (its `.home` holds the publication), or the home that
BBAJ_TEST_HOME names when these tests are run alone. Out: `superset`, with an address and a signed-in session.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pytest
import requests

from dashboards.places import Places
from signin import first_password
from tests.dashboards.readers_room import DEFINITION, Room
from tests.signin.addresses import at

REPOSITORY = Path(__file__).resolve().parents[2]
CHOSEN = "тек сынақ үшін 503"
PYTHON = REPOSITORY / ".venv-dashboards" / "bin" / "python"


@dataclass(frozen=True)
class Superset:
    address: str
    home: Path
    report: dict[str, object]
    given: dict[str, str] = field(default_factory=dict)
    """The first passwords that were handed over, by account."""
    first_sign_in: FirstSignIn | None = None

    @property
    def password(self) -> str:
        """The administrator's own, chosen at the first sign-in."""
        return CHOSEN

    def holds(self, model: str) -> bool:
        """Whether the publication has a row of a report: of a form that nobody handed in there is none."""
        return _holds(str(Places(self.home).warehouse), model)

    def says(self, model: str, expression: str) -> bool:
        """Whether an expression over a report has a value in any of its rows."""
        with duckdb.connect(str(Places(self.home).warehouse), read_only=True) as warehouse:
            asked = f"select exists (select {expression} as said from {model} group by all having said is not null)"
            return bool(warehouse.execute(asked).fetchall()[0][0])

    def questions(self) -> dict[str, dict[str, Any]]:
        """What each imported chart asks, by the chart's identifier, as Superset keeps it: whoever asks many charts need
        not ask Superset for each of them first."""
        with closing(sqlite3.connect(Places(self.home).metadata)) as kept:
            found = kept.execute("select uuid, query_context from slices where query_context is not null")
            return {str(UUID(bytes=each)): json.loads(asked) for each, asked in found}

    def sign_in(
        self, user: str, password: str, address: str = "127.0.0.1"
    ) -> tuple[requests.Session, requests.Response]:
        """Sign in as a person does; where it led."""
        session = at(address)
        page = session.get(f"{self.address}/login/", timeout=60).text
        form = {"username": user, "password": password, "csrf_token": _token(page)}
        return session, session.post(f"{self.address}/login/", data=form, timeout=60)

    def session(self, language: str = "kk") -> requests.Session:
        """A session signed in as the administrator, with its language chosen."""
        session, _ = self.sign_in("admin", CHOSEN)
        return self._ready(session, language)

    def first_session(self, user: str, given: str, address: str, language: str = "kk") -> requests.Session:
        """A session of an account that chooses its own password first."""
        session, led = self.sign_in(user, given, address)
        assert led.url.endswith("/first-password"), led.url
        page = session.get(f"{self.address}/first-password", timeout=60).text
        form = {"new": CHOSEN, "again": CHOSEN, "csrf_token": _token(page)}
        session.post(f"{self.address}/first-password", data=form, timeout=60)
        session.headers["Connection"] = "close"  # a server closes what waits for the next question
        return self._ready(session, language)

    def _ready(self, session: requests.Session, language: str) -> requests.Session:
        session.get(f"{self.address}/lang/{language}", timeout=60)
        answer = session.get(f"{self.address}/api/v1/security/csrf_token/", timeout=60)
        assert answer.ok, "the account could not sign in"
        session.headers["X-CSRFToken"] = answer.json()["result"]
        session.headers["Referer"] = self.address
        return session


@cache
def _holds(warehouse: str, model: str) -> bool:
    with duckdb.connect(warehouse, read_only=True) as opened:
        return bool(opened.execute(f"select exists (from {model})").fetchall()[0][0])


def _token(page: str) -> str:
    found = re.search(r'csrf_token"[^>]*value="([^"]+)"', page)
    return found.group(1) if found else ""


@dataclass(frozen=True)
class FirstSignIn:
    """What the administrator met with the first password: address and status of each page asked for."""

    led_to: str
    pages: dict[str, tuple[int, str]]
    refused: dict[str, int]
    token_status: int


def _first_sign_in(superset: Superset) -> FirstSignIn | None:
    """Choose the administrator's own password, as every test after needs it; None when that was done before."""
    given = superset.given.get("admin")
    if given is None:
        return None
    session, led = superset.sign_in("admin", given)
    pages = {}
    for path in (
        "/superset/welcome/",
        "/api/v1/me/",
        "/dashboard/list/",
        "/sqllab/",
        "/static/appbuilder/css/ab.css",
    ):
        answer = session.get(superset.address + path, timeout=60, allow_redirects=False)
        pages[path] = (answer.status_code, answer.headers.get("Location", ""))
    words = {"username": "admin", "password": given, "provider": "db"}
    token = requests.post(f"{superset.address}/api/v1/security/login", json=words, timeout=60)
    refused = {}
    for name, new, again in (
        ("short", "қысқа", "қысқа"),
        ("same", given, given),
        ("differ", CHOSEN, CHOSEN + "x"),
        ("taken", CHOSEN, CHOSEN),
    ):
        page = session.get(f"{superset.address}/first-password", timeout=60).text
        form = {"new": new, "again": again, "csrf_token": _token(page)}
        refused[name] = session.post(
            f"{superset.address}/first-password", data=form, timeout=60, allow_redirects=False
        ).status_code
    return FirstSignIn(led.url, pages, refused, token.status_code)


@pytest.fixture(scope="session")
def published_home(request: pytest.FixtureRequest) -> Path:
    if named := os.environ.get("BBAJ_TEST_HOME"):
        return Path(named)
    try:
        return Path(request.getfixturevalue("demo_country").home)
    except pytest.FixtureLookupError:
        pytest.skip("no published warehouse: set BBAJ_TEST_HOME")


@dataclass(frozen=True)
class Opened:
    """Accounts of every role as the ledger has them. `names`: role → account. `territory`: role → the code of its file,
    None for the whole."""

    names: dict[str, str]
    territory: dict[str, str | None]


@pytest.fixture(scope="session")
def opened_accounts(published_home: Path) -> Opened:
    """One account a role, made as `bbaj user add` makes them, and one of a district without any rows (`nowhere`). They
    are there before Superset is, which begins once more for those that are told it later."""
    import ingest.ledger
    from ingest.home import Home
    from ingest.ledger.accounts import account
    from ingest.ledger.nodes import node
    from ingest.ledger.readers import open_reader, readers
    from ingest.ledger.records import Node
    from ingest.serve import synchronise_readers

    home = Home(published_home)
    ingest.ledger.setup(home)
    files = {file.stem for file in (home.published / "current" / "reading").glob("[0-9]*.duckdb")}
    districts = Node.objects.filter(kind="district").select_related("parent").order_by("code")
    district = next(each for each in districts if each.code in files and each.parent.code in files)
    nowhere = next(each for each in districts if each.code not in files)
    of: dict[str, tuple[str, str | None]] = {
        "ministry": ("ministry", None), "analyst": ("analyst", None), "oblast": ("oblast", district.parent.code),
        "district": ("district", district.code), "nowhere": ("district", nowhere.code),
        "colleague": ("analyst", None),
    }  # fmt: skip
    mark = f"{time.time_ns()}"
    for name, (role, code) in of.items():
        at_node = node(code) if code else None
        open_reader(f"{name}{mark}", role, at_node, "kk", account("tester"), home.now())
    synchronise_readers(home, readers())
    return Opened({name: f"{name}{mark}" for name in of}, {name: code for name, (_, code) in of.items()})


@pytest.fixture(scope="session")
def superset(published_home: Path, opened_accounts: Opened) -> Iterator[Superset]:
    if not PYTHON.is_file():
        pytest.skip("Superset's environment is not installed: run `make install`")
    port = _free_port()
    environment = {
        **os.environ,
        "BBAJ_HOME": str(published_home), "BBAJ_SUPERSET_PORT": str(port), "BBAJ_QUERY_SECONDS": "8",
    }  # fmt: skip
    log = published_home / "superset" / "test-serve.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as stream:
        server = subprocess.Popen(
            [str(PYTHON), "-m", "dashboards.serve"],
            cwd=REPOSITORY, env=environment, stdout=stream, stderr=stream, start_new_session=True,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address, server, log)
        # What it brought up before it began to serve.
        report = json.loads(Places(published_home).installed.read_text(encoding="utf-8"))["report"]
        waiting = first_password.hand_over(published_home)
        given = {each["user"]: each["password"] for each in waiting if each["service"] == "superset"}
        found = Superset(address, published_home, report, given)
        yield replace(found, first_sign_in=_first_sign_in(found))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=60)


@dataclass(frozen=True)
class Readers:
    """Accounts of every role, signed in. `territory`: account → the code of its file, None for the whole."""

    sessions: dict[str, requests.Session]
    territory: dict[str, str | None]


@pytest.fixture(scope="session")
def readers(superset: Superset, opened_accounts: Opened) -> Readers:
    """The accounts, each with a password of its own by now."""
    sessions = {
        role: superset.first_session(name, superset.given[name], f"127.0.20.{place}")
        for place, (role, name) in enumerate(opened_accounts.names.items(), 1)
    }
    return Readers(sessions, opened_accounts.territory)


@pytest.fixture(scope="session")
def readers_room(superset: Superset, readers: Readers) -> Room:
    """Where readers ask, with what every question needs."""
    admin = superset.session("en")  # in which lists hold what is of either language
    admin.headers["Connection"] = "close"
    found = admin.get(f"{superset.address}/api/v1/dataset/?q=(page_size:100)", timeout=60).json()["result"]
    by_name = {each["table_name"]: each["id"] for each in found}
    datasets = {
        f"{language}/{name}": by_name[dataset.label[language]]
        for name, dataset in DEFINITION.datasets.items()
        for language in ("kk", "ru")
    }
    [database] = admin.get(f"{superset.address}/api/v1/database/", timeout=60).json()["result"]
    return Room(
        superset.address,
        superset.home,
        readers.sessions,
        readers.territory,
        admin,
        datasets,
        database["id"],
        superset.questions(),
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for the server; it may take long on a busy machine, so only its death is a failure."""
    for _ in range(600):
        assert server.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        try:
            if requests.get(f"{address}/health", timeout=5).ok:
                return
        except requests.RequestException:
            time.sleep(0.5)
    raise AssertionError(log.read_text(encoding="utf-8")[-3000:])
