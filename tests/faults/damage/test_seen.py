"""Damage to any stored file is seen by looking through everything."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ingest.digests import digest_path, write_digest
from ingest.home import Home
from tests import walks
from tests.faults.damage.stored import KINDS, SEED, damaged_in, files_of, known_to
from tests.faults.spoiling import SPOILINGS, kept
from tests.warehouse.country import SCHOOLS, Country
from warehouse.services.verify import look

_FLIPS = walks.examples(3, 8)


# How often each kind of harm is tried: a publication takes a hundred times as long to look through as a finding.
_LARGE, _FLIPS_OF_LARGE = ("builds", "published"), walks.examples(1, 3)


def test_nothing_is_damaged_where_nothing_happened(shown: Home) -> None:
    for every_byte in (False, True):
        looked = look.look_through(shown, known_to(shown), every_byte=every_byte)
        assert looked.found == ()
        assert looked.files > 20
    for kind, files in files_of(shown).items():
        assert files, kind


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", SPOILINGS)
def test_whatever_happens_to_a_file_is_seen(shown: Home, kind: str, way: str) -> None:
    chance = random.Random(f"{SEED} {kind} {way}")
    known = known_to(shown)
    is_large = kind.startswith(_LARGE)
    flips, others = (_FLIPS_OF_LARGE, 1) if is_large else (_FLIPS, walks.examples(1, 2))
    times = flips if way == "flip_a_bit" else others
    for _ in range(times):
        file = chance.choice(files_of(shown)[kind])
        with kept(file):
            SPOILINGS[way](file, chance)
            owner = str(file.relative_to(shown.root)).removesuffix(".digest")
            places = damaged_in(shown, kind, known=known)
            assert any(owner.startswith(place) for place in places), (owner, places)


@pytest.mark.parametrize("kind", ["lake", "findings", "raw"])
def test_files_that_changed_places_are_seen(shown: Home, kind: str) -> None:
    """With their digests: each is whole, and none is what stands in the ledger under its name."""
    files = files_of(shown)[kind]
    sizes = {file: file.stat().st_size for file in files if file.stem != "empty"}
    one = next(iter(sizes))
    other = next(file for file in sizes if file.read_bytes() != one.read_bytes())
    both = [one, other, digest_path(one), digest_path(other)]
    for further in (False, True):
        with kept(*both):
            _swap(one, other)
            if further and kind != "raw":
                _swap(digest_path(one), digest_path(other))
            assert len(damaged_in(shown, kind)) >= 2
            if further and kind in ("lake", "findings"):  # and their digests written anew
                for file in (one, other):
                    write_digest(file)
                assert len(damaged_in(shown, kind)) >= 2


def _swap(one: Path, other: Path) -> None:
    between = one.with_name("between")
    one.rename(between)
    other.rename(one)
    between.rename(other)


def test_publications_that_changed_places_are_seen(shown: Home) -> None:
    first, second = shown.published / "1", shown.published / "2"
    _swap(first, second)
    try:
        assert len(damaged_in(shown, "published")) == 2
    finally:
        _swap(first, second)


@pytest.mark.parametrize("which", ["ledger", "vault"])
@pytest.mark.parametrize("way", ["cut", "fill_with_noise", "empty", "remove"])
def test_a_database_that_lost_its_shape_is_seen(restored: Home, which: str, way: str) -> None:
    from django.db import connections

    known = known_to(restored)
    connections.close_all()
    path: Path = getattr(restored, which)
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    SPOILINGS[way](path, random.Random(SEED))
    assert damaged_in(restored, which, known=known)


@pytest.mark.parametrize("which", ["first", "last", "one between"])
def test_a_row_of_the_ledger_that_is_gone_is_seen(restored: Home, which: str) -> None:
    """All that is left is whole: no seal tells of it."""
    from django.db import connections

    known = known_to(restored)
    connections.close_all()
    gone = []
    with closing(sqlite3.connect(restored.ledger, isolation_level=None)) as con:
        for (trigger,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            con.execute(f"DROP TRIGGER {trigger}")
        for table in ("verdict", "submissionevent", "obligation", "scope", "submission", "build"):
            numbers = [row for (row,) in con.execute(f"SELECT id FROM ledger_{table} ORDER BY id")]
            number = {"first": numbers[0], "last": numbers[-1]}.get(which, numbers[len(numbers) // 2])
            con.execute(f"DELETE FROM ledger_{table} WHERE id = ?", [number])
            gone.append(f"ledger_{table} {number}")
    places = damaged_in(restored, "ledger", known=known)
    # What others refer to is missed by them, too: that is told of the file.
    assert sorted(place for place in places if place.startswith("ledger_")) == sorted(gone)
    if which == "one between":  # a quick look counts what is sealed
        found = look.look_through(restored, known, every_byte=False).found
        told = {each.place: each.mend for each in found if each.place.startswith("ledger_")}
        sealed = {place.partition(" ")[0] for place in gone} - {"ledger_obligation"}
        assert told == dict.fromkeys(sealed, "ledger_table_rows")


def test_no_bit_of_what_the_vault_holds_turns_unseen(shown: Home) -> None:
    """Every row of every table, any of its bits: SQLite's own check sees none of it."""

    chance = random.Random(SEED)
    known = known_to(shown)
    with kept(shown.vault):
        for _ in range(_FLIPS):
            with sqlite3.connect(shown.vault) as con:
                rows = con.execute("SELECT kind, key_version, hmac, person_key FROM alias").fetchall()
                kind, version, hmac, key = chance.choice(rows)
                held = bytearray(hmac)
                held[chance.randrange(len(held))] ^= 1 << chance.randrange(8)
                turned = key ^ (1 << chance.randrange(63))
                changed, row = chance.choice([("hmac", bytes(held)), ("person_key", turned)])
                named = (kind, version, hmac)
                con.execute(
                    f"UPDATE alias SET {changed} = ? WHERE (kind, key_version, hmac) = (?, ?, ?)",
                    (row, *named),
                )
            assert damaged_in(shown, "vault", known=known)
            back = (hmac, key, kind, version, row if changed == "hmac" else hmac)
            with sqlite3.connect(shown.vault) as con:
                con.execute(
                    "UPDATE alias SET hmac = ?, person_key = ? WHERE (kind, key_version, hmac) = (?, ?, ?)",
                    back,
                )
            con.close()
        assert not damaged_in(shown, "vault", known=known)


