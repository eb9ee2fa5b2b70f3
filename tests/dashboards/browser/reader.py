"""A reader of a language in headless Chromium: how dashboards are opened, when they are at rest, what they say."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import BrowserContext, Page, Request

from dashboards.definition import load
from tests.dashboards.bare import may_be_bare

DEFINITION = load()
LANGUAGES = ("kk", "ru")
SLUG = "attendance-and-reporting"
NAMES = {"SQL", "CSV", "Excel", "PDF", "admin"}  # names of formats and of the account, not words
WAIT = 120_000  # milliseconds; an upper bound for a busy machine, not an expectation
STILL = 0.5  # seconds
LOOK = 100  # milliseconds; a page asked at every frame, as it is usual, would be busy with that

SETTLED = """() => document.querySelectorAll('[data-test="loading-indicator"], .loading').length === 0
  && document.querySelectorAll('[data-test="chart-container"]').length === COUNT"""
TEXTS = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  window.texts = [];
  while (walk.nextNode())
    if (!walk.currentNode.parentElement.closest('table')) window.texts.push(walk.currentNode);
  return window.texts.map(node => node.textContent.trim());
}"""
TRANSLATED = "said => said.forEach((text, i) => { if (text !== null) window.texts[i].textContent = text; })"
FOLLOWED = """address => {
  history.pushState({}, '', address);
  dispatchEvent(new PopStateEvent('popstate', {state: {}}));
}"""
THERE = """titles => {
  const found = [...document.querySelectorAll('[data-test="chart-grid-component"]')].map(e => e.dataset.testChartName);
  return found.length === titles.length && titles.every(title => found.includes(title));
}"""
FILLED = """() => [...document.querySelectorAll('[data-test="chart-grid-component"]')]
  .filter(e => !e.querySelector('canvas, .header-line, tbody tr, .region-label')).map(e => e.dataset.testChartName)"""


class Traffic:
    """What a page asks for: every address, and whether something is under way."""

    def __init__(self, page: Page) -> None:
        self.asked: list[str] = []
        self.under_way: set[Request] = set()
        self.changed = time.monotonic()
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    def _begin(self, request: Request) -> None:
        self.asked.append(request.url)
        if request.resource_type == "ping":
            return  # told in passing: no page waits for the answer, and a browser need not say that it came
        self.under_way.add(request)
        self.changed = time.monotonic()

    def _end(self, request: Request) -> None:
        self.under_way.discard(request)
        self.changed = time.monotonic()

    @property
    def is_still(self) -> bool:
        """Whether nothing was asked or answered lately, as a browser itself understands it after a page was loaded."""
        return not self.under_way and time.monotonic() - self.changed > STILL


