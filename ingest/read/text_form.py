"""How a text is written: its encoding, its delimiter, its quotes.

In: what the reader found out. Out: `TextForm`, which a reading keeps.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TextForm:
    """How a text is written, as the reader took it, so that nobody has to find it out again.

    `encoding`: Python's name; `other_lines`: 1-based lines in another. `is_plain`: its bytes are UTF-8 as they stand,
    without anything that was taken out. `by_records`: cut at `delimiter`, record by record; else in the dialect that
    `quote`, `escape`, `stated`, `end` and `wrapped` describe (`batches.Cut`).
    """

    delimiter: str
    encoding: str = "utf-8"
    other_lines: tuple[int, ...] = ()
    is_plain: bool = True
    by_records: bool = True
    quote: str = '"'
    escape: str = ""
    stated: str = ""
    end: str = ""
    wrapped: bool = False
