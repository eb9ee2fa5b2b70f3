"""The pages as a reader sees them, in headless Chromium: every word in the chosen language, nothing clipped,
no chart empty, nothing asked of another host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from dashboards.definition import load
from dashboards.region_map import tiles

pytestmark = [pytest.mark.services, pytest.mark.browser]
CHROMIUM = Path("/usr/bin/chromium")
DEFINITION = load()
TILES = tiles()
ON_PAGE = [chart for row in DEFINITION.dashboards["attendance-and-reporting"].rows for chart in row.charts]
MAPS = [name for name in ON_PAGE if DEFINITION.charts[name].kind == "map"]
LANGUAGES = ("kk", "ru")
SLUG = "attendance-and-reporting"
NAMES = {"SQL", "CSV", "Excel", "PDF", "admin"}  # names of formats and of the account, not words
WAIT = 120_000  # milliseconds; an upper bound for a busy machine, not an expectation

CLIPPED = """() => [...document.querySelectorAll(
    '.header-title, .header-title *, .header-line, .subtitle-line, th, td, .markdown-container')]
  .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'
    && e.childNodes.length && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .map(e => e.textContent.trim())"""
SETTLED = """() => document.querySelectorAll('[data-test="loading-indicator"], .loading').length === 0
  && document.querySelectorAll('[data-test="chart-container"]').length === COUNT"""
NAMED = """() => [...document.querySelectorAll('button, a, [role=button], [role=combobox], input:not([type=hidden])')]
  .filter(e => e.offsetParent)
  .map(e => (e.getAttribute('aria-label') || e.textContent.trim() || e.placeholder || e.value
    || [...(e.labels || [])].map(l => l.textContent).join(' ')).trim())"""
FAINT = r"""() => {
  const NO_REST = '[disabled], .ant-btn-disabled, [data-test=filter-bar__apply-button]';
  const parts = text => text.match(/[0-9.]+/g).map(Number);
  const light = colour => {
    const [r, g, b] = colour.map(v => v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const over = (top, below) => top.slice(0, 3).map((v, i) => v * (top[3] ?? 1) + below[i] * (1 - (top[3] ?? 1)));
  const behind = e => e ? over(parts(getComputedStyle(e).backgroundColor), behind(e.parentElement)) : [255, 255, 255];
  const faint = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, words = walk.currentNode.textContent.trim();
    if (!words || !e.offsetParent || e.closest(NO_REST)) continue;
    const ground = behind(e), ink = over(parts(getComputedStyle(e).color), ground);
    const [a, b] = [light(ink), light(ground)].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) faint.push(words + ' ' + ((a + 0.05) / (b + 0.05)).toFixed(2));
  }
  return faint;
}"""
REGIONS = """title => {
  const chart = document.querySelector(`[data-test-chart-name="${title}"]`);
  const labels = [...chart.querySelectorAll('.region-label')].map(e => e.textContent);
  return [...chart.querySelectorAll('path.region')].map((e, i) => ({
    code: e.__data__.properties.ISO, label: labels[2 * i], value: labels[2 * i + 1],
    light: getComputedStyle(e).fill.match(/[0-9.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0),
  }));
}"""
FILLED = """() => [...document.querySelectorAll('[data-test="chart-grid-component"]')]
  .filter(e => !e.querySelector('canvas, .header-line, tbody tr, .region-label')).map(e => e.dataset.testChartName)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("Debian's chromium is not installed: run `make browser`")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def stranger(browser: Browser) -> Iterator[BrowserContext]:
    """A browser in which nobody has signed in. What pages load is kept by each: one for all who sign in nowhere."""
    with browser.new_context(locale="kk-KZ") as context:
        context.set_default_timeout(WAIT)
        yield context


@pytest.fixture(scope="module")
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


class Reader:
    """A reader of a language at a page of their own, and every address that it asked for."""

    def __init__(self, context: BrowserContext, superset: Any, language: str) -> None:
        self.context = context
        self.superset = superset
        self.address = superset.address
        self.language = language
        self.asked: list[str] = []
        context.request.get(f"{self.address}/lang/{language}")
        self.page: Page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))

    def elsewhere(self) -> Reader:
        """The same reader at another page."""
        return Reader(self.context, self.superset, self.language)

    def open_dashboard(self, language: str, slug: str = SLUG) -> None:
        self.page.goto(f"{self.address}/superset/dashboard/{slug}-{language}/")
        self.settle(slug)

    def settle(self, slug: str = SLUG) -> None:
        count = sum(len(row.charts) for row in DEFINITION.dashboards[slug].rows)
        self.page.wait_for_function(SETTLED.replace("COUNT", str(count)))
        charts = [DEFINITION.charts[name] for row in DEFINITION.dashboards[slug].rows for name in row.charts]
        models = {each.dataset: DEFINITION.datasets[each.dataset].model for each in charts}
        told = {dataset for dataset, model in models.items() if self.superset.holds(model)}
        # Where no target is set for the indicator that is chosen when the page opens, its charts say so; and in a small
        # country no organisation may be far from the others.
        bare = [
            each.title[self.language]
            for each in charts
            if each.dataset not in told or {"has_target", "is_outlier"} & set(each.where or {})
        ]
        self.page.wait_for_function(f"bare => ({FILLED})().every(title => bare.includes(title))", arg=bare)

    def words(self) -> list[str]:
        """Words in Latin letters that are visible, the known names left out."""
        text = self.page.inner_text("body")
        return sorted(set(re.findall(r"[A-Za-z]{2,}", text)) - NAMES)

    def outside(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((self.address, "data:", "blob:"))]


