"""`make pictures`: the pictures of dashboards that the READMEs show, taken anew of a demonstration that is served.

In: a running `make serve` over a home of `make demo`; a reader's name and password in BBAJ_READER and BBAJ_PASSWORD,
the address in BBAJ_ADDRESS where it is another. Out: docs/pictures/NAME.kk.png and NAME.ru.png, as wide as a desk's
screen, the first rows of charts of each page.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import BrowserContext, sync_playwright

from ingest.ports import SUPERSET_PORT
from tests.chromium import CHROMIUM
from tests.dashboards.browser.reader import DEFINITION, LANGUAGES, SETTLED, WAIT

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
SHOWN = ("overview", "attendance-and-reporting")
WIDTH, HIGHEST = 1440, 1100
"""Pixels. A picture ends below the last row of charts that is whole within `HIGHEST`."""
_STILL = 3_000
"""Milliseconds that a canvas is given after the last chart has come, to be drawn."""
_WHOLE_HEIGHT = 4_000
"""Pixels. Charts beyond the screen are not asked for: it is as high as the longest page while they come."""
_ENDS = """highest => Math.max(...[...document.querySelectorAll('[data-test="chart-grid-component"]')]
  .map(each => each.getBoundingClientRect().bottom).filter(bottom => bottom <= highest))"""
_MARGIN = 28


def served_to() -> tuple[str, str, str]:
    """Where the dashboards are served, a reader's name and password, as the environment tells them.

    Raises SystemExit with 64, as a wrong use of a command, where it tells no password.
    """
    name, password = os.environ.get("BBAJ_READER", "admin"), os.environ.get("BBAJ_PASSWORD", "")
    if not password:
        print("BBAJ_PASSWORD: the password of BBAJ_READER (admin) in Superset is not given", file=sys.stderr)
        raise SystemExit(64)
    return os.environ.get("BBAJ_ADDRESS", f"http://127.0.0.1:{SUPERSET_PORT}"), name, password


def main() -> int:
    address, name, password = served_to()
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": WIDTH, "height": _WHOLE_HEIGHT}, locale="kk-KZ")
        context.set_default_timeout(WAIT)
        sign_in(context, address, name, password)
        for language in LANGUAGES:
            context.request.get(f"{address}/lang/{language}")
            for slug in SHOWN:
                print(_picture(context, address, slug, language))
        chromium.close()
    return 0


def sign_in(context: BrowserContext, address: str, name: str, password: str) -> None:
    """Where the browser's other pages are signed in from here on."""
    page = context.new_page()
    page.goto(f"{address}/login/")
    page.fill("#username", name)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_url(re.compile("welcome"))
    page.close()


def _picture(context: BrowserContext, address: str, slug: str, language: str) -> Path:
    """One dashboard without Superset's own bar above it."""
    page = context.new_page()
    page.goto(f"{address}/superset/dashboard/{slug}-{language}/?standalone=1")
    count = sum(len(row.charts) for row in DEFINITION.dashboards[slug].rows)
    page.wait_for_function(SETTLED.replace("COUNT", str(count)))
    page.wait_for_timeout(_STILL)
    height = page.evaluate(_ENDS, HIGHEST) + _MARGIN
    file = PICTURES / f"{slug}.{language}.png"
    page.screenshot(path=file, clip={"x": 0, "y": 0, "width": WIDTH, "height": height})
    page.close()
    return file


if __name__ == "__main__":
    sys.exit(main())
