"""What is kept compressed is the program alone, never an answer that depends on who asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from dashboards.answering.compressed import Compressed, name_of


def _asked(path: str, method: str = "GET", **headers: str) -> Request:
    return Request(EnvironBuilder(path=path, method=method, headers=[*headers.items()]).get_environ())


@pytest.mark.parametrize(
    "path", ["/static/assets/spa.3c707e777337.entry.js", "/static/assets/99bc.chunk.css"]
)
def test_the_program_is_kept_whole(path: str) -> None:
    assert name_of(_asked(path)) == path
    assert name_of(_asked(path, Range="bytes=0-9")) == name_of(_asked(path, method="HEAD")) == ""


@pytest.mark.parametrize(
    "path",
    ["/", "/bbaj/words.js", "/api/v1/chart/data", "/superset/language_pack/kk/", "/static/assets/6183.geojson",
     "/static/assets/../../api/v1/me/x.js", "/api/v1/static/assets/a.js", "/static/assets/a.js/b"],
)  # fmt: skip
def test_what_depends_on_who_asks_is_not(path: str) -> None:
    assert name_of(_asked(path)) == ""


@given(
    st.lists(
        st.tuples(st.sampled_from(["br;", "br;/a", "zstd;/a", "zstd;/b"]), st.binary(max_size=9)), max_size=30
    )
)
def test_what_is_kept_is_the_first_and_never_too_much(given_: list[tuple[str, bytes]]) -> None:
    kept, first = Compressed(20), dict[str, bytes]()
    for key, content in given_:
        kept.set(key, content)
        found = kept.get(key)
        assert found is None or found == first.setdefault(key, content)
    assert kept.get("br;") is None
    assert sum(len(content) for content in first.values()) <= 20
