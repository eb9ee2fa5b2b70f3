"""The checker's page: from the file to the marked workbook, in three languages, for this computer alone."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.checker import pages
from ingest.checker.server import MOST_BYTES, CheckerServer, _parts, serve
from ingest.schema.forms.contract import LANGUAGES
from tests.expectations.case_folders import CASES, cases
from tests.ingest.read import bombs

FILE = CASES / "required" / "file.csv"


@pytest.fixture(scope="module")
def server() -> Iterator[CheckerServer]:
    made = serve(None, "kk", opens_browser=False)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()
    made.desk.close()


def post(
    server: CheckerServer, name: str, content: bytes, lang: str = "ru", **said: str
) -> requests.Response:
    files = {"file": (name, content)}
    return requests.post(f"{server.address}check?lang={lang}", files=files, data=said, timeout=120)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_file_gets_its_verdict_and_comes_back_marked(server: CheckerServer, lang: str) -> None:
    shown = post(server, "Есеп №1.csv", FILE.read_bytes(), lang)
    assert shown.status_code == 200
    assert f'<html lang="{lang}">' in shown.text
    assert "Есеп №1.csv" in shown.text
    (link,) = re.findall(r'class="button" href="([^"]+)"', shown.text)
    marked = requests.get(server.address + link, timeout=60)
    assert marked.content.startswith(b"PK")
    assert "filename*=UTF-8''" in marked.headers["Content-Disposition"]


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_no_page_speaks_english_or_shows_a_key(server: CheckerServer, lang: str) -> None:
    texts = [
        requests.get(f"{server.address}?lang={lang}", timeout=60).text,
        post(server, "a.csv", b"?", lang).text,
    ]
    texts += [post(server, "a.csv", bombs.csv(3), lang, form="attendance").text]
    for text in texts:
        words = re.sub(r"<[^>]+>", " ", text.replace(">English<", "><"))
        words = re.sub(r"[\w ./-]*\.(csv|xlsx)|xlsx|xls|ods|csv|zip|reference|W\d+|Q\d|T\d", " ", words)
        assert not re.findall(r"[A-Za-z]{4,}|\{", words), words


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"form": "no_such_form"}, "not_recognised"),
        ({"form": "attendance", "period": "some day"}, "bad_period"),
    ],
)
def test_what_is_asked_wrongly_is_answered_on_the_page(
    server: CheckerServer, said: dict[str, str], code: str
) -> None:
    shown = post(server, "a.csv", bombs.csv(2), **said)
    assert shown.status_code == 422
    assert (
        pages.say(code, "ru", file="a.csv", period="some day", example="2026-W36").rstrip(".") in shown.text
    )


def test_a_hostile_file_and_name_are_only_text(server: CheckerServer) -> None:
    hostile = '<script>alert("1")</script>'
    content = FILE.read_text(encoding="utf-8").replace(",", f",{hostile}", 3).encode()
    form = next(case.form for case in cases() if case.rule == "required")
    shown = post(server, f"{hostile}.csv", content, form=form)
    assert "<script>alert" not in shown.text
    assert "script-src 'self'" in shown.headers["Content-Security-Policy"]


def test_nobody_else_is_answered(server: CheckerServer) -> None:
    root = f"http://127.0.0.1:{server.server_port}/"
    assert requests.get(root, timeout=10).status_code == 404
    assert requests.get(f"{root}guess/", timeout=10).status_code == 404
    foreign = {"Host": "evil.example"}
    assert requests.get(server.address, headers=foreign, timeout=10).status_code == 404
    assert requests.post(server.address + "finish", headers=foreign, timeout=10).status_code == 404
    assert requests.get(server.address + "../../etc/passwd", timeout=10).status_code == 404
    assert requests.get(server.address, timeout=10).status_code == 200
    assert server.server_address[0] == "127.0.0.1"


def test_a_file_beyond_the_limit_is_refused_unread(server: CheckerServer) -> None:
    with requests.Session() as session:
        asked = requests.Request("POST", server.address + "check", data=b"").prepare()
        asked.headers["Content-Length"] = str(MOST_BYTES + 1)
        assert session.send(asked, timeout=10).status_code == 413


def _outcomes(text: str) -> dict[str, str]:
    """Files listed on the first page → what was found in them."""
    return dict(re.findall(r'<li><a href="[^"]+">([^<]+)</a> — <span class="(\w+)">', text))


@pytest.mark.parametrize("lang", ["kk", "ru"])
def test_of_several_files_each_has_its_own_result(server: CheckerServer, lang: str) -> None:
    whole, wrong = bombs.csv(3), FILE.read_bytes()
    sent = [("қате.csv", wrong), ("бос.csv", b""), ("дұрыс.csv", whole)]
    files = [("file", each) for each in sent]
    shown = requests.post(f"{server.address}check?lang={lang}", files=files, timeout=120)
    assert shown.status_code == 200
    found = _outcomes(shown.text)
    for name, content in sent:
        said = pages.say("not_recognised", lang, file=name)
        alone = post(server, name, content, lang)
        if alone.status_code == 422:
            assert said in shown.text and name not in found
        else:
            (outcome,) = re.findall(r'<section class="outcome (\w+)">', alone.text)
            assert found[name] == outcome


def test_files_dropped_on_the_program_are_all_answered(tmp_path: Path) -> None:
    dropped = [tmp_path / "а.csv", tmp_path / "ә.csv", tmp_path / "жоқ.csv", tmp_path / "бума"]
    dropped[0].write_bytes(FILE.read_bytes())
    dropped[1].write_bytes(FILE.read_bytes())
    dropped[3].mkdir()
    made = serve(tmp_path, "kk", dropped, opens_browser=False)
    running = threading.Thread(target=made.serve_forever)
    running.start()
    text = requests.get(f"{made.address}?lang=kk", timeout=60).text
    requests.post(made.address + "finish?lang=ru", timeout=10)
    running.join(10)
    made.server_close()
    assert _outcomes(text).keys() == {"а.csv", "ә.csv"}
    for name in ("жоқ.csv", "бума"):
        assert pages.say("not_opened", "kk", file=name) in text


def test_the_page_can_end_the_program(tmp_path: Path) -> None:
    made = serve(tmp_path, "kk", [FILE], opens_browser=False)
    running = threading.Thread(target=made.serve_forever)
    running.start()
    ended = requests.post(made.address + "finish?lang=ru", timeout=10)
    running.join(10)
    assert pages.say("finished", "ru") in ended.text
    assert not running.is_alive()
    made.server_close()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    content=st.binary(max_size=2000),
    name=st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1),
)
def test_what_a_browser_posts_arrives_byte_for_byte(content: bytes, name: str) -> None:
    written = name.replace('"', "%22").encode()
    boundary = "----bbaj7d1"
    body = b"".join(
        b"--%b\r\nContent-Disposition: form-data; name=%b\r\n\r\n%b\r\n" % (boundary.encode(), head, data)
        for head, data in (
            (b'"file"; filename="%b"' % written, content),
            (b'"form"', b"attendance"),
            (b'"period"', b""),
        )
    )
    body += f"--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"
    read = name.replace("%0D", "\r").replace("%0A", "\n").replace("%22", '"')
    assert _parts(kind, body) == ([(read, content)], "attendance", "")
