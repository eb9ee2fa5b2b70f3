"""Lists hold what is in the reader's language; whoever changes it stays on the page, with the filters chosen there."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from dashboards.definition import Column, load
from dashboards.words.crossing import page_of, translated

DEFINITION = load()
LANGUAGES = ("kk", "ru")
SLUG = "attendance-and-reporting"
OBLAST = "NATIVE_FILTER-oblast"
LISTS = {
    "dashboard": ("dashboard_title", [each.title for each in DEFINITION.dashboards.values()]),
    "chart": ("slice_name", [each.title for each in DEFINITION.charts.values()]),
    "dataset": ("table_name", [each.label for each in DEFINITION.datasets.values()]),
}


@pytest.fixture(scope="module")
def session(superset: Any) -> requests.Session:
    found: requests.Session = superset.session()
    return found


def speaking(superset: Any, session: requests.Session, language: str) -> requests.Session:
    session.get(f"{superset.address}/lang/{language}", timeout=60, headers={"Referer": ""})
    return session


def listed(superset: Any, session: requests.Session, kind: str) -> list[str]:
    found: list[str] = []
    for page in range(20):
        address = f"{superset.address}/api/v1/{kind}/?q=(page:{page},page_size:100)"
        part = session.get(address, timeout=60).json()["result"]
        if not part:
            return found
        found += [str(each[LISTS[kind][0]]) for each in part]
    raise AssertionError("a list without end")


@pytest.mark.services
@pytest.mark.parametrize("kind", sorted(LISTS))
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_holds_all_of_the_language_and_nothing_of_the_other(
    superset: Any, session: requests.Session, language: str, kind: str
) -> None:
    found = listed(superset, speaking(superset, session, language), kind)
    assert sorted(found) == sorted(title[language] for title in LISTS[kind][1])


@pytest.mark.services
@pytest.mark.parametrize("kind", sorted(LISTS))
def test_in_english_both_are_listed(superset: Any, session: requests.Session, kind: str) -> None:
    found = set(listed(superset, speaking(superset, session, "en"), kind))
    assert {title[language] for title in LISTS[kind][1] for language in LANGUAGES} <= found


@pytest.mark.services
def test_what_somebody_made_is_listed_in_either_language(superset: Any, session: requests.Session) -> None:
    speaking(superset, session, "ru")
    name = "Моя панель"
    made = session.post(
        f"{superset.address}/api/v1/dashboard/", json={"dashboard_title": name}, timeout=60
    ).json()
    try:
        for language in LANGUAGES:
            assert name in listed(superset, speaking(superset, session, language), "dashboard")
    finally:
        session.delete(f"{superset.address}/api/v1/dashboard/{made['id']}", timeout=60)


def keep(superset: Any, session: requests.Session, language: str, value: str) -> str:
    """Choose an oblast on the dashboard, as its page does; the key under which that is kept."""
    number = session.get(f"{superset.address}/api/v1/dashboard/{SLUG}-{language}", timeout=60).json()[
        "result"
    ]["id"]
    mask = {
        "id": OBLAST, "ownState": {}, "filterState": {"value": [value], "label": value},
        "extraFormData": {"filters": [{"col": f"oblast_name_{language}", "op": "IN", "val": [value]}]},
    }  # fmt: skip
    answer = session.post(
        f"{superset.address}/api/v1/dashboard/{number}/filter_state",
        json={"value": json.dumps({OBLAST: mask})},
        timeout=60,
    )
    return str(answer.json()["key"])


def kept(superset: Any, session: requests.Session, address: str) -> Any:
    """What a page finds kept for it."""
    slug, key = urlsplit(address).path.strip("/").rpartition("/")[2], parse_qs(urlsplit(address).query)
    number = session.get(f"{superset.address}/api/v1/dashboard/{slug}", timeout=60).json()["result"]["id"]
    state = session.get(
        f"{superset.address}/api/v1/dashboard/{number}/filter_state/{key['native_filters_key'][0]}",
        timeout=60,
    )
    return json.loads(state.json()["value"])[OBLAST]


@pytest.mark.services
@pytest.mark.parametrize("by", ["link", "menu"])
@pytest.mark.parametrize(("here", "there"), [("kk", "ru"), ("ru", "kk")])
def test_page_and_filters_come_along(
    superset: Any, session: requests.Session, by: str, here: str, there: str
) -> None:
    words = {"kk": "Абай облысы", "ru": "область Абай"}
    speaking(superset, session, here)
    page = f"{superset.address}/superset/dashboard/{SLUG}-{here}/"
    key = keep(superset, session, here, words[here])
    to = page.replace(f"-{here}/", f"-{there}/") if by == "link" else f"{superset.address}/lang/{there}"
    led = session.get(to, headers={"Referer": f"{page}?native_filters_key={key}"}, timeout=60)
    assert urlsplit(led.url).path == f"/superset/dashboard/{SLUG}-{there}/"
    mask = kept(superset, session, led.url)
    assert mask["filterState"]["value"] == [words[there]]
    assert mask["extraFormData"]["filters"] == [
        {"col": f"oblast_name_{there}", "op": "IN", "val": [words[there]]}
    ]
    assert f'lang="{there}"' in led.text or there in led.text


@pytest.mark.services
def test_whoever_changes_the_language_of_a_list_stays_on_it(superset: Any, session: requests.Session) -> None:
    speaking(superset, session, "kk")
    page = f"{superset.address}/dashboard/list/?pageIndex=0"
    assert session.get(f"{superset.address}/lang/ru", headers={"Referer": page}, timeout=60).url == page
    away = {"Referer": "https://example.kz/superset/dashboard/attendance-and-reporting-kk/"}
    assert "example.kz" not in session.get(f"{superset.address}/lang/kk", headers=away, timeout=60).url


def test_words_without_their_like_are_left_out() -> None:
    column = Column("string", {"kk": "Облыс", "ru": "Область"}, localized=True, source="oblast_name")
    state = {
        OBLAST: {
            "filterState": {"value": ["a", "b"]},
            "extraFormData": {"filters": [{"col": "x", "val": ["b"]}]},
        },
        "17": {"filterState": {"value": ["a"]}},
    }
    known = {("m", "oblast_name_kk"): {"a": ["А"]}}
    found = translated(state, {OBLAST: ("m", column)}, known, "kk", "ru")
    assert found == {
        OBLAST: {"filterState": {"value": ["А"], "label": "А"}, "extraFormData": {"filters": []}},
    }


@pytest.mark.parametrize(
    ("referrer", "page"),
    [("http://h/a/?b=c", ("/a/", "b=c")), ("http://other/a/", None), (None, None), ("", None),
     ("http://h/lang/kk", None), ("http://h", None), ("http://h/login/", None)],
)  # fmt: skip
def test_only_a_page_of_this_host_is_returned_to(referrer: str | None, page: Any) -> None:
    assert page_of(referrer, "h") == page
