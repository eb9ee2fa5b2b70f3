"""What the catalogues say: every text translated, by one word for one thing, in one alphabet, with nothing lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.catalog import Catalog, Message

from dashboards.words import vocabulary
from dashboards.words.catalogues import DOMAINS, SOURCES, catalogue, messages, share

REQUIREMENTS = Path("dashboards/requirements.lock")
# What a text carries that is no word: placeholders, code, addresses, tags of HTML, variables of a template.
CARRIED = re.compile(
    r"%(?:\(\w+\))?[sd]|%\{\w+\}s|\$?\{(?:[^{}\n]|\{[^{}\n]*\})*\}|`[^`\n]+`|\w+://[^\s)'<]*[\w/]"
    r"|</?(?:p|b|a|i|br|code|strong)\b[^<>]*>"
)
KAZAKH = "а-яёәғқңөұүһі"
CODE = re.compile(r"\w*[\w]+(?:[._]+\w+)+|\w*\d[\w-]*|\w+:\w+")
NUMBER_THEN_PLURAL = re.compile(
    rf"%(?:\(num\w*\)|\(rows\))?[sd] ([{KAZAKH}]+(?:лар|лер|дар|дер|тар|тер))(?![{KAZAKH}])"
)
RUSSIAN_ENDINGS = re.compile(r"\w+(?:ый|ая|ое|ться|ение|ать|ить|ых|ого|ему|ами)\b")
# Kazakh words that merely end so.
KAZAKH_AFTER_ALL = {"кему"}

Pairs = list[tuple[str, str]]


def pairs(language: str) -> Pairs:
    """Each source text with its translation; both forms of a counted one."""
    found = []
    for message in catalogue(SOURCES / language / "LC_MESSAGES" / "messages.po", language):
        if message.id:
            ids = [message.id] if isinstance(message.id, str) else list(message.id)
            forms = [message.string] if isinstance(message.string, str) else list(message.string)
            found += [(ids[min(n, len(ids) - 1)], str(form)) for n, form in enumerate(forms)]
    return found


@pytest.fixture(scope="module")
def kazakh() -> Pairs:
    return pairs("kk")


@pytest.fixture(scope="module", params=["kk", "ru"])
def said(request: pytest.FixtureRequest) -> Pairs:
    return pairs(request.param)


def catalogues() -> Iterator[tuple[str, Catalog]]:
    for path in sorted(SOURCES.glob("*/LC_MESSAGES/*.po")):
        yield f"{path.parent.parent.name}/{path.stem}", catalogue(path, path.parent.parent.name)


def test_every_text_has_its_kazakh() -> None:
    translated = messages(catalogue(SOURCES / "kk" / "LC_MESSAGES" / "messages.po", "kk"))
    assert sorted(set(vocabulary.kept()) - set(translated)) == []


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_with_what_is_shipped_nothing_stays_english(language: str) -> None:
    """Superset ships guesses, too («Retry» is «Автор»): they count for nothing, ours lies over each of them."""
    site = vocabulary.packages()
    if site is None:
        pytest.skip("Superset is not installed: run `make install`")
    here, asked = share(language, site)
    assert here == asked == len(vocabulary.kept())


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_no_entry_is_dead(language: str) -> None:
    """What nothing asks for is not kept; a counted text is counted here, too."""
    ours = vocabulary.asked(catalogue(SOURCES / language / "LC_MESSAGES" / "messages.po", language))
    asked = vocabulary.kept()
    assert [text for key, text in ours.items() if asked.get(key) != text] == []


def test_no_entry_is_a_guess_or_empty() -> None:
    def forms(message: Message) -> tuple[str, ...]:
        return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))

    wrong = [
        (name, message.id)
        for name, entries in catalogues()
        for message in entries
        if message.id and (message.fuzzy or not all(forms(message)))
    ]
    assert wrong == []
    assert {name.partition("/")[2] for name, _ in catalogues()} == set(DOMAINS)


def test_the_template_is_of_the_superset_that_is_pinned() -> None:
    """A newer Superset asks for other texts: `python -m dashboards.words.vocabulary` reads them."""
    pinned = dict(re.findall(r"^([\w-]+)==(\S+)", REQUIREMENTS.read_text(encoding="utf-8"), re.MULTILINE))
    head = vocabulary.TEMPLATE.read_text(encoding="utf-8").partition("\n\n")[0]
    assert all(f"{name} {pinned[name]}" in head for name in vocabulary.MADE_OF)


def test_what_is_no_word_is_carried_over(said: Pairs) -> None:
    def carried(text: str) -> Counter[str]:
        return Counter(CARRIED.findall(text))

    assert [pair for pair in said if carried(pair[0]) != carried(pair[1])] == []


def test_spaces_at_the_ends_are_kept(said: Pairs) -> None:
    def ends(text: str) -> tuple[str, str]:
        return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]

    assert [pair for pair in said if ends(pair[0]) != ends(pair[1])] == []


def test_a_text_closes_as_its_source_does(kazakh: Pairs) -> None:
    """A full stop, a colon, a question stay. Where the source breaks off before a word that follows, Kazakh, whose
    verb comes last, may close with a colon."""

    def closing(text: str) -> str:
        last = text.strip().rstrip('»"')[-1:]
        return {"…": "."}.get(last, last if last in ".:?!;," else "")

    wrong = [
        (a, b) for a, b in kazakh if closing(a) != closing(b) and not (not closing(a) and closing(b) == ":")
    ]
    assert wrong == []


def test_no_word_mixes_alphabets(said: Pairs) -> None:
    mixed = re.compile(rf"[a-z][{KAZAKH}]|[{KAZAKH}][a-z]|[ќѓјѕἰ]", re.IGNORECASE)
    assert [pair for pair in said if mixed.search(CARRIED.sub(" ", pair[1]))] == []


def test_latin_words_are_names(said: Pairs) -> None:
    """English stays only where names.yml says so, or as code of the source."""
    listed = yaml.safe_load((SOURCES / "names.yml").read_text(encoding="utf-8"))
    names = sorted({str(name) for group in listed.values() for name in group}, key=len, reverse=True)
    name = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?![\w])")

    def left(source: str, text: str) -> set[str]:
        plain = CARRIED.sub(" ", source)
        code = set(CODE.findall(plain)) | set(re.findall(r"(?=\S*[\d_/:+=.&]\S)[\w-]\S*\w", plain))
        rest = name.sub(" ", CARRIED.sub(" ", text))
        for word in sorted(code, key=len, reverse=True):
            rest = rest.replace(word, " ")
        return set(re.findall(r"[A-Za-z]+", rest))

    assert {pair[1]: words for pair in said if (words := left(*pair))} == {}


def test_kazakh_holds_no_russian_forms(kazakh: Pairs) -> None:
    found = {
        text: words
        for _, text in kazakh
        if (words := set(RUSSIAN_ENDINGS.findall(CARRIED.sub(" ", text.lower()))) - KAZAKH_AFTER_ALL)
    }
    assert found == {}


def test_a_number_is_followed_by_the_singular(kazakh: Pairs) -> None:
    """Kazakh counts in the singular: «5 жол», never «5 жолдар»; its plural forms differ in the number alone."""
    wrong = [
        text for _, text in kazakh if (m := NUMBER_THEN_PLURAL.search(text.lower())) and m[1] != "деректер"
    ]
    assert wrong == []


def test_kazakh_has_the_plural_forms_of_the_language() -> None:
    for name, entries in catalogues():
        if name.startswith("kk/"):
            assert entries.num_plurals == 2 and entries.plural_expr == "(n != 1)"
            assert [m.id for m in entries if not isinstance(m.id, str) and len(m.string) != 2] == []


def glossary() -> list[dict[str, Any]]:
    terms: list[dict[str, Any]] = yaml.safe_load((SOURCES / "glossary.yml").read_text(encoding="utf-8"))
    return terms


def test_the_glossary_says_each_term_once() -> None:
    english = [word for term in glossary() for word in term["en"]]
    kazakh = [term["kk"] for term in glossary()]
    assert [word for word, times in Counter(english).items() if times > 1] == []
    assert [word for word, times in Counter(kazakh).items() if times > 1] == []
    assert all(set(term) <= {"en", "kk", "ru", "kk_stems", "except"} for term in glossary())


@pytest.fixture(scope="module")
def spoken(kazakh: Pairs) -> list[tuple[str, str, str]]:
    """Each source, the words in it that are no code, and its Kazakh."""
    code = re.compile(rf"{CARRIED.pattern}|\{{.*\}}|{CODE.pattern}|\b[A-Z]{{2,}}\b")
    return [(key, code.sub(" ", key).lower(), text.lower()) for key, text in kazakh]


@pytest.mark.parametrize("term", glossary(), ids=lambda term: term["en"][0])
def test_a_term_is_always_said_by_its_word(spoken: list[tuple[str, str, str]], term: dict[str, Any]) -> None:
    source = re.compile(
        "|".join(rf"(?<![\w-]){re.escape(word.lower())}(?:s|es)?(?![\w-])" for word in term["en"])
    )
    stems = [stem.lower() for stem in term.get("kk_stems", [term["kk"]])]
    otherwise = {
        key: text
        for key, words, text in spoken
        if source.search(words) and not any(stem in text for stem in stems)
    }
    excepted = set(term.get("except", ()))
    assert {key: text for key, text in otherwise.items() if key not in excepted} == {}
    assert excepted == set(otherwise), "an exception that is none any more"
