"""SQL Lab as the ministry's analyst has it: in Russian without a purpose, and in Kazakh with a written one, which the
commands of an officer give and take back, as they are typed. What it says of a wrong question in either language is in
`test_failures.py`."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext

from ingest.home import Home
from ingest.schema.values.period import LOCAL_TIME
from tests.dashboards.browser import reader as pages
from tests.dashboards.browser.test_superset_words import CLOSED, Walker
from tests.warm import BBAJ, run_python

pytestmark = [pytest.mark.services, pytest.mark.browser]
TYPES = {"VARCHAR", "DATE", "BIGINT", "INTEGER", "DOUBLE", "TIMESTAMP"}
"""Types of columns, as SQL writes them."""
ASKED = "select oblast_code, sum(lessons_missed) as missed from rpt_attendance group by all order by all"
OF_PERSONS = "select learner_key, grade from persons.fct_enrolment order by all limit 7"
PANE = '[data-test="south-pane"]:visible'
GRID = f'{PANE} [role="gridcell"]'
WRONG = f'{PANE} [role="alert"]'
COMMANDS = ("typer", "pydantic", "yaml", "django.db.models", "duckdb", "pyarrow.parquet")
"""What is large in the commands of an officer and not ours."""
Call = Callable[..., Any]


class Analyst(Walker):
    """An analyst at the page of SQL Lab."""

    def enter(self) -> None:
        """Open the page with an empty tab."""
        self.page.goto(f"{self.address}/sqllab/")
        self.page.wait_for_selector('[data-test="sql-editor-tabs"]')
        if not self.page.locator(".ace_editor:visible").count():
            self.page.locator('[data-test="add-tab-icon"]:visible').first.click()
        self.page.wait_for_selector(".ace_editor:visible")

    def ask(self, sql: str, shows: str) -> None:
        """Write a question, put it, and wait for what it `shows`."""
        self.page.click(".ace_content:visible")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(sql)
        self.page.keyboard.press("Escape")
        while True:  # what is written reaches the program a little later than the editor
            with self.page.expect_response("**/sqllab/execute/") as answer:
                self.page.click('[data-test="run-query-action"]:visible')
            if answer.value.request.post_data_json["sql"] == sql:
                break
        self.page.locator(shows).first.wait_for()

    def browse(self, table: str, column: str) -> None:
        """Open a table beside the question until that column stands there."""
        beside = self.page.locator('[data-test="sql-editor-left-bar"]')
        beside.locator("input").last.fill(table)
        beside.locator(".tree-node-title").filter(has_text=re.compile(rf"^{table}$")).first.click()
        beside.get_by_text(column, exact=True).first.wait_for()

    def english(self) -> list[str]:
        return [each for each in super().english() if each not in TYPES]

    def unknown_but_types(self) -> list[str]:
        """What stands there now."""
        return [each for each in self.unknown() if each not in TYPES]

    def taken(self) -> str:
        """What the button under the question saves."""
        with self.page.expect_download() as saved:
            self.page.click('[data-test="export-csv-button"]:visible')
        return saved.value.path().read_text(encoding="utf-8-sig")


@contextmanager
def analyst(guests: BrowserContext, superset: Any, session: Any, language: str) -> Iterator[Analyst]:
    """Who has signed in with the session's own cookies."""
    with pages.entered(guests, superset, session.cookies) as context:
        someone = Analyst(context, superset, language)
        someone.page.set_viewport_size({"width": 1440, "height": 900})
        yield someone


def test_sql_lab_speaks_the_language_from_the_question_to_the_file(
    guests: BrowserContext, superset: Any, readers: Any
) -> None:
    with analyst(guests, superset, readers.sessions["colleague"], "ru") as walker:
        walker.enter()
        assert walker.english() == []
        page = walker.page
        page.locator(".tree-node-title").first.wait_for()
        folders = page.locator(".tree-node-title").all_inner_texts()
        assert folders == ["warehouse.main"], "the tables of the file and nothing of DuckDB's own"
        page.locator(".tree-node-title").click()
        walker.browse("rpt_attendance", "week_start_date")
        assert walker.english() == []
        walker.ask(ASKED, GRID)
        assert walker.english() == []
        lines = walker.taken().splitlines()
        assert lines[0] == "oblast_code;missed" and len(lines) > 2
        _menus(walker)
        _wrong(walker)
        page.locator(f"{PANE} .ant-tabs-tab").nth(1).click()
        page.locator(f"{PANE} tbody tr:visible").first.wait_for()
        assert walker.english() == []
        _kept(walker)
        assert walker.outside() == []


