"""Metadata that are made for the first time are made in a hurry, and never half kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from dashboards.fresh import fresh_metadata
from dashboards.places import Places

FULL, OFF = 2, 0


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    monkeypatch.delenv("BBAJ_SUPERSET_DATABASE", raising=False)
    made = Places(tmp_path)
    made.superset.mkdir()
    return made


def _write(places: Places, word: str) -> int:
    """Write a word among the metadata; how SQLite waits for the disk meanwhile."""
    engine = create_engine(f"sqlite:///{places.metadata}", poolclass=NullPool)
    with engine.begin() as metadata:
        metadata.execute(text("create table if not exists words (word text)"))
        metadata.execute(text("insert into words values (:word)"), {"word": word})
        return int(metadata.execute(text("pragma synchronous")).fetchall()[0][0])


def _words(places: Places) -> list[str]:
    engine = create_engine(f"sqlite:///{places.metadata}", poolclass=NullPool)
    with engine.connect() as metadata:
        return [row[0] for row in metadata.execute(text("select word from words"))]


def test_what_is_new_is_hurried_and_stays(places: Places) -> None:
    with fresh_metadata(places):
        assert _write(places, "бір") == OFF
    assert _write(places, "екі") == FULL
    with fresh_metadata(places):
        assert _write(places, "үш") == FULL, "somebody may have an account by now"
    assert _words(places) == ["бір", "екі", "үш"]
    assert [path.name for path in places.superset.iterdir()] == [places.metadata.name]


def test_what_was_cut_short_is_begun_anew(places: Places) -> None:
    for word in ("бір", "екі"):
        with pytest.raises(KeyboardInterrupt), fresh_metadata(places):
            assert _write(places, word) == OFF
            places.metadata.with_name(f"{places.metadata.name}-journal").write_bytes(b"half")
            raise KeyboardInterrupt
        assert _write(places, "кейін") == FULL, "and nobody else is hurried"
    with fresh_metadata(places):
        assert not places.metadata.exists()
        assert _write(places, "үш") == OFF
    assert _words(places) == ["үш"]


def test_a_database_on_a_server_is_left_alone(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BBAJ_SUPERSET_DATABASE", "postgresql://somebody@nowhere/superset")
    with fresh_metadata(places):
        assert list(places.superset.iterdir()) == []
