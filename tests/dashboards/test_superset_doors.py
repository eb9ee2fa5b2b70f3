"""The doors of Superset: first passwords, throttled sign-ins, questions that end, cookies behind a proxy with TLS."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from signin.record import Record
from signin.words import say
from tests.dashboards.conftest import CHOSEN, _free_port
from tests.deploy.proxy import DASHBOARDS, Proxy, program, proxied
from tests.signin.addresses import at

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON = REPOSITORY / ".venv-dashboards" / "bin" / "python"
pytestmark = pytest.mark.services


def test_with_the_first_password_nothing_opens_but_the_page_to_choose_another(superset: Any) -> None:
    met = superset.first_sign_in
    if met is None:
        pytest.skip("this home's administrator has an own password already")
    assert met.led_to.endswith("/first-password")
    assert met.pages.pop("/static/appbuilder/css/ab.css")[0] == 200
    assert met.pages.pop("/api/v1/me/")[0] == 403
    led = {path: (status, place.rsplit("/", 1)[-1]) for path, (status, place) in met.pages.items()}
    assert led == dict.fromkeys(met.pages, (302, "first-password"))
    assert met.token_status == 401
    assert met.refused == {"short": 422, "same": 422, "differ": 422, "taken": 302}


def test_the_password_one_chose_opens(superset: Any) -> None:
    answer = superset.session().get(f"{superset.address}/api/v1/me/", timeout=60)
    assert answer.json()["result"]["username"] == "admin"
    page = superset.session().get(f"{superset.address}/first-password", timeout=60, allow_redirects=False)
    assert page.status_code == 302, "who has chosen has nothing to do there"


@pytest.mark.parametrize("door", ["page", "api"])
def test_wrong_passwords_are_tried_five_times_and_no_more(superset: Any, door: str) -> None:
    user, address = f"stranger-{door}-{time.time_ns()}", f"127.0.6.{len(door)}"
    said = []
    for attempt in range(7):
        if door == "page":
            session, _ = superset.sign_in(user, f"wrong {attempt}", address)
            said.append(session.get(f"{superset.address}/login/", timeout=60).text)
        else:
            words = {"username": user, "password": f"wrong {attempt}", "provider": "db"}
            answer = at(address).post(f"{superset.address}/api/v1/security/login", json=words, timeout=60)
            assert answer.status_code in (401, 429)
    if door == "page":
        begin = say("wait", "ru", minutes=0).split(".")[0]
        assert begin not in said[0]
    record = Record(superset.home / "superset" / "signin.sqlite3")
    assert record.admit(user, address, time.time()) > 0, "both doors count together"


@pytest.mark.parametrize("door", ["page", "api"])
def test_guesses_over_many_users_are_slowed_and_who_is_elsewhere_comes_in(superset: Any, door: str) -> None:
    address = f"127.0.7.{len(door)}"
    record = Record(superset.home / "superset" / "signin.sqlite3")

    def comes_in(user: str, password: str, address: str) -> bool:
        if door == "page":
            session, _ = superset.sign_in(user, password, address)
            return bool(session.get(f"{superset.address}/api/v1/me/", timeout=60).ok)
        words = {"username": user, "password": password, "provider": "db"}
        answer = at(address).post(f"{superset.address}/api/v1/security/login", json=words, timeout=60)
        return bool(answer.ok)

    users = [f"{door}-{number}-{time.time_ns()}" for number in range(19)]
    assert not any(comes_in(user, "wrong", address) for user in ["admin", *users])
    for user in users:  # Flask-AppBuilder's own limit refused some of them before they were counted
        record.admit(user, address, time.time())
    assert record.admit(users[0], address, time.time()) > 0, "slowed"
    assert not comes_in("admin", superset.password, address), "the right word waits too"
    assert comes_in("admin", superset.password, address.replace("127.0.7", "127.0.8"))


def test_a_question_without_end_is_ended_in_the_warehouse(superset: Any) -> None:
    session = superset.session("ru")
    databases = session.get(f"{superset.address}/api/v1/database/", timeout=60).json()["result"]
    endless = "select sum((a.range * b.range) % 7) from range(10000000) a, range(10000000) b"
    body = {
        "database_id": databases[0]["id"],
        "sql": endless,
        "runAsync": False,
        "queryLimit": 10,
    }
    began = time.monotonic()
    answer = session.post(f"{superset.address}/api/v1/sqllab/execute/", json=body, timeout=110)
    assert time.monotonic() - began < 90
    assert answer.status_code >= 400
    said = json.dumps(answer.json(), ensure_ascii=False)
    assert "Запрос остановлен" in said
    assert "созылғандықтан" not in said, "the language of who asked, alone"
    body["sql"] = "select 503"
    again = session.post(f"{superset.address}/api/v1/sqllab/execute/", json=body, timeout=60)
    assert again.ok, again.text[:500]


def test_no_more_rows_than_allowed_leave_the_warehouse(superset: Any) -> None:
    session = superset.session()
    databases = session.get(f"{superset.address}/api/v1/database/", timeout=60).json()["result"]
    body = {
        "database_id": databases[0]["id"], "sql": "select * from range(2000000)",
        "runAsync": False, "queryLimit": 10_000_000,
    }  # fmt: skip
    answer = session.post(f"{superset.address}/api/v1/sqllab/execute/", json=body, timeout=110).json()
    assert len(answer["data"]) <= 50_000


SERVED = """
import sys
from superset.app import create_app
from werkzeug.serving import make_server
server = make_server("127.0.0.1", int(sys.argv[1]), create_app(), threaded=True)
print("SERVING", flush=True)
server.serve_forever()
"""


@pytest.mark.skipif(program() is None, reason="nginx is not installed (make nginx)")
def test_through_nginx_cookies_are_for_tls_alone_and_links_lead_to_the_address_people_use(
    superset: Any, tmp_path: Path
) -> None:
    port = _free_port()
    environment = {
        **os.environ, "BBAJ_HOME": str(superset.home), "BBAJ_SUPERSET_URL": f"https://{DASHBOARDS}",
        "SUPERSET_CONFIG_PATH": str(REPOSITORY / "dashboards" / "superset_config.py"), "PYTHONPATH": str(REPOSITORY),
    }  # fmt: skip
    server = subprocess.Popen(
        [str(PYTHON), "-c", SERVED, str(port)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        assert any(line.startswith("SERVING") for line in server.stdout)
        with proxied(tmp_path, port, _free_port()) as proxy:
            _look_through(proxy)
    finally:
        server.kill()
        server.wait(60)


def _look_through(proxy: Proxy) -> None:
    session = requests.Session()
    trusted = str(
        proxy.certificate
    )  # said at each request: a variable of the environment goes before a session's
    page = session.get(proxy.address(DASHBOARDS) + "/login/", verify=trusted, timeout=120)
    cookies = page.raw.headers.getlist("Set-Cookie")
    assert cookies
    assert all("Secure" in each and "HttpOnly" in each and "SameSite=Lax" in each for each in cookies)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert "127.0.0.1" not in _links(page.text) and "http://" not in _links(page.text)
    found = re.search(r'csrf_token"[^>]*value="([^"]+)"', page.text)
    assert found
    form = {"username": "admin", "password": CHOSEN, "csrf_token": found[1]}
    entered = session.post(
        proxy.address(DASHBOARDS) + "/login/", data=form, verify=trusted, timeout=120, allow_redirects=False,
        headers={"Referer": f"https://{DASHBOARDS}/login/"},
    )  # fmt: skip
    assert entered.status_code == 302
    assert "http://" not in entered.headers["Location"]
    me = session.get(proxy.address(DASHBOARDS) + "/api/v1/me/", verify=trusted, timeout=120)
    assert me.json()["result"]["username"] == "admin"


def _links(page: str) -> str:
    return " ".join(re.findall(r'(?:href|src|action)="([^"]+)"', page))


def test_who_is_shut_out_has_neither_session_nor_token_any_more(
    superset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader of our own, so that the administrator of the other tests stays."""
    from ingest.home import Home
    from ingest.serve import renew_password
    from signin import first_password

    admin = superset.session()
    roles = admin.get(f"{superset.address}/api/v1/security/roles/", timeout=60).json()
    gamma = next(role["id"] for role in roles["result"] if role["name"] == "Gamma")
    name, given, own = f"aigul{time.time_ns()}", "first-of-all-503", "own and long 503 words"
    made = admin.post(
        f"{superset.address}/api/v1/security/users/",
        json={
            "username": name, "first_name": "A", "last_name": "B", "email": f"{name}@example.kz",
            "active": True, "roles": [gamma], "password": given,
        },
        timeout=60,
    )  # fmt: skip
    assert made.status_code == 201, made.text
    # From addresses of its own: Superset lets only so many sign in from one within some seconds.
    session, led = superset.sign_in(name, given, "127.0.9.1")
    assert led.url.endswith("/first-password")
    page = session.get(f"{superset.address}/first-password", timeout=60).text
    found = re.search(r'csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    form = {"new": own, "again": own, "csrf_token": found[1]}
    session.post(f"{superset.address}/first-password", data=form, timeout=60)
    assert session.get(f"{superset.address}/api/v1/me/", timeout=60).ok
    words = {"username": name, "password": own, "provider": "db"}
    # A token says the second in which it was given: one of the second of the change would be refused.
    time.sleep(1.1)
    token = at("127.0.9.2").post(f"{superset.address}/api/v1/security/login", json=words, timeout=60).json()
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    assert requests.get(f"{superset.address}/api/v1/me/", headers=bearer, timeout=60).ok
    time.sleep(1.1)
    assert renew_password(Home(superset.home), "superset", name)
    handed = {each["user"]: each["password"] for each in first_password.hand_over(superset.home)}
    assert session.get(f"{superset.address}/api/v1/me/", timeout=60).status_code == 401
    assert requests.get(f"{superset.address}/api/v1/me/", headers=bearer, timeout=60).status_code == 401
    assert "/login" in session.get(f"{superset.address}/dashboard/list/", timeout=60).url
    refused = at("127.0.9.3").post(f"{superset.address}/api/v1/security/login", json=words, timeout=60)
    assert refused.status_code == 401
    _, led = superset.sign_in(name, handed[name], "127.0.9.4")
    assert led.url.endswith("/first-password")
    assert not renew_password(Home(superset.home), "superset", "nobody")
    assert admin.get(f"{superset.address}/api/v1/me/", timeout=60).ok, "nobody else is shut out"


@pytest.mark.parametrize(
    ("written", "shown"),
    [("limit 3", 3), ("limit 500", 10), ("", 10), ("limit 2 offset 1", 2), ("limit 1%", 10), ("limit 0.5%", 5),
     ("fetch first 4 rows only", 4), ("limit (select 6)", 6), ("union all select 1 limit 7", 7), ("limit 10", 10)],
)  # fmt: skip
def test_the_limit_that_a_question_writes_holds_on_the_page_and_in_its_file(
    superset: Any, asker: tuple[Any, int], written: str, shown: int
) -> None:
    session, database = asker
    client = f"{time.time_ns()}"[-11:]
    body = {
        "database_id": database, "sql": f"select range from range(1000) {written}", "client_id": client,
        "runAsync": False, "queryLimit": 10,
    }  # fmt: skip
    answer = session.post(f"{superset.address}/api/v1/sqllab/execute/", json=body, timeout=110)
    assert answer.ok, answer.text[:500]
    assert len(answer.json()["data"]) == shown
    taken = session.get(f"{superset.address}/api/v1/sqllab/export/{client}/", timeout=60)
    assert taken.content.startswith("\ufeff".encode())
    assert len(taken.content.decode("utf-8-sig").splitlines()) == shown + 1


@pytest.fixture(scope="module")
def asker(superset: Any) -> tuple[Any, int]:
    session = superset.session("ru")
    databases = session.get(f"{superset.address}/api/v1/database/", timeout=60).json()["result"]
    return session, int(databases[0]["id"])
