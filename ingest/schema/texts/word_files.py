"""The files of words in `ingest/words` as they are written.

In: the name of a file there (`template`, `commands/publish`). Out: what it holds. Texts by language are read through
`ingest.schema.texts.words`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from ingest.authored import mapping_in, read_yaml

WORDS = Path(__file__).parents[2] / "words"


def files_of(folder: str) -> tuple[str, ...]:
    """The names of the files of one folder there, as `read_words` takes them, in order."""
    return tuple(f"{folder}/{file.stem}" for file in sorted((WORDS / folder).glob("*.yml")))


@lru_cache(maxsize=64)
def read_words(name: str) -> dict[Any, Any]:
    """One file of `ingest/words` as it is written."""
    file = WORDS / f"{name}.yml"
    return mapping_in(read_yaml(file), file)
