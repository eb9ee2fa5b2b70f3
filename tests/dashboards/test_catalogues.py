"""The words of the interface: compiled for both halves of Superset, placeholders kept, no word left out."""

from __future__ import annotations

import gettext
import json
import re
from pathlib import Path

import pytest

from dashboards.catalogues import SOURCES, catalogue, compile_all, messages

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")
# The relative time that would follow is English for want of a Kazakh calendar library, so it is left out.
WITHOUT_TIME = {"Fetched %s", "Cached %s"}


@pytest.fixture(scope="module", params=["kk", "ru"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def words(language: str) -> dict[str, list[str]]:
    return messages(catalogue(SOURCES / language / "LC_MESSAGES" / "messages.po", language))


def test_kazakh_covers_several_hundred_messages() -> None:
    assert len(words("kk")) > 600


def test_placeholders_are_kept(language: str) -> None:
    wrong = [
        key
        for key, forms in words(language).items()
        for form in forms
        if key not in WITHOUT_TIME and sorted(PLACEHOLDER.findall(form)) != sorted(PLACEHOLDER.findall(key))
    ]
    assert wrong == []


def test_kazakh_is_written_with_kazakh_letters() -> None:
    """Look-alikes of other alphabets, seen in old documents, are not Kazakh."""
    strange = {key: form for key, forms in words("kk").items() for form in forms if set("ќѓјѕ") & set(form)}
    mixed = {
        k: f
        for k, forms in words("kk").items()
        for f in forms
        if re.search("[а-яәғқңөұүһі][a-z]|[a-z][а-яәғқңөұүһі]", f)
    }
    assert strange == {} and mixed == {}


def test_compiled_catalogues_speak(tmp_path: Path, language: str) -> None:
    counts = compile_all(tmp_path, shipped=tmp_path / "nothing")
    pack = json.loads((tmp_path / language / "LC_MESSAGES" / "messages.json").read_text(encoding="utf-8"))
    texts = pack["locale_data"]["superset"]
    assert texts[""]["lang"] == language
    assert len(texts) == counts[language] + 1
    server = gettext.translation("messages", tmp_path, languages=[language])
    assert server.gettext("Page not found") == texts["Page not found"][0] != "Page not found"


def test_ours_is_laid_over_what_is_shipped(tmp_path: Path) -> None:
    shipped = tmp_path / "shipped" / "ru" / "LC_MESSAGES"
    shipped.mkdir(parents=True)
    pack = {"": {"lang": "ru"}, "Charts": ["Диаграммы"], "Filters and controls": ["чужое"], "Empty": [""]}
    (shipped / "messages.json").write_text(json.dumps({"locale_data": {"superset": pack}}), encoding="utf-8")
    compile_all(tmp_path / "out", shipped=tmp_path / "shipped")
    written = (tmp_path / "out" / "ru" / "LC_MESSAGES" / "messages.json").read_text(encoding="utf-8")
    texts = json.loads(written)["locale_data"]["superset"]
    assert texts["Charts"] == ["Диаграммы"]
    assert texts["Filters and controls"] == ["Фильтры"]
    assert "Empty" not in texts
