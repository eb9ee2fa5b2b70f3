"""What is typed at a look is typed as the database types it, and nothing it would refuse or ask about is."""

from __future__ import annotations

import os
from collections.abc import Iterator

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.databases import in_memory
from ingest.read.arrow import pa
from ingest.read.cells.batch import plain_texts, typed_columns
from ingest.read.cells.batch.plain_texts import plain_values
from ingest.schema.forms.codelist import YES_NO, codelist
from ingest.schema.forms.contract import Contract, FormField
from ingest.schema.forms.load import contracts

FIELDS = [
    (contract, field)
    for contract in contracts().values()
    for field in contract.fields
    if field.type != "string" or field.constraints.codelist
]
BY_KIND = {(field.type, field.constraints.codelist): (contract, field) for contract, field in FIELDS}


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with in_memory(threads=1) as con:
        yield con


def _texts(field: FormField) -> st.SearchStrategy[str]:
    """Texts that are nearly plain."""
    name = field.constraints.codelist or (YES_NO if field.type == "boolean" else None)
    if name:
        words = sorted({*codelist(name).by_word, *(entry.code for entry in codelist(name).codes)})
        cased = st.sampled_from(words).flatmap(
            lambda word: st.sampled_from([word, word.upper(), word.title(), word.swapcase(), word[:-1]])
        )
        return cased | st.text("ЫіӀӏİıſKå nan-_ ", max_size=4)
    if field.type in ("date", "datetime", "time"):
        parts = st.tuples(st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32))
        shapes = (
            "{0:04}-{1:02}-{2:02}",
            "{2:02}.{1:02}.{0:04}",
            "{2:02}.{1}.{0}",
            "{1:02}/{2:02}/{0:04}",
            "{0}",
        )
        return st.builds(lambda shape, each: shape.format(*each), st.sampled_from(shapes), parts)
    digits = st.integers(0, 14).flatmap(lambda many: st.text("0123456789", min_size=many, max_size=many))
    between = st.sampled_from(["", ".", ",", "e", " ", "-"])
    return st.builds(lambda *parts: "".join(parts), between, digits, between, digits)


def _require_alike(
    con: duckdb.DuckDBPyConnection, contract: Contract, field: FormField, texts: list[str | None]
) -> bool:
    different = pa.array(texts, pa.string())
    found = plain_values(contract, field, different)
    if found is None:
        return False
    by_sql = typed_columns._by_sql(con, contract, field, different)
    for name in ("is_error", "is_placeholder", "is_odd"):
        assert not np.any(by_sql.column(name).to_numpy()), (field.name, texts)
    values = by_sql.column("value").combine_chunks()
    assert found.type == values.type
    assert found.equals(values), (field.name, texts)
    return True


@pytest.mark.parametrize("kind", sorted(BY_KIND, key=str), ids=str)
def test_every_word_of_a_codelist_is_typed_as_the_database_does(
    con: duckdb.DuckDBPyConnection, kind: tuple[str, str | None]
) -> None:
    contract, field = BY_KIND[kind]
    words = codelist(kind[1] or YES_NO).by_word
    cased = [made for word in words for made in (word, word.upper(), word.title(), word.swapcase())]
    texts = [None, "", *contract.missing_values, *(cased if kind[1] or kind[0] == "boolean" else [])]
    plain = _plain(contract, field, list(dict.fromkeys(texts)))
    assert _require_alike(con, contract, field, plain) is (kind[0] not in ("time", "datetime"))


@pytest.mark.parametrize("type_", ["integer", "number", "date", "boolean", "string"])
def test_a_plain_text_is_typed_as_the_database_does(con: duckdb.DuckDBPyConnection, type_: str) -> None:
    contract, field = next(BY_KIND[kind] for kind in sorted(BY_KIND, key=str) if kind[0] == type_)

    @settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "10")))
    @given(st.lists(_texts(field), min_size=30, max_size=60))
    def alike(texts: list[str]) -> None:
        assert _require_alike(con, contract, field, _plain(contract, field, list(dict.fromkeys(texts))))

    alike()


def _plain(contract: Contract, field: FormField, texts: list[str | None]) -> list[str | None]:
    """Those that are plain by themselves: the database is asked about all of them together."""
    return [
        text for text in texts if plain_values(contract, field, pa.array([text], pa.string())) is not None
    ]


def test_of_many_texts_the_database_is_asked(con: duckdb.DuckDBPyConnection) -> None:
    contract, field = BY_KIND["integer", None]
    texts = [str(number) for number in range(plain_texts.MOST + 1)]
    assert _require_alike(con, contract, field, texts[:-1])
    assert not _require_alike(con, contract, field, texts)
