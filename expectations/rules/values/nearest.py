"""The entry of a codelist a submitter most likely meant.

In: a codelist's name and the text found. Out: the word to write instead, as the codelist has it, or None when nothing
is near enough to be worth saying. Near is what is spelt alike in any of the three languages, what people say for an
entry (`ingest/words/synonyms.yml`), and a text in which one word belongs to one entry alone («communal property»).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz, process

from ingest.schema.forms.codelist import codelist
from ingest.schema.forms.contract import Labels
from ingest.schema.texts.word_files import read_words
from ingest.schema.values.letters import folded_text, without_kazakh_letters

# Below this similarity (0–100) a suggestion misleads more often than it helps.
_NEAR_ENOUGH = 70.0
# One word alone must be the same but for its ending or a slip.
_SAME_WORD = 84.0
_SHORTEST_TELLING = 5
_LONGEST = 100
_KAZAKH = "әғқңөұүһі"


@lru_cache(maxsize=4096)
def nearest_word(name: str, value: str) -> str | None:
    """The label (in the language of the match) or the code nearest to `value`."""
    compared = _compared(value)
    if not compared or len(compared) > _LONGEST:
        return None
    said = _synonyms(name)
    if compared in said:
        return said[compared]
    written = said | _words(name)
    found = process.extractOne(compared, written.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_ENOUGH)
    return written[found[0]] if found else _by_one_word(name, value)


def _by_one_word(name: str, value: str) -> str | None:
    """The entry to which alone one of the words belongs; None where they belong to none or to several."""
    telling = _telling_words(name)
    found = set()
    for word in _compared(value).split():
        if word in telling:
            found.add(telling[word])
        elif len(word) >= _SHORTEST_TELLING:
            near = process.extractOne(word, telling.keys(), scorer=fuzz.ratio, score_cutoff=_SAME_WORD)
            found |= {telling[near[0]]} if near else set()
    codes = {code for code, _ in found}
    if len(codes) != 1:
        return None
    is_kazakh = any(letter in _KAZAKH for letter in value.casefold())
    return codelist(name).by_code[codes.pop()].labels.kk if is_kazakh else sorted(found)[0][1]


@lru_cache(maxsize=128)
def _telling_words(name: str) -> dict[str, tuple[str, str]]:
    """A word that stands in the labels of one code alone, or is said for it → the code and the label to suggest."""
    owners: dict[str, set[tuple[str, str]]] = {}
    for entry in codelist(name).codes:
        for label in (entry.labels.kk, entry.labels.ru, entry.labels.en):
            for word in _compared(label).split():
                if len(word) >= _SHORTEST_TELLING:
                    owners.setdefault(word, set()).add((entry.code, label))
    by_word = codelist(name).by_word
    said = {
        word: (by_word[label.casefold()], label)
        for word, label in _synonyms(name).items()
        if " " not in word and word not in owners
    }
    return said | {
        word: sorted(own)[0] for word, own in owners.items() if len({code for code, _ in own}) == 1
    }


@lru_cache(maxsize=128)
def _synonyms(name: str) -> dict[str, str]:
    """What people say for an entry, as it is compared → the label to suggest, in the language said."""
    listed = read_words("synonyms").get(name, {})
    by_code = codelist(name).by_code
    return {
        _compared(str(word)): _label_like(str(word), by_code[str(code)].labels)
        for code, words in listed.items()
        if str(code) in by_code
        for word in words
    }


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
    if alias.isascii() and any(map(str.isalpha, alias)):
        return labels.en
    if any(letter in _KAZAKH for letter in alias.casefold()):
        return labels.kk
    own = _compared(alias)
    kk, ru = (fuzz.partial_ratio(own, _compared(label)) for label in (labels.kk, labels.ru))
    return labels.kk if kk > ru else labels.ru


def _compared(word: str) -> str:
    """A word without what no mistake is: look-alikes of the other alphabet, Kazakh letters a keyboard lacks."""
    return without_kazakh_letters(folded_text(word))


def known_synonyms() -> Iterator[tuple[str, str, str]]:
    """Codelist, code and word of every synonym, as they are listed."""
    for name, by_code in read_words("synonyms").items():
        for code, words in by_code.items():
            yield from ((name, str(code), word) for word in words)
