"""Texts in Kazakh and Russian abbreviate in their own letters: ЖСН, ИИН, БСН, БИН, ӘАОЖ, КАТО. What stays Latin is the
name of a format, a protocol or a program that nobody writes otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
# Formats and encodings; protocols and measures of computers; words of programs; names of files; marks of organisations.
ALLOWED = frozenset((
    "XLSX", "XLSM", "XLSB", "XLS", "ODS", "CSV", "PDF", "XML", "HTML", "JSON", "YAML", "TOML", "SYLK",
    "DIF", "LDIF", "SPSS", "SAS", "SQL", "UTF", "UTC", "ISO", "ASCII", "TLS", "SSL", "HTTP", "HTTPS", "SSH",
    "LANGUAGE", "NFS", "SMB", "UUID", "SHA", "ZIP", "CPU", "SSD", "RAID", "RAM", "IP", "DNS", "URL", "ID", "DLL", "P1D",
    "DDE", "DAG", "API", "LANG", "LDAP", "SMTP", "SAML", "CI", "ALTER", "ROLE", "CREATEDB", "OWNER",
    "DATABASE", "CREATE", "YARN", "S3", "AWS", "KZ", "CC", "BY", "README", "CONTRIBUTING",
))  # fmt: skip
_WRITTEN_AS_IT_IS = re.compile(
    r"```.*?```|`[^`]*`|\{[^{}]*\}|\]\([^()]*\)|<[^<>]*>|https?://\S+|[\w.+-]+@[\w.-]+", re.DOTALL
)
_ABBREVIATION = re.compile(r"(?<![\w./\\-])[A-Z][A-Z0-9]+(?![\w/\\]|\.[a-z])")


def _spoken(content: Any) -> Iterator[str]:
    """The Kazakh and Russian texts of a catalogue; other ways to write a heading are not ours."""
    if isinstance(content, dict):
        for name, each in content.items():
            if name in ("kk", "ru") and isinstance(each, str):
                yield each
            elif name != "aliases":
                yield from _spoken(each)
    elif isinstance(content, list):
        for each in content:
            yield from _spoken(each)


def _catalogues() -> list[Path]:
    return sorted(file for folder in ("ingest", "expectations") for file in (PROJECT / folder).rglob("*.yml"))


def _pages() -> list[Path]:
    pages = [PROJECT / f"README.{language}.md" for language in ("kk", "ru")]
    return [
        *pages,
        *sorted(file for language in ("kk", "ru") for file in (PROJECT / "docs").rglob(f"*.{language}.md")),
    ]


def _left_in_latin(text: str) -> set[str]:
    return set(_ABBREVIATION.findall(_WRITTEN_AS_IT_IS.sub(" ", text))) - ALLOWED


def test_no_text_of_a_catalogue_abbreviates_in_latin_letters() -> None:
    found = {
        (file.relative_to(PROJECT).as_posix(), word)
        for file in _catalogues()
        for text in _spoken(yaml.load(file.read_text(encoding="utf-8"), yaml.CSafeLoader))
        for word in _left_in_latin(text)
    }
    assert found == set()


@pytest.mark.parametrize("page", _pages(), ids=lambda page: page.name)
def test_no_page_abbreviates_in_latin_letters(page: Path) -> None:
    assert _left_in_latin(page.read_text(encoding="utf-8")) == set()


@pytest.mark.parametrize("word", ["IIN", "BIN", "KATO", "NEDB", "MES", "FA", "SOR"])
def test_an_abbreviation_that_has_letters_of_its_own_is_seen(word: str) -> None:
    assert _left_in_latin(f"Столбец {word} пуст ({word}); {word}-нөмірі, «{word}».") == {word}
    assert _left_in_latin(f"`{word}` = {{{word}}} https://a.kz/{word}") == set()
