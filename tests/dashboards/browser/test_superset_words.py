"""A walk through what readers and analysts can open: no English of the interface anywhere.

What readers open is looked at in each language, what analysts alone open in one of them: that each text of the program
has its words in both is asked of the catalogues (test_translations.py), and which texts ask for none is seen in either.

English that stays is named: products and formats (translations/names.yml), what the warehouse itself is made of, and
STAYS below.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pytest
import yaml

from dashboards.words.catalogues import SOURCES
from tests.dashboards.browser import reader as pages

pytestmark = [pytest.mark.services, pytest.mark.browser]

# Words that Superset's program writes without asking for a translation, and what is no text of the interface.
STAYS = {
    "Untitled Query": "the name of a tab, which it finds again by these words",
    "No filter": "a value of a filter, which stands in what is saved",
    "Kazakhstan": "the name of a map",
    "admin": "the account",
    "localhost": "its address",
}
# Identifiers are no words: names of columns, tables, schemas and of the database's own parts.
IDENTIFIER = re.compile(r"\w*[a-z]\w*[._]\w[\w.]*|\S+@\S+|= '\w+'")
CODE_OF = {"main", "temp", "system", "warehouse", "duckdb", "DuckDB", "Str"}
# What can be read or pointed at: texts, hints in fields, titles; not what a person wrote into an editor, not data.
SEEN = r"""() => {
  const data = 'thead, tbody, [role=rowgroup], [role=columnheader], .virtual-table-cell, .virtual-grid';
  const found = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement;
    if (!e || e.closest(data) || e.closest('script, style, noscript, .ace_editor, pre, code')) continue;
    if (!e.checkVisibility({checkVisibilityCSS: true}) || getComputedStyle(e).fontSize === '0px') continue;
    found.push(walk.currentNode.textContent.trim());
  }
  for (const e of document.querySelectorAll('[placeholder], [title]'))
    if (e.checkVisibility() && !e.closest(data)) found.push(e.placeholder || e.title || '');
  return [...new Set(found)].filter(text => /[A-Za-z]{2}/.test(text));
}"""
QUIET = """() => !document.querySelector('[data-test="loading-indicator"], .loading')
  && document.body.innerText.trim().length > 40"""

CLOSED = "() => ![...document.querySelectorAll('.ant-modal')].some(e => e.checkVisibility())"


def known_names() -> re.Pattern[str]:
    listed = yaml.safe_load((SOURCES / "names.yml").read_text(encoding="utf-8"))
    names = {str(name) for group in ("products", "formats", "keys") for name in listed[group]}
    columns = {name for dataset in pages.DEFINITION.datasets.values() for name in dataset.columns}
    sources = {c.source for dataset in pages.DEFINITION.datasets.values() for c in dataset.columns.values()}
    columns |= {name for dataset in pages.DEFINITION.datasets.values() for name in dataset.measures}
    columns.add(pages.DEFINITION.structure.column)
    every = sorted(names | columns | {s for s in sources if s} | CODE_OF | set(STAYS), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, every)) + r")(?!\w)")


NAMES = known_names()


class Walker(pages.Reader):
    """A reader who goes from page to page and notes the English met there."""

    @classmethod
    def at(cls, reader: pages.Reader) -> Walker:
        """Who looks at a page that a reader has open."""
        walker = cls.__new__(cls)
        walker.__dict__.update(reader.__dict__)
        return walker

    def english(self) -> list[str]:
        """What is unknown once the page has come to rest."""
        self.come_to_rest()
        self.until(QUIET)
        return self.unknown()

    def unknown(self) -> list[str]:
        """What stands on the page now and is neither a name nor data."""
        texts: list[str] = self.page.evaluate(SEEN)
        return [t for t in texts if re.search("[A-Za-z]{2}", NAMES.sub(" ", IDENTIFIER.sub(" ", t)))]

    def go_to(self, path: str) -> None:
        """Open a page, or go on to it where Superset's program is there already and another page of it."""
        if not self.page.evaluate("() => Boolean(document.querySelector('#app nav, #app .ant-layout'))"):
            self.page.goto(f"{self.address}{path}")
            return
        before = self.page.inner_text("body")
        self.lead(path)
        self.until("before => document.body.innerText !== before", before)

    def look_at(self, path: str) -> list[str]:
        self.go_to(path)
        return self.english()

    def chart_menu(self) -> None:
        """Open the menu of the last table of the dashboard."""
        self.page.keyboard.press("Escape")
        self.page.locator('[data-test="chart-grid-component"]:has(tbody) [id$="-controls"]').last.click()
        self.page.wait_for_selector(".ant-dropdown-menu:visible")


