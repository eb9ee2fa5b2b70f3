"""What a build is pinned to, as a table: what is taken out of it and what it says of itself."""

from __future__ import annotations

import random
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from ingest.ledger.decisions.manifest import NOTHING, SCHEMA, Manifest, ManifestEntry

_BEGAN = datetime(2026, 9, 1, tzinfo=UTC)


def _entry(number: int, chance: random.Random) -> ManifestEntry:
    received = _BEGAN + timedelta(seconds=chance.randrange(10**6))
    approved = chance.choice([None, received + timedelta(days=2)])
    return ManifestEntry(
        number, chance.choice(["", "a", "b"]), chance.choice(["attendance", "learner_roster"]),
        chance.choice(["650940000016", "113800000"]), "organisation", chance.choice(["2026-W37", "2026-W38"]), "week",
        date(2026, 9, 7), date(2026, 9, 13), "whole", chance.random() < 0.5, chance.random() < 0.5,
        chance.random() < 0.2, received, received + timedelta(days=1), approved, chance.choice([0, 30]), 0,
    )  # fmt: skip


def _manifest(entries: list[ManifestEntry]) -> Manifest:
    return Manifest(pa.Table.from_pylist([asdict(each) for each in entries], schema=SCHEMA))


@pytest.mark.parametrize("count", [0, 1, 2, 40])
def test_it_says_what_its_entries_say(count: int, tmp_path: Path) -> None:
    chance = random.Random(count)
    entries = [_entry(number, chance) for number in range(1, count + 1)]
    manifest = _manifest(entries)
    assert list(manifest) == entries
    assert len(manifest) == count
    assert manifest.submissions == set(range(1, count + 1))
    assert manifest.organisations == len({each.node_code for each in entries})
    moments = [each for entry in entries for each in (entry.accepted_at, entry.approved_at) if each]
    assert manifest.data_as_of == max(moments, default=datetime(1970, 1, 1, tzinfo=UTC))
    landed = {
        (each.form, each.period, each.batch_id) for each in entries if each.batch_id and each.rows_accepted
    }
    assert manifest.batches() == sorted(landed)
    for batch in landed:
        rows = [each for each in entries if (each.form, each.period, each.batch_id) == batch]
        assert list(manifest.of_batches([batch])) == rows
    some = {number for number in range(count + 3) if number % 3 == 0}
    assert list(manifest.only(some)) == [each for each in entries if each.submission_id in some]
    assert list(manifest.without(some)) == [each for each in entries if each.submission_id not in some]
    manifest.write(tmp_path / "kept.parquet")
    kept = Manifest.read(tmp_path / "kept.parquet")
    assert (kept, kept.fingerprint) == (manifest, manifest.fingerprint)


def test_its_fingerprint_is_that_of_what_it_says_however_its_rows_came() -> None:
    chance = random.Random(1)
    entries = [_entry(number, chance) for number in range(1, 30)]
    whole = _manifest(entries)
    pieces = pa.concat_tables([whole.table.slice(start, 4) for start in range(0, len(whole), 4)])
    assert Manifest(pieces).fingerprint == whole.fingerprint
    assert whole.without({5}).fingerprint != whole.fingerprint != whole.without({29}).fingerprint
    assert whole.without(whole.submissions).fingerprint == NOTHING.fingerprint != whole.fingerprint
    for name in SCHEMA.names:
        other = whole.table.set_column(
            SCHEMA.get_field_index(name), name, whole.table[name].take(_turned(len(whole)))
        )
        if other[name] != whole.table[name]:
            assert Manifest(other).fingerprint != whole.fingerprint, name


def _turned(count: int) -> pa.Array:
    return pa.array([*range(1, count), 0])
