"""The texts of the program by language: one loader for the catalogues in `ingest/words`.

In: the name of a file there (`template`, `commands/publish`), of a text in it, a language and facts. Out: the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ingest.authored import validated
from ingest.schema.texts.closed import Labels
from ingest.schema.texts.entries import Entries
from ingest.schema.texts.language import LANGUAGES, Language
from ingest.schema.texts.message import fill
from ingest.schema.texts.word_files import WORDS


@lru_cache(maxsize=64)
def entries_of(name: str) -> Entries:
    """The entries of one file there, each read when it is asked for."""
    return Entries(WORDS / f"{name}.yml")


@lru_cache(maxsize=4096)
def _labels(file: str, name: str) -> Labels:
    entries = entries_of(file)
    return validated(Labels, entries[name], entries.file, name)


@dataclass(frozen=True)
class Words:
    """The texts of one file."""

    file: str

    def labels(self, name: str) -> Labels:
        """A text in all languages, its placeholders open. Raises KeyError for an unknown name."""
        return _labels(self.file, name)

    def say(self, name: str, language: Language, /, **facts: Any) -> str:
        """A text with its facts filled in. Raises KeyError for an unknown name or a missing fact."""
        return fill(_labels(self.file, name).in_language(language), language, facts)

    def filled(self, name: str, /, **facts: Any) -> Labels:
        """A text with its facts filled in, in all languages. Raises as `say` does."""
        kk, ru, en = (self.say(name, language, **facts) for language in LANGUAGES)
        return Labels(kk=kk, ru=ru, en=en)