@pytest.fixture(scope="module")
def walker(visitor: pages.Reader) -> Walker:
    return Walker.at(visitor)


READERS_OWN = ("/superset/welcome/", "/dashboard/list/")
"""What readers open: no word in Latin letters is there, not even a name that analysts know."""
ANALYSTS_OWN = (
    "/chart/list/",
    "/tablemodelview/list/",
    "/savedqueryview/list/",
    "/chart/add",
    "/sqllab/history/",
    "/user_info/",
)


def _in_turn(walker: Walker, things: Sequence[str]) -> list[str]:
    """What is looked at in the language of who walks: every second one of what is looked at in one."""
    return [each for place, each in enumerate(things) if pages.LANGUAGES[place % 2] == walker.language]


def test_pages_hold_no_english(walker: Walker, superset: Any) -> None:
    for path in (*READERS_OWN, *_in_turn(walker, ANALYSTS_OWN)):
        assert walker.look_at(path) == [], path
        if path in READERS_OWN:
            # Whichever dashboards the page names first, of either language: there are more than it shows.
            titles = [
                text[:12] for each in pages.DEFINITION.dashboards.values() for text in each.title.values()
            ]
            named = "titles => titles.some(t => document.body.innerText.includes(t))"
            walker.until(named, titles)
            assert walker.words() == [], path
    assert walker.outside() == []


def test_a_page_that_is_not_there_holds_no_english(walker: Walker) -> None:
    walker.page.goto(f"{walker.address}/nowhere/")
    assert walker.english() == []
    assert walker.outside() == []


def test_what_a_chart_opens_holds_no_english(reader: pages.Reader) -> None:
    """Its menu and the times in it, its query, its table, the rows behind it."""
    walker = Walker.at(reader)
    walker.chart_menu()
    menu = walker.page.locator(".ant-dropdown-menu:visible").first.inner_text()
    assert re.search(r"секунд|минут", menu) and re.search("бұрын|назад", menu), menu
    assert walker.english() == []
    for entry in ("view_query", "view_results", "drill-to-detail"):
        walker.page.locator(f'li[data-menu-id$="{entry}"]:visible').first.click()
        walker.page.wait_for_selector(".ant-modal:visible")
        assert walker.english() == [], entry
        headers = walker.page.locator(
            ".ant-modal th:visible, .ant-modal [role=columnheader]:visible"
        ).all_inner_texts()
        assert bool(headers) == (entry != "view_query"), entry
        assert [each for each in headers if re.search("[a-z]_[a-z]|[A-Za-z]{3}", each)] == [], entry
        walker.page.locator(".ant-modal-close:visible").last.click()
        walker.until(CLOSED)
        walker.chart_menu()
    walker.page.keyboard.press("Escape")


KINDS = {
    "big_number_total": "attendance-rate",
    "table": "districts",
    "echarts_timeseries_bar": "regions-by-discipline",
}
"""A chart of each kind whose controls differ: what Superset calls the kind, and ours of it."""


def test_the_controls_of_a_chart_hold_no_english(walker: Walker, superset: Any) -> None:
    """Explore as an analyst opens it: the columns of the dataset, the controls of data, those of looks."""
    for kind in _in_turn(walker, sorted(KINDS)):
        title = pages.DEFINITION.charts[KINDS[kind]].title[walker.language]
        question = f"(filters:!((col:slice_name,opr:eq,value:'{title}')),page_size:10)"
        found = walker.context.request.get(f"{walker.address}/api/v1/chart/", params={"q": question}).json()
        [number, *_] = [each["id"] for each in found["result"] if each["viz_type"] == kind]
        walker.go_to("/chart/list/")  # from one chart to the next leads no link
        walker.go_to(f"/explore/?slice_id={number}")
        walker.page.wait_for_selector("#controlSections")
        walker.until("title => [...document.querySelectorAll('input')].some(e => e.value === title)", title)
        assert walker.english() == [], kind
        walker.page.locator("#controlSections .ant-tabs-tab:visible").nth(1).click()
        assert walker.unknown() == [], kind


def test_a_total_of_nothing_is_a_dash(walker: Walker, superset: Any) -> None:
    """Superset writes two English letters where a table has no value to show."""
    walker.go_to("/user_info/")
    rows = "<tbody><tr><td class=dt-is-null>N/A</td></tr></tbody><tfoot><tr><td><b>N/A</b></td></tr></tfoot>"
    walker.page.evaluate(
        "rows => document.body.insertAdjacentHTML('beforeend', `<table>${rows}</table>`)", rows
    )
    walker.until(
        "() => [...document.querySelectorAll('.dt-is-null, tfoot td')].every(cell => cell.textContent === '—')"
    )
