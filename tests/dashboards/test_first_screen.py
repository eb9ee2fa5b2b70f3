"""Rows below the first screen are told of after it is drawn, whatever their heights, and none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random

import pytest
from playwright.sync_api import Browser

from dashboards.places import REPOSITORY
from tests.chromium import launched

pytestmark = pytest.mark.browser

TEMPLATE = REPOSITORY / "dashboards" / "templates" / "bbaj" / "first_screen.html"
SCREEN = {"width": 800, "height": 600}
# Rows as Superset's page makes them: each learns by an observer of its own that it is near, and says so.
ROWS = """heights => {
  self.near = [];
  self.watching = heights.map((height, at) => {
    const row = document.createElement('div');
    row.dataset.test = 'chart-grid-component';
    row.style.height = height + 'px';
    row.innerHTML = '<div data-test="chart-container"><div class="loading"></div></div>';
    document.body.append(row);
    const watch = new IntersectionObserver(([e]) => {
      if (e.isIntersecting && !self.near.includes(at)) self.near.push(at);
    }, {rootMargin: '100% 0px'});
    watch.observe(row);
    return watch;
  });
}"""
DRAW = """() => self.near.forEach(at => {
  document.querySelectorAll('[data-test="chart-container"]')[at].innerHTML = '<svg></svg>';
})"""
# Two turns of the page's clock in which observers are asked.
TURNS = (
    "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0))))"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One of its own: nothing is asked of Superset."""
    with launched() as chromium:
        yield chromium


@pytest.mark.parametrize("seed", range(4))
def test_what_is_seen_comes_first_and_what_is_near_after_it_is_drawn(browser: Browser, seed: int) -> None:
    chance = Random(seed)
    heights = [chance.randint(80, 500) for _ in range(20)]
    tops = [sum(heights[:at]) for at in range(len(heights))]
    seen = [at for at, top in enumerate(tops) if top <= SCREEN["height"]]
    near = [at for at, top in enumerate(tops) if top <= 2 * SCREEN["height"]]
    script = re.findall(r"<script[^>]*>(.*)</script>", TEMPLATE.read_text(encoding="utf-8"), re.DOTALL)[0]
    page = browser.new_page(viewport=SCREEN)
    page.set_content(f"<!DOCTYPE html><body style='margin: 0'><script>{script}</script>")
    page.evaluate(ROWS, heights)
    page.wait_for_function("() => self.near.length > 0")
    page.evaluate(TURNS)
    assert sorted(page.evaluate("self.near")) == seen
    if seed % 2:  # who scrolls does not wait
        page.evaluate("scrollTo(0, 1)")
    else:
        page.evaluate(DRAW)
    page.wait_for_function("count => self.near.length >= count", arg=len(near))
    assert sorted(page.evaluate("self.near"))[: len(near)] == near
    page.evaluate("self.watching.forEach(each => each.disconnect())")
    before = page.evaluate("self.near.length")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.evaluate(TURNS)
    assert page.evaluate("self.near.length") == before
    page.close()
