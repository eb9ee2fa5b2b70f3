"""The look at bytes finds what a look at each character finds, wherever a chunk ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.read.text.unseen import in_bytes as unseen_bytes
from ingest.read.text.unseen.in_bytes import holds_unseen
from ingest.schema.values.letters import unseen_characters

ODD = {sign for sign in unseen_characters() if len(sign.encode()) > 1}
TEXTS = st.text(st.one_of(st.sampled_from(sorted(ODD)), st.characters(codec="utf-8")), max_size=12)


@pytest.mark.parametrize("chunk", [5, 7, unseen_bytes._CHUNK])
@given(text=TEXTS)
def test_it_finds_what_each_character_tells(chunk: int, text: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(unseen_bytes, "_CHUNK", chunk)
        assert holds_unseen(text.encode()) == any(sign in ODD for sign in text)


def test_every_one_is_found_at_the_end() -> None:
    """Each at one of six places, so that those of each length stand at every place."""
    assert all(holds_unseen(("x" * (nth % 6) + sign).encode()) for nth, sign in enumerate(sorted(ODD)))
    few = {max(sign for sign in ODD if len(sign.encode()) == length) for length in (2, 3, 4)}
    assert all(holds_unseen(("x" * before + sign).encode()) for sign in few for before in range(6))


def test_what_stands_before_the_place_does_not_count() -> None:
    sign = min(ODD).encode()
    assert not holds_unseen(sign + b"text", len(sign))
    assert holds_unseen(b"text" + sign, 4)
