"""Lines of UTF-16 within a text of another encoding are read, and said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.text.encodings.encoding import decode
from tests.ingest.read.test_properties import EASY, _read

ROWS = [["Тегі", "Аты", "Сынып"], *([f"Иванов{place}", "Пётр", str(place % 11)] for place in range(20))]


@EASY
@given(
    st.sets(st.integers(0, 20), min_size=1, max_size=8),
    st.sampled_from(["utf-16-le", "utf-16-be"]),
    st.sampled_from(["cp1251", "utf-8", "cp866"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_lines_of_two_bytes_a_letter_are_read_where_they_stand(
    places: set[int], wide: str, rest: str, end: str
) -> None:
    rows = [row if rest == "utf-8" else [cell.replace("і", "и") for cell in row] for row in ROWS]
    lines = [(";".join(row) + end).encode(wide if at in places else rest) for at, row in enumerate(rows)]
    found, said = _read(b"".join(lines))
    assert found == rows
    assert "mixed_encoding" in said
    decoded = decode(b"".join(lines))
    assert decoded.other_lines == tuple(place + 1 for place in sorted(places))
    assert decoded.other_encoding == wide


@pytest.mark.parametrize("rest", ["cp1251", "utf-8"])
def test_a_mark_before_the_first_line_is_no_promise_for_the_others(rest: str) -> None:
    rows = [[cell.replace("і", "и") for cell in row] for row in ROWS]
    head, *body = [";".join(row) + "\r\n" for row in rows]
    found, said = _read(head.encode("utf-16") + "".join(body).encode(rest))
    assert found == rows
    assert "mixed_encoding" in said


@pytest.mark.parametrize(
    "text", ["ФИО;Класс\nКим;5\n", "姓名;班级\n王;五\n李;六\n", "a;b\n1;2\n", "नाम;वर्ग\nअ;५\n"]
)
@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig", "utf-32"])
def test_a_text_in_one_encoding_has_no_other_lines(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding))
    assert (decoded.text, decoded.other_lines) == (text, ())
