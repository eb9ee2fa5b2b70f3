"""One word for one thing in Kazakh: what the glossary of CONTRIBUTING.md refuses stands in no catalogue and no page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
# Names of institutions and of the order's own, in which such a word stands for something else.
NAMES = ("форматтық-логикалық", "Ұлттық білім беру деректер қоры")


def _glossary() -> list[tuple[str, tuple[str, ...]]]:
    text = (PROJECT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("### Kazakh")[2].partition("\n## ")[0]
    rows = [row for row in ROW.findall(table) if row[1] not in ("word", "---")]
    return [(word.strip(), tuple(each.strip() for each in refused.split(","))) for _, word, refused in rows]


GLOSSARY = _glossary()


def _in_kazakh(content: Any) -> Iterator[str]:
    """The Kazakh texts of a catalogue."""
    if isinstance(content, dict):
        for name, each in content.items():
            if name == "kk" and isinstance(each, str):
                yield each
            elif name not in ("aliases",):
                yield from _in_kazakh(each)
    elif isinstance(content, list):
        for each in content:
            yield from _in_kazakh(each)


def _texts() -> Iterator[tuple[str, str]]:
    for folder in ("ingest", "expectations"):
        for file in (PROJECT / folder).rglob("*.yml"):
            for text in _in_kazakh(yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader)):
                yield str(file.relative_to(PROJECT)), text
    pages = (PROJECT / "README.kk.md", *(PROJECT / "docs").rglob("*.kk.*"))
    for file in pages:
        # Pages of forms and rules are made from the catalogues, and name columns in Russian as well.
        is_made = file.parent.name == "forms" or file.name.startswith("rules.")
        if file.suffix in (".md", ".txt") and not is_made:
            yield str(file.relative_to(PROJECT)), file.read_text(encoding="utf-8")


@cache
def _every_text() -> tuple[tuple[str, str], ...]:
    return tuple(_texts())


def test_the_glossary_says_what_is_used() -> None:
    assert len(GLOSSARY) > 15
    every = "\n".join(text for _, text in _every_text()).casefold()
    for word, refused in GLOSSARY:
        assert word in every, word
        assert not any(word.startswith(each) for each in refused), word


@pytest.mark.parametrize("word, refused", GLOSSARY, ids=[word for word, _ in GLOSSARY])
def test_the_other_word_is_refused(word: str, refused: tuple[str, ...]) -> None:
    stems = "|".join(re.escape(each[:-1] if each.endswith("сы") else each) for each in refused)
    found = [
        (place, match[0])
        for place, text in _every_text()
        for match in re.finditer(rf"(?<!\w)(?:{stems})\w*", _without_names(text), re.IGNORECASE)
    ]
    assert found == [], f"«{word}» is said instead"


def _without_names(text: str) -> str:
    for name in NAMES:
        text = re.sub(re.escape(name), "", text, flags=re.IGNORECASE)
    return re.sub(r"`[^`]*`|https?://\S+", "", text)
