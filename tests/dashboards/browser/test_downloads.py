"""A file as a person takes it: by a click in the menu of a table. What is in files is in `exports/test_exports.py`."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from dashboards.places import Places
from tests.dashboards.browser.reader import DEFINITION, LANGUAGES, SLUG, Reader
from tests.dashboards.exports.test_exports import head_and_body

pytestmark = [pytest.mark.services, pytest.mark.browser]


def _publication(superset: Any) -> int:
    with duckdb.connect(str(Places(superset.home).warehouse), read_only=True) as warehouse:
        return int(warehouse.execute("select max(publication_number) from rpt_publication").fetchall()[0][0])


# What is in the file of either language is asked there.
@pytest.mark.parametrize("reader", LANGUAGES[:1], indirect=True)
def test_a_click_in_the_menu_saves_a_file_by_its_name(reader: Reader, superset: Any) -> None:
    language = reader.language
    title = DEFINITION.charts["districts"].title[language]
    reader.page.locator(f'[data-test-chart-name="{title}"] [id$="-controls"]').click()
    reader.page.locator(".ant-dropdown-menu:visible .ant-dropdown-menu-submenu-title").last.hover()
    with reader.page.expect_download() as saved:
        reader.page.locator('li[data-menu-id$="export_xlsx"]:visible').press("Enter")
    reader.page.keyboard.press("Escape")
    assert saved.value.suggested_filename.startswith(title)
    assert saved.value.suggested_filename.endswith(f" {_publication(superset)}.xlsx")
    _, above, _, rows = head_and_body(saved.value.path().read_bytes())
    assert any(DEFINITION.dashboards[SLUG].title[language] in line for line in above)
    assert rows
