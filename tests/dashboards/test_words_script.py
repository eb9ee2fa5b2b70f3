"""What teaches Superset's program our words is in no program's way, in whatever order scripts arrive.

A page of Superset holds two packed programs (its colours, its pages) and the modules they share, every one of them a
script that runs as soon as it is there. A page stays empty where one program is not told of a module.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from html import escape
from itertools import permutations
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from dashboards.places import REPOSITORY
from tests.chromium import launched

pytestmark = pytest.mark.browser

WORDS = (REPOSITORY / "dashboards" / "static" / "words.js").read_text(encoding="utf-8")
# A program as webpack packs it: it takes what lies in the list, puts its own `push` before the one that is there and
# starts as soon as it has all that it needs.
PROGRAM = """
function program(name, needs) {
  var list = (self.webpackChunksuperset = self.webpackChunksuperset || []), modules = {}, begun = false;
  function take(before, chunk) {
    Object.assign(modules, chunk[1]);
    if (before) before(chunk);
    start();
  }
  function start() {
    if (begun || !needs.every(function (id) { return modules[id]; })) return;
    begun = true;
    var module = { exports: {} };
    modules[needs[needs.length - 1]](module, module.exports);
    (self.started = self.started || {})[name] = module.exports.all || {};
  }
  list.forEach(take.bind(null, 0));
  list.push = take.bind(null, list.push.bind(list));
  start();
}
"""
MODULE = """(self.webpackChunksuperset = self.webpackChunksuperset || []).push([[ID], {
  ID: function (module, exports) { exports.all = {prev_page:"Previous Page"}; },
}]);"""
SCRIPTS = {
    "words": f'<script data-language="kk">{WORDS}</script>',
    "theme": "<script>program('theme', [1]);</script>",
    "pages": "<script>program('pages', [1, 2]);</script>",
    "shared": f"<script>{MODULE.replace('ID', '1')}</script>",
    "own": f"<script>{MODULE.replace('ID', '2')}</script>",
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One of its own: nothing is asked of Superset."""
    with launched() as chromium:
        yield chromium


def _started(page: Page, orders: Iterable[Iterable[str]]) -> list[dict[str, Any]]:
    """The programs that started in each order of the scripts. Each order is a frame, which knows nothing of another."""
    frames = (
        f"<head><script>{PROGRAM}</script>{''.join(SCRIPTS[name] for name in order)}</head>"
        for order in orders
    )
    page.set_content("".join(f'<iframe srcdoc="{escape(frame)}"></iframe>' for frame in frames))
    told = "() => JSON.stringify([...document.querySelectorAll('iframe')].map(e => e.contentWindow.started || {}))"
    return list(json.loads(page.evaluate(told)))


@pytest.mark.parametrize("first", SCRIPTS)
def test_both_programs_start_in_every_order(browser: Browser, first: str) -> None:
    page = browser.new_page()
    rest = [name for name in SCRIPTS if name != first]
    orders = [[first, *others] for others in permutations(rest)]
    found = _started(page, orders)
    page.close()
    for order, started in zip(orders, found, strict=True):
        assert set(started) == {"theme", "pages"}, order
        is_in_time = order.index("words") < max(order.index("pages"), order.index("own"))
        assert (started["pages"]["prev_page"] == "Алдыңғы бет") is is_in_time, order


def test_without_our_words_it_is_the_same(browser: Browser) -> None:
    """The two programs of this test start as webpack's do."""
    page = browser.new_page()
    orders = list(permutations([name for name in SCRIPTS if name != "words"]))
    found = _started(page, orders)
    page.close()
    assert len(found) == len(orders)
    for order, started in zip(orders, found, strict=True):
        assert len(started) == 2, order
