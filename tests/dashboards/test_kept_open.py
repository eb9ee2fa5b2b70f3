"""A file stays open between questions, and nobody is told of another file's rows by that.

The kind: whatever is published, replaced or let go in whatever order, a connection reads what lies under its path now.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.answering.kept_open import KeptOpen, own_path

SECONDS = 60.0


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def _publish(home: Path, number: int) -> Path:
    """A publication whose file says its number; `current` leads to it. The path that readers use."""
    folder = home / "published" / str(number)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "warehouse.duckdb").unlink(missing_ok=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")) as made:
        made.execute(f"create table publication as select {number} as number")
    link = home / "published" / "current.new"
    link.symlink_to(str(number))
    link.replace(home / "published" / "current")
    return home / "published" / "current" / "warehouse.duckdb"


def _ask(kept: KeptOpen, file: Path) -> int:
    path = str(own_path(file))
    connection = kept.connect(path, lambda: duckdb.connect(path, read_only=True))
    try:
        [(number,)] = connection.execute("select number from publication").fetchall()
        return int(number)
    finally:
        connection.close()


STEPS = st.lists(st.sampled_from(["publish", "ask", "wait", "replace"]), min_size=1, max_size=12)


@settings(deadline=None, max_examples=25)
@given(steps=STEPS)
def test_who_asks_reads_what_is_published_now(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    home, clock = tmp_path_factory.mktemp("home"), Clock()
    kept, number = KeptOpen(SECONDS, clock), 1
    file = _publish(home, number)
    says = {number: number}
    for step in steps:
        if step == "publish":
            number += 1
            says[number] = number
            _publish(home, number)
        elif step == "replace":  # other bytes under the same path, as nobody does who publishes
            says[number] += 1_000
            own = own_path(file)
            with duckdb.connect(str(own.with_name("other.duckdb"))) as made:
                made.execute(f"create table publication as select {says[number]} as number")
            own.with_name("other.duckdb").replace(own)
        elif step == "wait":
            clock.now += SECONDS
            kept.let_go()
            assert kept.paths == set()
        else:
            assert _ask(kept, file) == says[number]
            assert str(own_path(file)) in kept.paths
    clock.now += SECONDS
    kept.let_go()


def test_a_file_is_opened_once_for_many_questions_and_each_reader_has_the_own(tmp_path: Path) -> None:
    files = [_publish(tmp_path / name, number).resolve() for number, name in enumerate("ab", 1)]
    kept, opened = KeptOpen(SECONDS, Clock()), dict.fromkeys(map(str, files), 0)
    for _ in range(5):
        for number, file in enumerate(map(str, files), 1):

            def connect(path: str = file) -> Any:
                opened[path] += 1
                return duckdb.connect(path, read_only=True)

            connection = kept.connect(file, connect)
            assert connection.execute("select number from publication").fetchall() == [(number,)]
            connection.close()
    assert kept.paths == set(opened)
    assert set(opened.values()) == {6}  # five questions, and the one connection that keeps the file open


def test_a_file_that_is_not_there_is_as_it_was(tmp_path: Path) -> None:
    kept = KeptOpen(SECONDS, Clock())
    missing = tmp_path / "published" / "current" / "warehouse.duckdb"
    assert own_path(missing) == missing
    with pytest.raises(duckdb.Error):
        kept.connect(str(missing), lambda: duckdb.connect(str(missing), read_only=True))
    assert kept.paths == set()