class Reader:
    """A reader of a language at a page of their own, and every address that it asked for."""

    def __init__(self, context: BrowserContext, superset: Any, language: str) -> None:
        self.context = context
        self.superset = superset
        self.address = superset.address
        self.language = language
        context.request.get(f"{self.address}/lang/{language}")
        self.page: Page = context.new_page()
        self.traffic = Traffic(self.page)

    def until(self, is_so: str, given: Any = None) -> None:
        """Wait until a question of the page, in its own program's words, is answered by yes."""
        self.page.wait_for_function(is_so, arg=given, polling=LOOK)

    def come_to_rest(self) -> None:
        """Wait until the page asks for nothing more."""
        began = time.monotonic()
        while not self.traffic.is_still:
            assert time.monotonic() - began < WAIT / 1_000, [each.url for each in self.traffic.under_way]
            self.page.wait_for_timeout(LOOK)

    def elsewhere(self) -> Reader:
        """The same reader at another page."""
        return Reader(self.context, self.superset, self.language)

    def take_phone(self) -> None:
        """From here on the page is that of a phone, in the same browser: it need not load Superset's program anew."""
        agent = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36"
        screen = {"width": 390, "height": 844, "deviceScaleFactor": 1, "mobile": True}
        told = {
            "platform": "Android",
            "platformVersion": "13",
            "architecture": "",
            "model": "",
            "mobile": True,
        }
        page = self.context.new_cdp_session(self.page)
        page.send("Emulation.setDeviceMetricsOverride", screen)
        page.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
        page.send("Emulation.setUserAgentOverride", {"userAgent": agent, "userAgentMetadata": told})

    def open_dashboard(self, language: str, slug: str = SLUG) -> None:
        self.page.goto(f"{self.address}/superset/dashboard/{slug}-{language}/")
        self.rest(slug)
        self.fill(slug)

    def visit(self, slug: str, *, is_filled: bool = True) -> None:
        """Open a dashboard, or go on to it where a page is open. `is_filled`: wait until each chart shows something."""
        if self.page.url == "about:blank":
            self.page.goto(f"{self.address}/superset/dashboard/{slug}-{self.language}/")
        else:
            self.follow(slug)
        self.rest(slug)
        if is_filled:
            self.fill(slug)

    def follow(self, slug: str) -> None:
        """Go on to another dashboard."""
        self.lead(f"/superset/dashboard/{slug}-{self.language}/")
        there = [DEFINITION.charts[name] for row in DEFINITION.dashboards[slug].rows for name in row.charts]
        self.until(THERE, [chart.title[self.language] for chart in there])

    def lead(self, path: str) -> None:
        """Go on as a link of a page leads there: Superset's program stays, and draws what belongs to the address."""
        self.page.evaluate(FOLLOWED, path)

    def translate(self, words: dict[str, str]) -> set[str]:
        """Write in the place of words that stand on the page those of the other language; returns what is there now.

        Tables are left as they are, for they are as wide as their words.
        """
        said = [words.get(text) for text in self.page.evaluate(TEXTS)]
        self.page.evaluate(TRANSLATED, said)
        return {text for text in said if text is not None}

    def rest(self, slug: str) -> None:
        """Wait until every chart is there and none is loading."""
        count = sum(len(row.charts) for row in DEFINITION.dashboards[slug].rows)
        self.until(SETTLED.replace("COUNT", str(count)))

    def fill(self, slug: str) -> None:
        """Wait until each chart that has something to show shows it."""
        bare = self.bare(slug)
        self.until(f"bare => ({FILLED})().every(title => bare.includes(title))", bare)

    def bare(self, slug: str) -> list[str]:
        """Titles of charts that have nothing to show, or may have."""
        charts = [DEFINITION.charts[name] for row in DEFINITION.dashboards[slug].rows for name in row.charts]
        models = {each.dataset: DEFINITION.datasets[each.dataset].model for each in charts}
        told = {dataset for dataset, model in models.items() if self.superset.holds(model)}
        return [each.title[self.language] for each in charts if each.dataset not in told or may_be_bare(each)]

    def words(self) -> list[str]:
        """Words in Latin letters that are visible, the known names left out."""
        text = self.page.inner_text("body")
        return sorted(set(re.findall(r"[A-Za-z]{2,}", text)) - NAMES)

    def outside(self) -> list[str]:
        return [url for url in self.traffic.asked if not url.startswith((self.address, "data:", "blob:"))]


@contextmanager
def entered(guests: BrowserContext, superset: Any, cookies: Iterable[Any] = ()) -> Iterator[BrowserContext]:
    """The browser of the guests as one has it who was never there before, with the cookies of an account that signed in
    elsewhere. Of whoever had it before only Superset's program stays."""
    guests.clear_cookies()
    page = guests.new_page()
    page.goto(f"{superset.address}/bbaj/icon.svg")
    page.evaluate("() => { localStorage.clear(); sessionStorage.clear(); }")
    page.close()
    guests.add_cookies(
        [{"name": each.name, "value": each.value, "url": superset.address} for each in cookies]
    )
    yield guests
    for left in guests.pages:
        left.close()