def test_a_file_nobody_stored_is_told_and_is_no_damage(shown: Home) -> None:
    strangers = [
        shown.raw / "ab" / "note.txt",
        shown.lake / "attendance" / "note.txt",
        shown.findings / "a.xlsx",
    ]
    try:
        for each in strangers:
            each.parent.mkdir(parents=True, exist_ok=True)
            each.write_text("?", encoding="utf-8")
        looked = look.look_through(shown, known_to(shown), every_byte=True)
        assert {shown.root / each.place for each in looked.found} == set(strangers)
        assert looked.damaged == []
    finally:
        for each in strangers:
            each.unlink()


def test_a_quick_look_sees_what_is_gone_or_cut(shown: Home) -> None:
    chance = random.Random(SEED)
    known = known_to(shown)
    for kind in KINDS:
        for way in ("cut", "empty", "remove"):
            file = files_of(shown)[kind][0]
            with kept(file):
                SPOILINGS[way](file, chance)
                assert damaged_in(shown, kind, every_byte=False, known=known), (kind, way)


def test_a_nil_return_has_no_findings_and_that_is_no_damage(filled: Country) -> None:
    home = filled.home
    filled.submit_nil("staff_roster", SCHOOLS[0], "2026-Q3")
    for every_byte in (False, True):
        assert look.look_through(home, known_to(home), every_byte=every_byte).damaged == []
