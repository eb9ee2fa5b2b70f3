"""The page that says what every indicator means: none without a meaning, each reachable, nothing said twice."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml
from markupsafe import escape

from dashboards.definition import Definition, load
from dashboards.rendering.render import render
from dashboards.words.meanings import PAGE, WORDS, address, sections
from dashboards.words.speech import DASHBOARD_LANGUAGES

TEMPLATES = Path(__file__).resolve().parents[2] / "dashboards" / "templates"


@pytest.fixture(scope="module")
def definition() -> Definition:
    return load()


@pytest.mark.parametrize("language", DASHBOARD_LANGUAGES)
def test_every_indicator_has_a_meaning(definition: Definition, language: str) -> None:
    silent = [
        f"{name}.{key}"
        for name, dataset in definition.datasets.items()
        for key, metric in dataset.metrics.items()
        if not metric.orders_only and len(metric.meaning.get(language, "")) < 15
    ]
    assert not silent, f"say in kk and ru what they mean, in dashboards/assets/datasets: {silent}"


def test_the_two_languages_are_two_and_are_their_own(definition: Definition) -> None:
    for name, dataset in definition.datasets.items():
        for key, metric in dataset.metrics.items():
            if not metric.orders_only:
                assert metric.meaning["kk"] != metric.meaning["ru"], (name, key)
                assert re.search("[әғқңөұүһі]", metric.meaning["kk"].lower()), (name, key)
                assert not re.search("[әғқңөұүһі]", metric.meaning["ru"].lower()), (name, key)


@pytest.mark.parametrize("language", DASHBOARD_LANGUAGES)
def test_the_page_says_each_indicator_once_under_an_address_of_its_own(
    definition: Definition, language: str
) -> None:
    found = sections(definition, language)
    loader = jinja2.FileSystemLoader(str(TEMPLATES))
    template = jinja2.Environment(loader=loader, autoescape=True).get_template("bbaj/indicators.html")
    page = template.render(language=language, other="ru", elsewhere="/", words=WORDS, sections=found)
    anchors = re.findall(r'id="([^"]+)"', page)
    assert len(set(anchors)) == len(anchors)
    shown = [
        (name, key)
        for name, d in definition.datasets.items()
        for key, m in d.metrics.items()
        if not m.orders_only
    ]
    assert set(anchors) == {f"{name}.{key}" for name, key in shown} | set(definition.datasets)
    for name, key in shown:
        metric = definition.datasets[name].metrics[key]
        block = page[page.index(f'id="{name}.{key}"') :].split("</div>")[0]
        assert str(escape(metric.meaning[language])) in block
        assert str(escape(metric.label[language])) in block
    assert set(re.findall(r'href="#([^"]+)"', page)) == set(anchors)
    assert f'<html lang="{language}">' in page and page.count("<h1>") == 1 and 'name="viewport"' in page


@pytest.mark.parametrize("language", DASHBOARD_LANGUAGES)
def test_every_dashboard_leads_to_its_part_of_the_page(definition: Definition, language: str) -> None:
    files: dict[str, Any] = render(definition, language, Path("/w"))
    anchors = {section.anchor: section.dashboards for section in sections(definition, language)}
    seen = 0
    for path, text in files.items():
        if path.startswith("dashboards/"):
            words = "\n".join(
                part["meta"]["code"] for part in yaml.safe_load(text)["position"].values()
                if isinstance(part, dict) and part.get("type") == "MARKDOWN"
            )  # fmt: skip
            [led] = re.findall(rf"\]\({PAGE}/{language}#([a-z-]+)\)", words)
            name = path.removeprefix("dashboards/").removesuffix(".yaml").removesuffix("-phone")
            assert f"/superset/dashboard/{name}-{language}/" in anchors[led], path
            seen += 1
    assert seen == 2 * len(definition.dashboards)
    assert address(language) == f"{PAGE}/{language}"


@pytest.mark.services
@pytest.mark.parametrize("language", DASHBOARD_LANGUAGES)
def test_superset_serves_the_page_to_whoever_asks(
    superset: Any, definition: Definition, language: str
) -> None:
    answer = superset.session(language).get(superset.address + address(language), timeout=60)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    assert WORDS["title"][language] in answer.text
    for section in sections(definition, language):
        assert f'id="{section.anchor}"' in answer.text
    assert superset.session(language).get(f"{superset.address}{PAGE}/xx", timeout=60).status_code == 404
