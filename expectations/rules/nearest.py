"""The entry of a codelist a submitter most likely meant.

In: a codelist's name and the text found. Out: the nearest word as the codelist writes it, or None when
nothing is near enough to be worth saying.
"""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz import fuzz, process

from ingest.schema.codelist import codelist
from ingest.schema.contract import Labels
from ingest.schema.letters import folded_text, without_kazakh_letters

# Below this similarity (0–100) a suggestion misleads more often than it helps.
_NEAR_ENOUGH = 70.0


@lru_cache(maxsize=4096)
def nearest_word(name: str, value: str) -> str | None:
    """The label (in the language of the match) or the code nearest to `value`."""
    written = _words(name)
    found = process.extractOne(_compared(value), written.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    return written[found[0]] if found else None


@lru_cache(maxsize=128)
def _words(name: str) -> dict[str, str]:
    """Every way to write a code, as it is compared → what to suggest: an alias leads to the label it is more like.

    So what was written in Kazakh is answered in Kazakh.
    """
    words: dict[str, str] = {}
    for entry in codelist(name).codes:
        labels = entry.labels
        words |= {_compared(alias): _label_like(alias, labels) for alias in entry.aliases}
        words |= {_compared(word): word for word in (entry.code, labels.en, labels.ru, labels.kk)}
    return words


def _label_like(alias: str, labels: Labels) -> str:
    own = _compared(alias)
    kk, ru = (fuzz.partial_ratio(own, _compared(label)) for label in (labels.kk, labels.ru))
    return labels.kk if kk > ru else labels.ru


def _compared(word: str) -> str:
    """A word without what no mistake is: look-alikes of the other alphabet, Kazakh letters a keyboard lacks."""
    return without_kazakh_letters(folded_text(word))
