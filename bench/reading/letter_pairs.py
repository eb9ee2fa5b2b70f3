"""`python -m bench.reading.letter_pairs`: how likely a letter follows another in Kazakh and Russian, counted anew.

In: the project's own texts in both languages: guides, contracts, codelists, catalogues, the names of its invented
country. Out: `ingest/read/text/encodings/letter_pairs.csv`, by which words are told from gibberish: for a letter (row)
and the one behind it (column), in tenths, the logarithm of how often that is against chance; `_` stands for what is
no letter, so for the beginning and the end of a word. Each different word counts once.
"""

from __future__ import annotations

import csv
import itertools
import math
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "ingest" / "read" / "text" / "encodings" / "letter_pairs.csv"
LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюяёәғқңөұүһі"
EDGE = "_"
_SOURCES = ("*.md", "docs/**/*.md", "ingest/**/*.yml", "ingest/**/*.csv", "ingest/demo/world/names.py")
_WORD = re.compile(f"[{LETTERS}]+")
_UNSEEN = 0.05
"""Added to each count: what never stood side by side here is unlikely, not impossible."""


def counted() -> list[list[int]]:
    """The table: a row for each letter and the edge."""
    words = set()
    for source in _SOURCES:
        for path in ROOT.glob(source):
            words |= set(_WORD.findall(path.read_text(encoding="utf-8").lower()))
    symbols = LETTERS + EDGE
    pairs: Counter[tuple[str, str]] = Counter()
    for word in words:
        padded = f"{EDGE}{word}{EDGE}"
        pairs.update(itertools.pairwise(padded))
    table = []
    for first in symbols:
        counts = [pairs[first, second] + _UNSEEN * (1 + pairs.total() / 40_000) for second in symbols]
        chance = sum(counts) / len(symbols)
        table.append([round(10 * math.log(count / chance)) for count in counts])
    return table


def main() -> None:
    """Write the table."""
    symbols = LETTERS + EDGE
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["", *symbols])
        writer.writerows([symbol, *row] for symbol, row in zip(symbols, counted(), strict=True))


if __name__ == "__main__":
    main()
