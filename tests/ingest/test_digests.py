"""A file with a digest: whatever happens to either of them is seen, and nothing is seen where nothing happened."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.digests import (
    Damage,
    DamagedFileError,
    damage_of,
    digest_path,
    is_whole,
    read_digest,
    require_whole,
    write_digest,
)

BYTES = st.binary(max_size=3000)


@given(before=BYTES, after=BYTES)
def test_a_file_is_whole_exactly_as_long_as_its_bytes_are_the_same(before: bytes, after: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(before)
        write_digest(file, rows=3)
        assert damage_of(file) is None
        file.write_bytes(after)
        expected = None if before == after else "altered" if len(before) == len(after) else "cut"
        assert damage_of(file) == expected
        assert damage_of(file, every_byte=False) == (expected if expected == "cut" else None)


@given(content=BYTES, place=st.integers(0, 10_000), bit=st.integers(0, 7), of_digest=st.booleans())
def test_no_bit_of_a_file_or_of_its_digest_turns_unseen(
    content: bytes, place: int, bit: int, of_digest: bool
) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file"
        file.write_bytes(content)
        write_digest(file, tables={"fct_attendance": 12, "кесте": 0})
        spoilt = digest_path(file) if of_digest or not content else file
        held = bytearray(spoilt.read_bytes())
        held[place % len(held)] ^= 1 << bit
        spoilt.write_bytes(held)
        assert damage_of(file) is not None
        assert not is_whole(file)


def _cut(file: Path) -> None:
    os.truncate(file, 4)


def _exchange(file: Path) -> None:
    other = file.with_name("other")
    other.write_bytes(b"as long as that")
    write_digest(other)
    other.replace(file)
    digest_path(other).replace(digest_path(file))


CASES: dict[Damage, object] = {
    "missing": Path.unlink,
    "undigested": lambda file: digest_path(file).unlink(),
    "cut": _cut,
    "altered": lambda file: file.write_bytes(b"As long as that"),
    "exchanged": _exchange,
    "unreadable": lambda file: (file.unlink(), file.mkdir()),
}


@pytest.mark.parametrize("damage", CASES)
def test_what_happened_is_told(tmp_path: Path, damage: Damage) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"as long as that")
    write_digest(file)
    require_whole(file)
    CASES[damage](file)  # type: ignore[operator]
    expected = {damage, "cut"} if damage == "unreadable" else {damage}  # a folder has a size, too
    assert damage_of(file) in expected
    for _ in range(2):  # nor is it forgotten
        with pytest.raises(DamagedFileError) as raised:
            require_whole(file)
        assert raised.value.damage in expected


def test_the_digest_is_there_before_the_file_and_for_its_owner_alone(tmp_path: Path) -> None:
    draft, final = tmp_path / "draft", tmp_path / "final"
    draft.write_bytes(b"content")
    written = write_digest(final, draft, rows=7)
    assert read_digest(final) == written
    assert written.facts == {"rows": 7}
    assert damage_of(final) == "missing"
    draft.rename(final)
    assert damage_of(final) is None
    assert digest_path(final).stat().st_mode & 0o777 == 0o600
    assert {each.name for each in tmp_path.iterdir()} == {"final", "final.digest"}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A database of many blocks, some of them free, as deletions and tables that are gone leave it."""
    file = tmp_path_factory.mktemp("database") / "file.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute(
            "CREATE TABLE kept AS SELECT range AS r, hash(range), range % 9 || ' ә' FROM range(90000)"
        )
        con.execute("CREATE TABLE gone AS FROM kept; CHECKPOINT; DROP TABLE gone; CHECKPOINT")
        con.execute(
            "DELETE FROM kept WHERE r % 700 = 3; INSERT INTO kept SELECT range, 7, 'a' FROM range(900)"
        )
    return file.read_bytes()


@given(part=st.floats(0, 1, exclude_max=True), bits=st.integers(1, 255), of_digest=st.booleans())
def test_no_bit_of_a_database_turns_unseen_whose_digest_is_of_what_it_states_of_its_blocks(
    database: bytes, part: float, bits: int, of_digest: bool
) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file.duckdb"
        file.write_bytes(database)
        assert write_digest(file, by="blocks", tables={"kept": 1}).by == "blocks"
        assert damage_of(file) is None
        spoilt = digest_path(file) if of_digest else file
        held = bytearray(spoilt.read_bytes())
        held[int(part * len(held))] ^= bits
        spoilt.write_bytes(held)
        assert damage_of(file) == ("undigested" if of_digest else "altered")
        assert not is_whole(file)


@given(block=st.integers(0, 1000), other=st.integers(0, 1000))
def test_without_its_bytes_a_database_is_known_by_what_it_states(
    database: bytes, block: int, other: int
) -> None:
    """Blocks that changed places are each whole, and the database is not."""
    headers, size = 3 * 4096, 256 << 10
    blocks = [database[at : at + size] for at in range(headers, len(database), size)]
    first, second = block % len(blocks), other % len(blocks)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file.duckdb"
        file.write_bytes(database)
        write_digest(file, by="blocks")
        is_same = blocks[first] == blocks[second]
        blocks[first], blocks[second] = blocks[second], blocks[first]
        file.write_bytes(database[:headers] + b"".join(blocks))
        expected = None if is_same else "altered"
        assert (damage_of(file), damage_of(file, every_byte=False)) == (expected, expected)
        os.truncate(file, len(database) - size)
        assert damage_of(file, every_byte=False) == "cut"


@given(content=st.one_of(BYTES, st.integers(0, 20_000).map(lambda size: bytes(8) + b"DUCK" + bytes(size))))
def test_what_states_no_blocks_has_a_digest_of_every_byte(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "file.duckdb"
        file.write_bytes(content)
        assert write_digest(file, by="blocks").by == "bytes"
        assert damage_of(file) is None


def test_a_database_that_states_its_blocks_in_another_way_has_a_digest_of_every_byte(
    tmp_path: Path, database: bytes
) -> None:
    """As one of another DuckDB might."""
    file = tmp_path / "file.duckdb"
    file.write_bytes(database[: 3 * 4096] + bytes(each ^ 1 for each in database[3 * 4096 :]))
    assert write_digest(file, by="blocks").by == "bytes"
