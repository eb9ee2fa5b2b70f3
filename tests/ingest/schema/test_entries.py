"""Catalogues read entry by entry say what they say as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.authored import AuthorError, mapping_in, read_yaml
from ingest.schema.texts.catalogue import CATALOGUE, catalogue, kind_of
from ingest.schema.texts.entries import Entries
from ingest.schema.texts.word_files import WORDS

FILES = sorted([*CATALOGUE.glob("*.yml"), *WORDS.rglob("*.yml")])


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_each_entry_alone_is_what_the_whole_file_holds(file: Path) -> None:
    assert dict(Entries(file)) == mapping_in(read_yaml(file), file)


def test_a_code_alone_is_what_the_whole_catalogue_says() -> None:
    assert {code: kind_of(code) for code in catalogue()} == catalogue()
    with pytest.raises(AuthorError, match="no_such_code"):
        kind_of("no_such_code")


@pytest.mark.parametrize(
    "text",
    [
        "a: &one [1, 2]\nb: *one\n",
        "{a: 1, b: 2}\n",
        "a:\n- 1\n- 2\nb: 3\n",
        "# said\n\na: |\n  text\n  # no remark\n\n  more\nb:\n  c: 1\n",
        "'a': 1\nb: 2\n",
        "yes: 1\nb: 2\n",
        "1: a\n2: b\n",
    ],
)
def test_however_it_is_written(tmp_path: Path, text: str) -> None:
    file = tmp_path / "words.yml"
    file.write_text(text, encoding="utf-8")
    assert dict(Entries(file)) == read_yaml(file)


@pytest.mark.parametrize("text", ["a: 1\na: 2\n", "a: [1\nb: 2\n", "", "- 1\n"])
def test_a_file_that_cannot_be_followed_is_told_of(tmp_path: Path, text: str) -> None:
    file = tmp_path / "words.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(AuthorError):
        dict(Entries(file))
