"""What a marked workbook says beside the findings themselves.

In: a name of the catalogue, a language, facts. Out: the text.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ingest.schema.contract import Labels, Language

_WORDS = Path(__file__).parent / "words.yml"


@lru_cache(maxsize=1)
def _words() -> dict[str, Labels]:
    read = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return {name: Labels.model_validate(text) for name, text in read.items()}


def say(name: str, language: Language, **facts: Any) -> str:
    """One text with its facts filled in. Raises KeyError for an unknown name."""
    return _words()[name].in_language(language).format(**facts)
