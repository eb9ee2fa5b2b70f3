"""One browser, one member and one page of each language for all tests that look at Superset's pages.

In: the shared Superset. Out: `reader`, who has the first dashboard open in a language, for every test of that
language in turn; `visitor`, the same reader at a page that goes from dashboard to dashboard.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.chromium import launched
from tests.dashboards.browser.reader import LANGUAGES, WAIT, Reader


@pytest.fixture(scope="package")
def browser(readers: Any) -> Iterator[Browser]:
    """One for all pages: to sign in and to load Superset's program costs seconds of a processor. The accounts are made
    before it, for Django refuses to ask its database where Playwright waits in the same thread."""
    with launched() as chromium:
        yield chromium


@pytest.fixture(scope="package")
def guests(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that all others than the administrator use in turn (`reader.entered`): each of its own would load and
    translate Superset's program anew, which takes seconds of a processor."""
    with browser.new_context(locale="kk-KZ") as context:
        context.set_default_timeout(WAIT)
        yield context


@pytest.fixture(scope="package")
def member(browser: Browser, superset: Any) -> Iterator[BrowserContext]:
    """A browser in which the administrator signed in by the page; the readers of both languages use it in turn."""
    viewport = {"width": 1440, "height": 3200}
    with browser.new_context(viewport=viewport, locale="kk-KZ") as context:
        context.set_default_timeout(WAIT)
        page = context.new_page()
        page.goto(f"{superset.address}/login/")
        page.fill("#username", "admin")
        page.fill("#password", superset.password)
        page.press("#password", "Enter")
        page.wait_for_url(re.compile("welcome"))
        page.close()
        yield context


@pytest.fixture(scope="package", params=LANGUAGES)
def reader(request: pytest.FixtureRequest, member: BrowserContext, superset: Any) -> Iterator[Reader]:
    """Who chose a language and follows a link to the dashboard in the other one."""
    someone = Reader(member, superset, request.param)
    (other,) = {*LANGUAGES} - {request.param}
    someone.open_dashboard(other)
    yield someone
    someone.page.close()


@pytest.fixture(scope="package")
def visitor(reader: Reader) -> Iterator[Reader]:
    """The same reader at another page, in which one dashboard is opened after the other."""
    someone = reader.elsewhere()
    yield someone
    someone.page.close()


@pytest.fixture(autouse=True)
def in_front(request: pytest.FixtureRequest) -> None:
    """The page that a test looks at is before the others: one that lies behind is not drawn."""
    named = next((name for name in ("walker", "visitor", "reader") if name in request.fixturenames), None)
    if named:
        request.getfixturevalue(named).page.bring_to_front()
