"""The catalogue of the reader and what the reader emits are the same list."""

from __future__ import annotations

import re
from pathlib import Path

import ingest.read
from ingest.schema.forms.contract import LANGUAGES
from ingest.schema.texts.catalogue import catalogue

SOURCE = "".join(file.read_text(encoding="utf-8") for file in Path(ingest.read.__path__[0]).rglob("*.py"))
READERS = {code: kind for code, kind in catalogue().items() if kind.emitter == "reader"}


def test_every_code_of_the_catalogue_is_emitted_somewhere() -> None:
    assert {code for code in READERS if f'"{code}"' not in SOURCE and f"'{code}'" not in SOURCE} == set()


def test_every_code_emitted_is_the_readers_own() -> None:
    emitted = set(re.findall(r'(?:Finding|\.finding)\(\s*"(\w+)"', SOURCE))
    assert emitted <= set(READERS)


def test_the_languages_speak_of_the_same_facts() -> None:
    for code, kind in READERS.items():
        for text in (kind.message, kind.remedy):
            facts = {
                frozenset(re.findall(r"\{(\w+)[:}]", text.in_language(language))) for language in LANGUAGES
            }
            assert len(facts) == 1, code