@pytest.fixture(scope="module", params=LANGUAGES)
def reader(request: pytest.FixtureRequest, member: BrowserContext, superset: Any) -> Iterator[Reader]:
    """Who chose a language and follows a link to the dashboard in the other one."""
    someone = Reader(member, superset, request.param)
    (other,) = {*LANGUAGES} - {request.param}
    someone.open_dashboard(other)
    yield someone
    someone.page.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_in_page_speaks_the_language(stranger: BrowserContext, superset: Any, language: str) -> None:
    someone = Reader(stranger, superset, language)
    someone.page.goto(f"{someone.address}/login/")
    someone.page.wait_for_selector("#username")
    assert someone.words() == []
    assert someone.outside() == []
    someone.page.close()


def test_the_dashboard_follows_the_chosen_language(reader: Reader) -> None:
    assert (
        reader.page.url.partition("?")[0] == f"{reader.address}/superset/dashboard/{SLUG}-{reader.language}/"
    )


def test_the_dashboard_holds_no_english_word(reader: Reader) -> None:
    assert reader.words() == []


def test_the_title_is_there(reader: Reader) -> None:
    title = DEFINITION.dashboards[SLUG].title[reader.language]
    assert reader.page.input_value('[data-test="editable-title-input"]') == title


def test_nothing_is_clipped(reader: Reader) -> None:
    assert reader.page.evaluate(CLIPPED) == []


def test_no_chart_is_empty_or_in_error(reader: Reader) -> None:
    assert reader.page.evaluate(FILLED) == []
    assert reader.page.locator('[role="alert"], .ant-alert-error').count() == 0


@pytest.mark.parametrize("name", MAPS)
def test_the_map_shows_each_region_with_its_share(reader: Reader, name: str) -> None:
    """Names in the reader's language, a share on each, darker where it is greater."""
    title = DEFINITION.charts[name].title[reader.language]
    drawn = reader.page.evaluate(REGIONS, title)
    assert {(each["code"], each["label"]) for each in drawn} == {
        (code, tile.label[reader.language]) for code, tile in TILES.items()
    }
    shares = [(float(each["value"].rstrip("%").replace(",", ".")), each["light"]) for each in drawn]
    assert len({light for _, light in shares}) > 2
    assert [light for _, light in sorted(shares, key=lambda each: each[0])] == sorted(
        (light for _, light in shares), reverse=True
    ) or len({share for share, _ in shares}) < len({light for _, light in shares})


def test_the_publication_and_who_reported_are_shown(reader: Reader) -> None:
    passport = reader.page.locator('[data-test-chart-name="{}"] tbody tr'.format(
        DEFINITION.charts["publication-passport"].title[reader.language]
    )).first.inner_text()  # fmt: skip
    assert re.search(
        r"\d+\s+\d\d\.\d\d\.\d{4} \d\d:\d\d\s+(?:ойдан шығарылған деректер|вымышленные данные)"
        r"\s+[\d\u00a0]+\s+[\d\u00a0]+\s+[\d,]+%",
        passport,
    ), passport


def test_a_program_that_reads_aloud_is_told_what_is_there(reader: Reader) -> None:
    """The language, one heading, and of all that can be pressed or filled in a name in that language."""
    page = reader.page
    assert page.evaluate("document.documentElement.lang") == reader.language
    assert page.locator("h1").all_inner_texts() == [DEFINITION.dashboards[SLUG].title[reader.language]]
    names = page.evaluate(NAMED)
    assert "" not in names
    assert [name for name in names if set(re.findall(r"[A-Za-z_]{2,}", name)) - NAMES] == []


def test_words_stand_out_from_what_is_behind_them(reader: Reader) -> None:
    assert reader.page.evaluate(FAINT) == []


def test_a_click_on_a_bar_empties_nothing(reader: Reader) -> None:
    page = reader.page
    before = page.locator(".header-line").all_inner_texts()
    title = next(
        DEFINITION.charts[name].title for name in ON_PAGE if DEFINITION.charts[name].kind == "ranking"
    )
    canvas = page.locator(f'[data-test-chart-name="{title[reader.language]}"] canvas').first
    box = canvas.bounding_box()
    assert box is not None
    asked = len(reader.asked)
    canvas.click(position={"x": box["width"] * 0.45, "y": box["height"] * 0.15})
    page.wait_for_timeout(1_000)  # a question would be asked at once; none is
    assert not [url for url in reader.asked[asked:] if "/chart/data" in url]
    assert page.locator(".header-line").all_inner_texts() == before


