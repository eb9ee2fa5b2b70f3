"""What pydantic finds wrong with a file is told in the reader's language, every kind of error there is."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import core_schema

from ingest.authored import AuthorError, _words, validated, words_of
from ingest.authored_types import expected_types, of_programs_alone, unsuitable
from ingest.schema.forms.contract import Contract
from ingest.schema.forms.load import contracts
from ingest.schema.texts.language import LANGUAGES

FILE = Path("x.yml")
KINDS = get_args(core_schema.ErrorType)
_OURS = {"literal_error", "enum", "extra_forbidden"}
_FACTS = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "max_digits", "decimal_places",
          "whole_digits", "tag", "pattern")  # fmt: skip
# Names of what every language writes so.
_SAME_EVERYWHERE = {"true", "false", "UTC", "UUID", "JSON", "P1D", "https", "edu", "kz", "T08"}


def test_every_kind_of_error_is_told_and_none_that_is_no_more() -> None:
    told = set(expected_types()) | set(unsuitable()) | (set(_words()) & set(KINDS)) | _OURS

    assert sorted(set(KINDS) - told - of_programs_alone()) == []
    assert sorted(({*expected_types(), *unsuitable()} | of_programs_alone()) - set(KINDS)) == []
    assert sorted(told & of_programs_alone()) == []
    assert set(expected_types().values()) <= set(_words()["expected"])


@pytest.mark.parametrize("kind", sorted(set(KINDS) - of_programs_alone() - {"extra_forbidden"}))
def test_no_word_of_another_language_is_said(kind: str) -> None:
    facts = dict.fromkeys(_FACTS, 7) | {"expected": "'а' or 'б'"}
    error = {"type": kind, "input": "Ұ", "ctx": facts, "loc": ("ключ",), "msg": "Input should be right"}
    name, said = words_of(error)
    lines = {language: AuthorError(FILE, "ключ", name, **said).text(language) for language in LANGUAGES}

    assert len(set(lines.values())) == len(LANGUAGES)
    assert all("{" not in line and "…" not in line for line in lines.values())
    for language in ("kk", "ru"):
        latin = set(re.findall(r"[A-Za-z][A-Za-z0-9]+", lines[language].replace(str(FILE), "")))
        assert latin <= _SAME_EVERYWHERE | {"yml", "YAML"}, lines[language]
    assert "Input should" not in lines["en"]


def _places(content: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where something stands in a file."""
    yield place
    parts = (
        content.items()
        if isinstance(content, dict)
        else enumerate(content)
        if isinstance(content, list)
        else ()
    )
    for key, value in parts:
        yield from _places(value, (*place, key))


_CONTENT = {form: found.model_dump(mode="json", by_alias=True) for form, found in contracts().items()}
_PLACES = {form: [place for place in _places(content) if place] for form, content in _CONTENT.items()}
_ODD = st.sampled_from(
    [None, 5, -3, 2.5, "x", "", "X y", [], ["x"], {}, {"x": 1}, True, date(2026, 9, 1), 10**30]
)


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_whatever_stands_in_a_contract_is_told_without_pydantics_words(data: st.DataObject) -> None:
    form = data.draw(st.sampled_from(sorted(_CONTENT)))
    place = data.draw(st.sampled_from(_PLACES[form]))
    content: Any = copy.deepcopy(_CONTENT[form])
    part = content
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = data.draw(_ODD)
    messages = _of_pydantic(Contract, content)
    if not messages:
        return

    with pytest.raises(AuthorError) as told:
        validated(Contract, content, FILE)

    for language in LANGUAGES:
        line = told.value.text(language)
        assert "\n" not in line and "Input should" not in line and "validation" not in line
        assert language == "en" or not any(message in line for message in messages)


def _of_pydantic(model: type[BaseModel], content: Any) -> list[str]:
    try:
        model.model_validate(content)
    except ValidationError as error:
        return [each["msg"] for each in error.errors(include_url=False) if len(each["msg"]) > 3]
    return []
