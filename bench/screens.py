"""`make bench-screens`: how long a reader waits for a dashboard, in a real browser, of a country that is served.

In: a running `make serve`, as for `make pictures` (BBAJ_READER, BBAJ_PASSWORD, BBAJ_ADDRESS). Out: a table, written to
docs/screens.md: seconds by the clock until every chart on the first screen is drawn, with a browser that never was
there and with one that has been on another dashboard before, medians of `ROUNDS`; 1 where one is above the limit.
Browser and server share the machine.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from tests.chromium import CHROMIUM
from tests.dashboards.browser.pictures import served_to, sign_in
from tests.dashboards.browser.reader import DEFINITION, LANGUAGES, WAIT

PAGE = Path(__file__).parents[1] / "docs" / "screens.md"
ROUNDS, LIMIT = 3, 3.0
SCREEN = ViewportSize(width=1440, height=900)
A_PERSONS = "--disable-blink-features=AutomationControlled"
"""In a browser that says a program drives it, Superset asks for all charts at once and draws all, wherever they lie."""
_EARLIER = 500
"""Milliseconds. A page that is quiet that long has no chart that is about to ask."""
# A chart is drawn when it has a picture, a table, a figure or says that there is nothing; signs of its menu are none.
DRAWN = """() => {
  const held = [...document.querySelectorAll('[data-test="chart-grid-component"]')]
    .filter(each => each.getBoundingClientRect().top < innerHeight);
  return held.length > 1 && held.every(each => !each.querySelector('[data-test="loading-indicator"], .loading')
    && each.querySelector('[data-test="chart-container"]')?.querySelector(
      'canvas, table, svg, .header-line, .ant-empty, [class*="empty"]'));
}"""


@dataclass(frozen=True)
class Waited:
    """Seconds until the first screen of a dashboard was drawn, of each round."""

    slug: str
    new: tuple[float, ...]
    again: tuple[float, ...]

    @property
    def is_met(self) -> bool:
        """The limit is for who works with the pages; a browser that never was there loads Superset's program first."""
        return statistics.median(self.again) <= LIMIT

    def row(self) -> str:
        """The row in Markdown."""
        title = DEFINITION.dashboards[self.slug].title["ru"]
        new, again = (f"{statistics.median(each):.1f} s ({max(each):.1f})" for each in (self.new, self.again))
        return f"| {title} | {new} | {again} |"


def main() -> int:
    """Measure, print and write."""
    address, name, password = served_to()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox", A_PERSONS])
        waited = []
        for each in _measured(chromium, address, name, password):
            print(each.row(), flush=True)
            waited.append(each)
        chromium.close()
    PAGE.write_text(_page(waited), encoding="utf-8")
    return 0 if all(each.is_met for each in waited) else 1


def _measured(chromium: Browser, address: str, name: str, password: str) -> Iterator[Waited]:
    """Languages take turns: the pages are the same."""
    slugs = [slug for slug in DEFINITION.dashboards if slug != "organisation"]
    for at, slug in enumerate(slugs):
        new, again = [], []
        for turn in range(ROUNDS):
            context = chromium.new_context(viewport=SCREEN, locale="kk-KZ")
            context.set_default_timeout(WAIT)
            sign_in(context, address, name, password)
            language = LANGUAGES[turn % len(LANGUAGES)]
            context.request.get(f"{address}/lang/{language}")
            new.append(_opened(context, address, slug, language))
            _opened(context, address, slugs[at - 1], language)
            again.append(_opened(context, address, slug, language))
            context.close()
        yield Waited(slug, tuple(new), tuple(again))


def _opened(context: BrowserContext, address: str, slug: str, language: str) -> float:
    """Seconds from the address to the last chart of the first screen."""
    page = context.new_page()
    began = time.perf_counter()
    page.goto(f"{address}/superset/dashboard/{slug}-{language}/", wait_until="commit")
    page.wait_for_function(DRAWN, polling=50)
    taken = time.perf_counter() - began
    page.wait_for_timeout(_EARLIER)
    assert page.evaluate(DRAWN), f"{slug}: a chart was still to come"
    page.close()
    return taken


def _page(waited: list[Waited]) -> str:
    slow = [DEFINITION.dashboards[each.slug].title["ru"] for each in waited if not each.is_met]
    worst = f"Above it: {', '.join(slow)}." if slow else "None is above it."
    rows = "\n".join(each.row() for each in waited)
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {os.cpu_count()} cores, Python {platform.python_version()}"
    screen = f"{SCREEN['width']} × {SCREEN['height']}"
    return f"""# Dashboards on the screen

Seconds by the clock from an address to the last chart of the first screen ({screen}) in Chromium, medians of {ROUNDS}
rounds, the longest in brackets. Command: `make bench-screens` beside `make serve`. Measured
{when}; browser and server share them. Each round
begins with a browser that never was there ("new"); "again" is the same page after another dashboard.

| dashboard | new | again |
|---|---|---|
{rows}

The limit is {LIMIT:.0f} s for a page opened again. {worst}
"""


if __name__ == "__main__":
    sys.exit(main())
