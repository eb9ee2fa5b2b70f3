"""The texts of the program by language: one loader for the catalogues in `ingest/words`.

In: the name of a file there, of a text in it, a language and facts. Out: the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ingest.schema.contract import LANGUAGES, Labels, Language
from ingest.schema.message import fill

WORDS = Path(__file__).parents[1] / "words"
# libyaml's parser where PyYAML was built with it; a safe loader like the other.
_FAST: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=32)
def read_words(name: str) -> dict[Any, Any]:
    """One file of `ingest/words` as it is written, for words that are no texts by language."""
    read: dict[Any, Any] = yaml.load((WORDS / f"{name}.yml").read_text(encoding="utf-8"), Loader=_FAST)
    return read


@lru_cache(maxsize=32)
def _texts(name: str) -> dict[str, Labels]:
    return {key: Labels.model_validate(labels) for key, labels in read_words(name).items()}


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
