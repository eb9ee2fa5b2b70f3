"""The words of the interface, compiled for both halves of Superset."""

from __future__ import annotations

import gettext
import json
from pathlib import Path

import pytest

from dashboards.words.catalogues import compile_all


@pytest.fixture(scope="module", params=["kk", "ru"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_compiled_catalogues_speak(tmp_path: Path, language: str) -> None:
    counts = compile_all(tmp_path, shipped=tmp_path / "nothing")
    pack = json.loads((tmp_path / language / "LC_MESSAGES" / "messages.json").read_text(encoding="utf-8"))
    texts = pack["locale_data"]["superset"]
    assert texts[""]["lang"] == language
    assert len(texts) == counts[language] + 1
    server = gettext.translation("messages", tmp_path, languages=[language])
    assert server.gettext("DELETE") == texts["DELETE"][0] != "DELETE"


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
