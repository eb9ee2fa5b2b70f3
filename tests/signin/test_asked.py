"""The journal of questions: nothing is lost where many write at a time, nothing is altered or taken out unseen."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from signin import asked

SQL = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def _fill(folder: Path, questions: list[tuple[str, list[int]]]) -> None:
    for place, (sql, rows) in enumerate(questions):
        asked.ask(folder, f"q{place}", "dana", place, "asked", sql)
        for some in rows:
            asked.answer(folder, f"q{place}", some)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SQL, st.lists(st.integers(0, 10**9), max_size=3)), max_size=6))
def test_what_was_written_is_read(tmp_path_factory: object, questions: list[tuple[str, list[int]]]) -> None:
    folder = tmp_path_factory.mktemp("journal")  # type: ignore[attr-defined]
    _fill(folder, questions)
    read = asked.read(folder)
    assert read.broken is None
    assert [(each.sql, each.rows) for each in read.questions] == [
        (sql, sum(rows) if rows else None) for sql, rows in questions
    ]
    assert read.lines == sum(1 + len(rows) for _, rows in questions)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_an_altered_or_missing_line_is_found(tmp_path_factory: object, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("journal")  # type: ignore[attr-defined]
    _fill(folder, [(f"select {place} -- қазақша", [place]) for place in range(5)])
    file = folder / asked.FILE
    lines = file.read_bytes().splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines) - 1))
    if data.draw(st.booleans()):
        content = bytearray(lines[place])
        content[data.draw(st.integers(0, len(content) - 2))] ^= 1
        lines[place] = bytes(content)
    elif place < len(lines) - 1:
        del lines[place]
    else:  # the last ones are told by their number alone, which the ledger notes
        lines = lines[:-1]
        file.write_bytes(b"".join(lines))
        assert asked.read(folder).lines == 9
        return
    file.write_bytes(b"".join(lines))
    assert asked.read(folder).broken is not None


def test_many_write_at_a_time_and_who_dies_half_way_stops_nobody(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        for place in range(64):
            pool.submit(asked.ask, tmp_path, f"q{place}", "dana", 1, "asked", "x" * (place * 997))
    assert asked.read(tmp_path).broken is None and asked.read(tmp_path).lines == 64
    with (tmp_path / asked.FILE).open("ab") as out:
        out.write(b'{"question": "half')
    asked.ask(tmp_path, "after", "dana", 1, "asked", "select 1")
    read = asked.read(tmp_path)
    assert (read.broken, read.lines, read.questions[-1].sql) == (None, 65, "select 1")
    assert (tmp_path / asked.FILE).stat().st_mode & 0o077 == 0


def test_nothing_was_asked(tmp_path: Path) -> None:
    assert asked.read(tmp_path).questions == () and asked.read(tmp_path / "nowhere").lines == 0
