"""The checker's page in a real browser: on a telephone's width, by the keyboard alone, with a file dropped anywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError, expect

from ingest.checker.pages import say
from ingest.checker.server import CheckerServer, serve
from ingest.read.sandbox.parent import warm
from ingest.schema.forms.contract import LANGUAGES, Language
from tests.chromium import launched
from tests.expectations.case_folders import CASES

FILE = CASES / "required" / "file.csv"
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def server() -> Iterator[CheckerServer]:
    warm()
    made = serve(None, "kk", opens_browser=False)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()
    made.desk.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as chromium:
        yield chromium


@pytest.fixture
def page(browser: Browser, server: CheckerServer) -> Iterator[Page]:
    """A page that asks nobody but the checker and says nothing on the console."""
    opened = browser.new_page()
    opened.set_default_timeout(120_000)
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on("request", lambda request: said.append(request.url) if server.word not in request.url else None)
    yield opened
    opened.close()
    assert said == []


def _is_wider_than_the_window(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_telephone_nothing_sticks_out(
    page: Page, server: CheckerServer, language: Language, tmp_path: Path
) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{server.address}?lang={language}")
    assert not _is_wider_than_the_window(page)
    long = tmp_path / f"{'Қатысу туралы есеп ' * 5}.csv"
    long.write_bytes(FILE.read_bytes().replace(b",6,", b"," + b"W" * 300 + b","))
    page.set_input_files("input[type=file]", long)
    assert not _is_wider_than_the_window(page)
    page.click("form.check button")
    page.wait_for_selector("section.outcome")
    for summary in page.query_selector_all("details:not([open]) summary"):
        summary.click()
    assert not _is_wider_than_the_window(page)
    for cell in page.query_selector_all("td"):
        box = cell.bounding_box()
        assert box is None or box["x"] + box["width"] <= PHONE["width"]


def _tab_to(page: Page, selector: str) -> None:
    """The Tab key alone until the element has the focus; on a busy machine it may answer late."""
    wanted = page.locator(selector).first
    for _ in range(20):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never reaches {selector}")


def _choose_by_enter(page: Page, file: Path) -> None:
    """A browser opens its dialogue only within seconds of the key: a busy machine may be too late the first time."""
    for last in (False, False, True):
        try:
            with page.expect_file_chooser(timeout=120_000 if last else 20_000) as chooser:
                page.keyboard.press("Enter")
        except TimeoutError:
            if last:
                raise
        else:
            chooser.value.set_files(file)
            return


def test_the_keyboard_is_enough(page: Page, server: CheckerServer) -> None:
    page.goto(f"{server.address}?lang=ru")
    page.bring_to_front()
    _tab_to(page, "input[type=file]")
    _choose_by_enter(page, FILE)
    expect(page.locator(".drop span")).to_have_text(FILE.name)
    _tab_to(page, "form.check button")
    page.keyboard.press("Enter")
    page.wait_for_selector("section.outcome.rejected")
    _tab_to(page, "a.button")
    with page.expect_download() as marked:
        page.keyboard.press("Enter")
    assert marked.value.suggested_filename == "file ✓.xlsx"


@pytest.mark.parametrize("target", [".drop", "body", "footer"])
def test_a_file_may_be_dropped_anywhere(page: Page, server: CheckerServer, target: str) -> None:
    page.goto(f"{server.address}?lang=kk")
    dropped = page.evaluate_handle(
        "text => { const files = new DataTransfer(); files.items.add(new File([text], 'апта.csv')); return files; }",
        FILE.read_text(encoding="utf-8"),
    )
    page.dispatch_event(target, "dragover", {"dataTransfer": dropped})
    page.dispatch_event(target, "drop", {"dataTransfer": dropped})
    expect(page.locator(".drop span")).to_have_text("апта.csv")
    page.click("form.check button")
    expect(page.locator("section.outcome h2")).to_contain_text("апта.csv")


def test_a_large_file_is_said_to_be_under_way_and_sent_once(page: Page, server: CheckerServer) -> None:
    page.goto(f"{server.address}?lang=ru")
    page.set_input_files("input[type=file]", FILE)
    page.evaluate(
        "() => { window.sent = 0; document.querySelector('form.check').addEventListener('submit', (event) => {"
        " window.sent += event.defaultPrevented ? 0 : 1; event.preventDefault(); }); }"
    )
    button = page.locator("form.check button")
    button.click()
    expect(button).to_have_text(say("checking", "ru"))
    button.click()
    assert page.evaluate("window.sent") == 1
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow'))")
    expect(button).to_have_text(say("check", "ru"))
    button.click()
    assert page.evaluate("window.sent") == 2
