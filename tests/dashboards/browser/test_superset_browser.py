"""The pages as a reader sees them, in headless Chromium: every word in the chosen language, nothing clipped,
no chart empty, nothing asked of another host."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from dashboards.region_map import tiles
from tests.dashboards.browser.reader import DEFINITION, FILLED, LANGUAGES, NAMES, SLUG, Reader, entered

pytestmark = [pytest.mark.services, pytest.mark.browser]
TILES = tiles()
ON_PAGE = [chart for row in DEFINITION.dashboards["attendance-and-reporting"].rows for chart in row.charts]
MAPS = [name for name in ON_PAGE if DEFINITION.charts[name].kind == "map"]
CLIPPED = """() => [...document.querySelectorAll(
    '.header-title, .header-title *, .header-line, .subtitle-line, th, td, .markdown-container')]
  .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).display !== 'inline'
    && e.childNodes.length && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()))
  .map(e => e.textContent.trim())"""
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
  const grounds = new Map([[null, [255, 255, 255]]]);
  const behind = e => {
    if (!grounds.has(e))
      grounds.set(e, over(parts(getComputedStyle(e).backgroundColor), behind(e.parentElement)));
    return grounds.get(e);
  };
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sign_in_page_speaks_the_language(guests: BrowserContext, superset: Any, language: str) -> None:
    with entered(guests, superset) as stranger:
        someone = Reader(stranger, superset, language)
        someone.page.goto(f"{someone.address}/login/")
        someone.page.wait_for_selector("#username")
        assert someone.words() == []
        assert someone.outside() == []


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
    assert set(reader.page.evaluate(FILLED)) <= set(reader.bare(SLUG))
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
    asked = len(reader.traffic.asked)
    canvas.click(position={"x": box["width"] * 0.45, "y": box["height"] * 0.15})
    page.wait_for_timeout(1_000)  # a question would be asked at once; none is
    assert not [url for url in reader.traffic.asked[asked:] if "/chart/data" in url]
    assert page.locator(".header-line").all_inner_texts() == before


def test_nothing_was_asked_of_another_host(reader: Reader) -> None:
    assert reader.outside() == []


OTHERS = sorted(set(DEFINITION.dashboards) - {SLUG})


def _tables_in(slug: str, language: str) -> int:
    """How many letters the heads of the tables of a dashboard have."""
    charts = [DEFINITION.charts[name] for row in DEFINITION.dashboards[slug].rows for name in row.charts]
    return sum(
        len(words.label[language])
        for chart in charts
        if chart.kind == "table"
        for dataset in [DEFINITION.datasets[chart.dataset]]
        for words in [*map(dataset.columns.get, chart.columns), *map(dataset.metrics.get, chart.metrics)]
    )


def _pairs(language: str, other: str) -> dict[str, str]:
    """What the definition says in a language → the same in the other."""
    found: dict[str, str] = {}

    def note(words: Any) -> None:
        if isinstance(words, Mapping):
            if isinstance(words.get(language), str) and isinstance(words.get(other), str):
                found[words[language].strip()] = words[other].strip()
            words = words.values()
        if not isinstance(words, str) and isinstance(words, Iterable):
            for each in words:
                note(each)

    note(asdict(DEFINITION))
    return found


# Each is opened in the language in which the heads of its tables are longer, for tables are as wide as their words;
# then the words of the other stand in the place of titles and notes. What Superset itself says in both is looked at
# where the first dashboard is; each chart is asked in test_superset_api.py, titles stand in test_languages_apart.py.
def test_every_other_dashboard_is_whole_and_names_in_it_open_cards(visitor: Reader) -> None:
    page, language = visitor.page, visitor.language
    has_opened_a_card = False
    [other] = {*LANGUAGES} - {language}
    for slug in OTHERS:
        if max(LANGUAGES, key=lambda each: _tables_in(slug, each)) != language:
            continue
        visitor.visit(slug)
        dashboard = DEFINITION.dashboards[slug]
        assert page.locator("h1").all_inner_texts() == [dashboard.title[language]]
        assert page.locator('[role="alert"], .ant-alert-error').count() == 0, slug
        seen = (visitor.words(), page.evaluate(CLIPPED), page.evaluate(FAINT), visitor.outside())
        assert seen == ([], [], [], []), slug
        titles = [DEFINITION.charts[name].title for row in dashboard.rows for name in row.charts]
        words = _pairs(language, other) | {title[language]: title[other] for title in titles}
        assert {title[other] for title in titles} <= visitor.translate(words), slug
        assert (visitor.words(), page.evaluate(CLIPPED)) == ([], []), slug
        if not has_opened_a_card and slug != "organisation" and page.locator("td.bbaj-card").count():
            _open_card(visitor)
            has_opened_a_card = True
    assert has_opened_a_card


def _open_card(visitor: Reader) -> None:
    """A click on the name of an organisation in a table opens its card."""
    page = visitor.page
    cell = page.locator("td.bbaj-card").first
    name = cell.inner_text().strip()
    cell.click()
    page.wait_for_url(re.compile(rf"/organisation-{visitor.language}/"))
    page.wait_for_selector('[data-test="form-item-value"] .ant-select')
    visitor.until(
        "name => [...document.querySelectorAll('[data-test=form-item-value]')].some(e => e.innerText.includes(name))",
        name,
    )
    assert page.locator("td.bbaj-card").count() == 0  # it is the card itself


def test_menus_hold_no_english_word(reader: Reader) -> None:
    page = reader.page
    page.click('[data-test="actions-trigger"]')
    page.wait_for_selector(".ant-dropdown-menu:visible")
    assert reader.words() == []
    page.keyboard.press("Escape")
    page.locator('[data-test="chart-grid-component"] [id$="-controls"]').last.click()
    page.wait_for_selector(".ant-dropdown-menu:visible")
    assert reader.words() == []
    page.keyboard.press("Escape")


@pytest.mark.parametrize("reader", LANGUAGES[:1], indirect=True)
def test_a_phone_gets_charts_below_each_other(reader: Reader) -> None:
    """Who follows the same link on a phone: nothing is wider than the screen, each chart has the whole of it."""
    someone = reader.elsewhere()
    someone.take_phone()
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
            apart = one["x"] + one["width"] <= other["x"] + 1 or other["x"] + other["width"] <= one["x"] + 1
            above = one["y"] + one["height"] <= other["y"] + 1 or other["y"] + other["height"] <= one["y"] + 1
            assert apart or above
    someone.page.close()


@pytest.mark.parametrize("reader", LANGUAGES[:1], indirect=True)
def test_a_chosen_oblast_narrows_the_numbers(reader: Reader) -> None:
    """The headline numbers follow the filter; from here on the page stays so."""
    page = reader.page
    before = page.locator(".header-line").all_inner_texts()
    choices = page.locator('[data-test="form-item-value"] .ant-select')
    choices.nth(3).click()  # after the basis, the structure and the week
    first = page.locator(".ant-select-item-option:visible").first
    first.wait_for()
    first.click()
    page.keyboard.press("Escape")
    page.click('[data-test="filter-bar__apply-button"]')
    reader.until(
        "before => JSON.stringify([...document.querySelectorAll('.header-line')].map(e => e.innerText)) !== before",
        json.dumps(before, ensure_ascii=False, separators=(",", ":")),
    )
    assert reader.words() == []
