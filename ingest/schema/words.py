"""The texts of the program by language: one loader for the catalogues in `ingest/words`.

In: the name of a file there (`template`, `commands/publish`), of a text in it, a language and facts. Out: the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ingest.authored import mapping_in, read_yaml, validated
from ingest.schema.contract import LANGUAGES, Labels, Language
from ingest.schema.message import fill

WORDS = Path(__file__).parents[1] / "words"


def files_of(folder: str) -> tuple[str, ...]:
    """The names of the files of one folder there, as `read_words` takes them, in order."""
    return tuple(f"{folder}/{file.stem}" for file in sorted((WORDS / folder).glob("*.yml")))


@lru_cache(maxsize=64)
def read_words(name: str) -> dict[Any, Any]:
    """One file of `ingest/words` as it is written, for words that are no texts by language."""
    file = WORDS / f"{name}.yml"
    return mapping_in(read_yaml(file), file)


@lru_cache(maxsize=64)
def _texts(name: str) -> dict[str, Labels]:
    file = WORDS / f"{name}.yml"
    return {key: validated(Labels, labels, file, str(key)) for key, labels in read_words(name).items()}


@dataclass(frozen=True)
class Words:
    """The texts of one file."""

    file: str

    def labels(self, name: str) -> Labels:
        """A text in all languages, its placeholders open. Raises KeyError for an unknown name."""
        return _texts(self.file)[name]

    def say(self, name: str, language: Language, /, **facts: Any) -> str:
        """A text with its facts filled in. Raises KeyError for an unknown name or a missing fact."""
        return fill(_texts(self.file)[name].in_language(language), language, facts)

    def filled(self, name: str, /, **facts: Any) -> Labels:
        """A text with its facts filled in, in all languages. Raises as `say` does."""
        kk, ru, en = (self.say(name, language, **facts) for language in LANGUAGES)
        return Labels(kk=kk, ru=ru, en=en)