def test_nothing_was_asked_of_another_host(reader: Reader) -> None:
    assert reader.outside() == []


@pytest.mark.parametrize("slug", sorted(set(DEFINITION.dashboards) - {SLUG}))
def test_every_other_dashboard_is_whole(reader: Reader, slug: str) -> None:
    someone = reader.elsewhere()
    someone.open_dashboard(reader.language, slug)
    page = someone.page
    assert page.locator("h1").all_inner_texts() == [DEFINITION.dashboards[slug].title[reader.language]]
    assert page.locator('[role="alert"], .ant-alert-error').count() == 0
    assert (someone.words(), page.evaluate(CLIPPED), page.evaluate(FAINT), someone.outside()) == (
        [],
        [],
        [],
        [],
    )
    page.close()


def test_menus_hold_no_english_word(reader: Reader) -> None:
    page = reader.page
    page.click('[data-test="actions-trigger"]')
    page.wait_for_selector(".ant-dropdown-menu")
    assert reader.words() == []
    page.keyboard.press("Escape")
    page.locator('[data-test="chart-grid-component"] [id$="-controls"]').last.click()
    page.wait_for_selector(".ant-dropdown-menu:visible")
    assert reader.words() == []
    page.keyboard.press("Escape")


def test_home_and_lists_hold_no_english_word(reader: Reader) -> None:
    someone = reader.elsewhere()
    for path in ("/superset/welcome/", "/dashboard/list/"):
        someone.page.goto(f"{someone.address}{path}")
        # Whichever dashboards the page names first, of either language: there are more than it shows.
        titles = [text[:12] for each in DEFINITION.dashboards.values() for text in each.title.values()]
        someone.page.wait_for_function(
            "titles => titles.some(t => document.body.innerText.includes(t))", arg=titles
        )
        assert someone.words() == [], path
    assert someone.outside() == []
    someone.page.close()


def test_a_phone_gets_charts_below_each_other(
    browser: Browser, member: BrowserContext, superset: Any
) -> None:
    """Who follows the same link on a phone: nothing is wider than the screen, each chart has the whole of it."""
    phone = {"viewport": {"width": 390, "height": 1_600}, "is_mobile": True, "has_touch": True}
    agent = "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Mobile Safari/537.36"
    with browser.new_context(**phone, user_agent=agent, storage_state=member.storage_state()) as context:
        context.set_default_timeout(WAIT)
        someone = Reader(context, superset, "kk")
        someone.page.goto(f"{someone.address}/superset/dashboard/{SLUG}-ru/")
        someone.page.wait_for_selector(".header-line")
        assert someone.page.url.partition("?")[0].endswith(f"/{SLUG}-kk-phone/")
        assert someone.page.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [390, 390]
        holders = someone.page.locator(".dashboard-component-chart-holder")
        widths = [round(box["width"]) for each in holders.all() if (box := each.bounding_box())]
        assert min(widths) > 150 and max(widths) > 330
        buttons = someone.page.locator('[data-test="filter-bar"] button')
        boxes = [box for each in buttons.all() if (box := each.bounding_box())]
        for place, one in enumerate(boxes):
            for other in boxes[place + 1 :]:
                apart = (
                    one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
                )
                above = (
                    one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
                )
                assert apart or above


def test_a_chosen_oblast_narrows_the_numbers(member: BrowserContext, superset: Any) -> None:
    """The headline numbers follow the filter."""
    someone = Reader(member, superset, "kk")
    someone.open_dashboard("kk")
    page = someone.page
    before = page.locator(".header-line").all_inner_texts()
    choices = page.locator('[data-test="form-item-value"] .ant-select')
    choices.nth(3).click()  # after the basis, the structure and the week
    first = page.locator(".ant-select-item-option:visible").first
    first.wait_for()
    first.click()
    page.keyboard.press("Escape")
    page.click('[data-test="filter-bar__apply-button"]')
    page.wait_for_function(
        "before => JSON.stringify([...document.querySelectorAll('.header-line')].map(e => e.innerText)) !== before",
        arg=json.dumps(before, ensure_ascii=False, separators=(",", ":")),
    )
    assert someone.words() == []
    page.close()


def test_the_name_of_an_organisation_opens_its_card(reader: Reader) -> None:
    """By a click in a table that ranks, on the basis that was chosen before."""
    someone = reader.elsewhere()
    someone.open_dashboard(reader.language, "absence")
    page = someone.page
    cell = page.locator("td.bbaj-card").first
    cell.wait_for()
    name = cell.inner_text().strip()
    cell.click()
    page.wait_for_url(re.compile(rf"/organisation-{reader.language}/"))
    page.wait_for_selector('[data-test="form-item-value"] .ant-select')
    page.wait_for_function(
        "name => [...document.querySelectorAll('[data-test=form-item-value]')].some(e => e.innerText.includes(name))",
        arg=name,
    )
    assert page.locator("td.bbaj-card").count() == 0  # it is the card itself
    page.close()
