"""Airflow's door on its real API server: first passwords, throttling, the own way in of the program.

Where nginx is installed, people come through the configuration that is shipped, with TLS; else to the server itself.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
import requests
from typer.testing import CliRunner

from ingest.cli import app
from ingest.home import Home
from ingest.serve import Airflow, free_port
from ingest.serve.airflow import airflow_environment
from ingest.serve.airflow_parts import PROGRAM
from signin import first_password
from signin.record import Record
from tests.deploy.proxy import CLOCKWORK, Proxy, program, proxied
from tests.signin.addresses import at

pytestmark = pytest.mark.services
OWN = "тек сынақ үшін 503"


@dataclass
class Door:
    """The API server of a home, and what its administrator was given."""

    url: str
    home: Home
    given: str
    port: int
    proxy: Proxy | None = None

    @property
    def referring(self) -> dict[str, str]:
        """As a browser says where a form stood; with TLS no form is taken without it."""
        return {"Referer": f"https://{CLOCKWORK}/auth/"} if self.proxy else {}

    def enter(
        self, password: str, user: str = "admin", address: str = "127.0.0.1"
    ) -> tuple[requests.Session, requests.Response]:
        """Sign in on the page; where it led."""
        session = at(address)
        session.headers.update(self.referring)
        form = {"username": user, "password": password, "csrf_token": self.token(session, "/auth/login/")}
        return session, session.post(f"{self.url}/auth/login/", data=form, timeout=60)

    def token(self, session: requests.Session, path: str) -> str:
        page = session.get(self.url + path, timeout=60).text
        found = re.search(r'csrf_token"[^>]*value="([^"]+)"', page)
        assert found, page[:400]
        return found[1]

    def ask_for_token(self, user: str, password: str, address: str = "127.0.0.1", of: str = "token") -> int:
        words = {"username": user, "password": password}
        return at(address).post(f"{self.url}/auth/{of}", json=words, timeout=60).status_code


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    home = Home(tmp_path_factory.mktemp("door"))
    home.create()
    port = free_port()
    with ExitStack() as stack:
        proxy = None
        if program():
            proxy = stack.enter_context(proxied(tmp_path_factory.mktemp("nginx"), free_port(), port))
            patch = stack.enter_context(pytest.MonkeyPatch.context())
            patch.setenv("BBAJ_AIRFLOW_URL", proxy.address(CLOCKWORK))
            patch.setenv("REQUESTS_CA_BUNDLE", str(proxy.certificate))
        yield from _opened(home, port, proxy)


def _opened(home: Home, port: int, proxy: Proxy | None) -> Iterator[Door]:
    environment = airflow_environment(home, port)
    subprocess.run([*PROGRAM, "db", "migrate"], env=environment, check=True, capture_output=True, umask=0o077)
    said = home.logs / "airflow.log"
    line = [sys.executable, "-m", "ingest.kept_log", str(said), *PROGRAM, "api-server"]
    server = subprocess.Popen(line, env=environment, start_new_session=True, umask=0o077)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                if requests.get(f"{url}/api/v2/version", timeout=5).ok:
                    break
            except requests.ConnectionError:
                pass
            assert server.poll() is None, said.read_text(encoding="utf-8")[-3000:]
            time.sleep(0.5)
        (given,) = first_password.hand_over(home.root)
        assert (given["service"], given["user"]) == ("airflow", "admin")
        address = proxy.address(CLOCKWORK) if proxy else url
        yield Door(address, home, given["password"], port, proxy)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(30)


def test_the_door_from_the_first_password_to_an_own_one(door: Door) -> None:
    assert door.ask_for_token("admin", door.given) == 401, "a program does not come in with a first password"
    session, led = door.enter(door.given)
    assert led.url.endswith("/auth/first-password"), led.url
    assert "_token" not in session.cookies, "nothing opens yet"
    assert session.get(f"{door.url}/api/v2/dags", timeout=60).status_code == 401
    users = session.get(f"{door.url}/auth/users/list/", timeout=60, allow_redirects=False)
    assert users.headers["Location"].endswith("/auth/first-password")
    for new, again, status in (
        ("short", "short", 422),
        (door.given, door.given, 422),
        (OWN, OWN + "x", 422),
        (OWN, OWN, 302),
    ):
        form = {"new": new, "again": again, "csrf_token": door.token(session, "/auth/first-password")}
        answer = session.post(f"{door.url}/auth/first-password", data=form, timeout=60, allow_redirects=False)
        assert answer.status_code == status, new
    session, _ = door.enter(OWN)
    assert session.get(f"{door.url}/api/v2/dags", timeout=60).ok
    assert door.ask_for_token("admin", OWN) == 201
    assert door.ask_for_token("admin", door.given) == 401


def test_through_nginx_cookies_are_for_tls_alone_and_links_lead_to_the_address_people_use(door: Door) -> None:
    if door.proxy is None:
        pytest.skip("nginx is not installed (make nginx)")
    session, _ = door.enter("wrong password")
    page = session.get(f"{door.url}/auth/login/", timeout=60)
    cookies = page.raw.headers.getlist("Set-Cookie")
    assert cookies, "a session begins"
    for cookie in cookies:
        assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    start = requests.get(f"{door.url}/", timeout=60, allow_redirects=False)
    assert "http://" not in start.headers.get("Location", "")
    assert "127.0.0.1" not in page.text
    elsewhere = {"X-Forwarded-Host": "elsewhere.example", **door.referring}
    told = session.get(f"{door.url}/auth/users/list/", headers=elsewhere, timeout=60, allow_redirects=False)
    assert "elsewhere" not in told.headers.get("Location", "") + told.text


def test_the_program_has_a_way_in_of_its_own(door: Door) -> None:
    assert isinstance(Airflow(door.home, door.port).runs(), list)


def test_wrong_passwords_wait(door: Door) -> None:
    said = [door.ask_for_token("somebody", f"wrong {attempt}", "127.0.3.1") for attempt in range(7)]
    assert set(said) == {401}
    record = Record(door.home.airflow / "signin.sqlite3")
    assert record.admit("somebody", "127.0.3.1", time.time()) > 0
    assert record.admit("somebody", "127.0.3.2", time.time()) == 0
    assert record.admit("somebody else", "127.0.3.1", time.time()) == 0


@pytest.mark.parametrize(
    ("way", "address"), [("page", "127.0.4.1"), ("token", "127.0.4.2"), ("token/cli", "127.0.4.3")]
)
def test_guesses_over_many_users_are_slowed_and_who_is_elsewhere_comes_in(
    door: Door, way: str, address: str
) -> None:
    record = Record(door.home.airflow / "signin.sqlite3")
    users = [f"{way} {number}" for number in range(19)]
    for user in ["admin", *users]:
        if way == "page":
            door.enter("wrong", user, address)
        else:
            assert door.ask_for_token(user, "wrong", address, way) == 401
    if way == "page":  # Flask-AppBuilder's own limit refused some of them before they were counted
        for user in users:
            record.admit(user, address, time.time())
    assert record.admit(users[0], address, time.time()) > 0, "slowed"
    assert record.admit("admin", address, time.time()) > 0
    elsewhere = address.replace("127.0.4", "127.0.5")
    if way == "page":
        assert not door.enter(OWN, "admin", address)[0].cookies.get("_token"), "the right word waits too"
        session, _ = door.enter(OWN, "admin", elsewhere)
        assert session.get(f"{door.url}/api/v2/dags", timeout=60).ok
    else:
        assert door.ask_for_token("admin", OWN, address, way) == 401, "the right word waits too"
        assert door.ask_for_token("admin", OWN, elsewhere, way) == 201


@pytest.mark.parametrize(
    ("sent", "is_behind_proxy", "address"),
    [
        ([], False, "10.0.0.7"),
        ([], True, "10.0.0.7"),
        (["1.1.1.1"], False, "10.0.0.7"),
        (["1.1.1.1"], True, "1.1.1.1"),
        (["1.1.1.1, 2.2.2.2"], True, "2.2.2.2"),
        (["1.1.1.1", "2.2.2.2"], True, "2.2.2.2"),
        ([" , "], True, "10.0.0.7"),
    ],
)
def test_behind_a_proxy_its_word_counts_and_without_one_nobodys(
    sent: list[str], is_behind_proxy: bool, address: str
) -> None:
    from signin.airflow_manager import address_of

    headers = [(b"x-forwarded-for", each.encode()) for each in sent]
    scope = {"client": ("10.0.0.7", 503), "headers": headers}
    assert address_of(scope, is_behind_proxy) == address
    assert address_of({"client": None, "headers": []}, is_behind_proxy) == ""


def test_no_password_stands_in_a_file_others_read_or_in_a_log(door: Door) -> None:
    for path in door.home.root.rglob("*"):
        if path.is_file():
            assert path.stat().st_mode & 0o077 == 0, path
            content = path.read_bytes()
            assert door.given.encode() not in content, path
            assert OWN.encode() not in content, path


def test_what_airflow_keeps_of_connections_is_encrypted(door: Door) -> None:
    words = {"username": "admin", "password": OWN}
    token = requests.post(f"{door.url}/auth/token", json=words, timeout=60).json()["access_token"]
    made = requests.post(
        f"{door.url}/api/v2/connections",
        json={
            "connection_id": "mail", "conn_type": "smtp", "host": "mail.example", "login": "somebody",
            "password": "very-secret-503",
        },
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )  # fmt: skip
    assert made.status_code == 201, made.text
    kept = b"".join(path.read_bytes() for path in door.home.airflow.glob("airflow.db*"))
    assert b"mail.example" in kept
    assert b"very-secret-503" not in kept


def test_who_is_shut_out_has_neither_session_nor_token_any_more(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After all others: the administrator has a first password again."""
    session, _ = door.enter(OWN)
    words = {"username": "admin", "password": OWN}
    token = requests.post(f"{door.url}/auth/token", json=words, timeout=60).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert session.get(f"{door.url}/api/v2/dags", timeout=60).ok
    assert requests.get(f"{door.url}/api/v2/dags", headers=bearer, timeout=60).ok
    time.sleep(1.1)  # a token says the second in which it was given
    monkeypatch.setenv("BBAJ_HOME", str(door.home.root))
    said = CliRunner().invoke(
        app, ["password", "--leaked", "admin", "--yes", "--json"], env={"BBAJ_LANG": "en"}
    )
    assert said.exit_code == 0, said.output
    (given,) = json.loads(said.stdout)["passwords"]
    assert (given["service"], given["user"]) == ("airflow", "admin")
    refused = (401, 403)
    assert session.get(f"{door.url}/api/v2/dags", timeout=60).status_code in refused
    assert requests.get(f"{door.url}/api/v2/dags", headers=bearer, timeout=60).status_code in refused
    led = session.get(f"{door.url}/auth/users/list/", timeout=60)
    assert "/auth/login" in led.url, led.url
    assert door.ask_for_token("admin", OWN) == 401
    _, led = door.enter(given["password"])
    assert led.url.endswith("/auth/first-password")
    # The program's own account gets another secret, which it reads itself.
    before = (door.home.airflow / "program_secret").read_text(encoding="utf-8")
    time.sleep(1.1)
    said = CliRunner().invoke(
        app, ["password", "--leaked", "bbaj", "--yes", "--json"], env={"BBAJ_LANG": "en"}
    )
    assert (said.exit_code, json.loads(said.stdout)["passwords"]) == (0, []), said.output
    assert (door.home.airflow / "program_secret").read_text(encoding="utf-8") != before
    time.sleep(1.1)
    assert isinstance(Airflow(door.home, door.port).runs(), list)
    assert door.ask_for_token("bbaj", before) == 401
