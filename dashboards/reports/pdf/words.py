"""The words of the page itself: everything that is printed and is not in the content."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dashboards.authored import DefinitionError, read_mapping

CATALOGUE = Path(__file__).with_name("words.yml")
LANGUAGES = ("kk", "ru")


@cache
def words(language: str) -> dict[str, str]:
    """Key → words in that language. Raises DefinitionError where one lacks a language."""
    found: dict[str, str] = {}
    for key, told in read_mapping(CATALOGUE).items():
        if not isinstance(told, dict) or set(told) != set(LANGUAGES) or not all(told.values()):
            raise DefinitionError(CATALOGUE, key, "must hold kk and ru", "Add what is missing.")
        found[key] = str(told[language])
    return found