def _menus(walker: Analyst) -> None:
    """How many rows at most; what else can be done with the question."""
    page = walker.page
    for button in (
        page.locator("text=/^1\\s?K$/ >> visible=true").first,
        page.locator('[data-test="more"]:visible').first,
    ):
        button.click()
        page.wait_for_selector(".ant-dropdown-menu:visible")
        assert walker.unknown_but_types() == []
        page.keyboard.press("Escape")
        walker.until(
            "() => ![...document.querySelectorAll('.ant-dropdown-menu')].some(e => e.checkVisibility())"
        )


def _wrong(walker: Analyst) -> None:
    """A wrong question is told in the language, with DuckDB's own words in a paragraph below."""
    for sql, sentence in {
        "select absent_days from rpt_attendance": "Столбца",
        OF_PERSONS: "письменную цель",
    }.items():
        walker.ask(sql, f"{WRONG}:has-text('{sentence}')")
        said = [each for each in walker.english() if not each.startswith("DuckDB: ")]
        assert [re.sub('"[a-z_]+"|«[a-z_]+»', "", each) for each in said if "absent_days" not in each] == []
        assert "DuckDB: " in walker.page.locator(WRONG).first.inner_text()
    walker.ask("create table more as select 1", f"{WRONG}:has-text('DDL')")
    walker.ask("selct 1", f"{WRONG}:has-text('1')")
    assert walker.english() == []


def _kept(walker: Analyst) -> None:
    """A question is saved under a name and stands in the list of those that are."""
    page, name = walker.page, f"Сұрау {walker.language}"
    page.locator('[data-test="save"]:visible').first.click()
    page.wait_for_selector(".ant-modal:visible")
    assert walker.unknown_but_types() == []
    page.locator(".ant-modal input:visible").first.fill(name)
    page.locator(".ant-modal:visible .ant-btn-primary").last.click()
    walker.until(CLOSED)
    for path in ("/savedqueryview/list/", "/sqllab/history/"):
        walker.go_to(path)
        page.locator("tbody tr:visible").first.wait_for()
        assert walker.english() == [], path
        if path.startswith("/saved"):
            assert name in page.inner_text("tbody")


@pytest.fixture
def bbaj(superset: Any) -> Call:
    """The command, as an officer types it in that home; its answer."""

    def call(*words: str) -> Any:
        environment = {**os.environ, "BBAJ_HOME": str(superset.home)}
        done = run_python(BBAJ, *words, "--json", env=environment, ahead=COMMANDS)
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout)

    return call


def test_a_purpose_from_the_order_to_its_end(
    guests: BrowserContext, superset: Any, readers: Any, bbaj: Call
) -> None:
    """Granted, worked with in SQL Lab, looked into by an auditor, ended: each by its command."""
    import getpass

    session, home = readers.sessions["colleague"], Home(superset.home)
    account = session.get(f"{superset.address}/api/v1/me/", timeout=60).json()["result"]["username"]
    until = home.now().astimezone(LOCAL_TIME).date() + timedelta(days=3)
    bbaj("person-officer", os.environ.get("SUDO_USER") or getpass.getuser(), "--reason", "order 3")
    granted = bbaj(
        *(
            "purpose-grant",
            account,
            "--table",
            "fct_enrolment:learner_key,grade",
            "--until",
            until.isoformat(),
        ),
        *("--order", "order 15", "--reason", "a study"),
    )
    number = granted["purpose"]["number"]
    assert granted["file"] and [each["number"] for each in bbaj("purpose-list")["purposes"]] == [number]
    assert [each["account"] for each in bbaj("status")["purposes_ending"]] == [account]
    with analyst(guests, superset, session, "kk") as walker:
        walker.enter()
        names = walker.page.locator(".tree-node-title")
        names.filter(has_text="warehouse.persons").click()
        walker.browse("fct_enrolment", "learner_key")
        walker.ask(OF_PERSONS, GRID)
        assert walker.english() == []
        assert len(walker.taken().splitlines()) == 8
        _menus(walker)
        journal = bbaj("purpose-journal", "--purpose", str(number))
        assert [(each["way"], each["rows"]) for each in journal["questions"]] == [
            ("asked", 7),
            ("taken_along", 7),
        ]
        assert not journal["broken_line"] and not journal["cut_short"]
        bbaj("purpose-end", str(number), "--reason", "done", "--yes")
        walker.ask(OF_PERSONS, f"{WRONG}:has-text('жазбаша мақсатпен')")
    assert bbaj("purpose-list")["purposes"] == [] and bbaj("status")["purposes_ending"] == []
