"""A catalogue that somebody wrote, read entry by entry: a program that says three sentences need not read them all.

In: a file of YAML with a mapping at its top. Out: `Entries`, which reads an entry when it is asked for. Where a file is
not plainly one entry below another, or an entry does not stand for itself, the file is read as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.authored import mapping_in, mapping_of_text, read_text, read_yaml

_BEGINS = re.compile(r"^([A-Za-z_]\w*):", re.MULTILINE)
# Words that YAML takes for something else.
_NO_NAMES = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
_AT_THE_TOP = re.compile(r"^[^\s#]", re.MULTILINE)


class Entries(Mapping[str, Any]):
    """The entries of one file. Raises AuthorError where it cannot be followed."""

    def __init__(self, file: Path) -> None:
        self.file = file
        text = read_text(file)
        begins = list(_BEGINS.finditer(text))
        places = [*(found.start() for found in begins), len(text)]
        self._texts = {
            found[1]: text[begin:end] for found, (begin, end) in zip(begins, pairwise(places), strict=True)
        }
        self._read: dict[str, Any] = {}
        is_plain = bool(begins) and len(self._texts) == len(begins) == len(_AT_THE_TOP.findall(text))
        if not is_plain or any(name.lower() in _NO_NAMES for name in self._texts):
            self._texts = dict.fromkeys(self._whole, "")

    @cached_property
    def _whole(self) -> dict[Any, Any]:
        return mapping_in(read_yaml(self.file), self.file)

    def __getitem__(self, name: str) -> Any:
        if name not in self._read:
            alone = mapping_of_text(self._texts[name])
            self._read[name] = (alone if name in alone else self._whole)[name]
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __contains__(self, name: object) -> bool:
        return name in self._texts
