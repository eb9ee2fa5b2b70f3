"""Nothing damaged is built from or shown, and what can be made anew is."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

import ingest.ledger
from ingest.digests import write_digest
from ingest.home import Home, InstallationError
from ingest.ledger import builds, publications
from ingest.ledger.decisions.manifest import counting
from ingest.ledger.records import Build, Verdict
from ingest.ledger.seals.sealed import BrokenSealError
from tests.faults.damage.conftest import Said
from tests.faults.damage.stored import SEED, damaged_in, files_of, known_to
from tests.faults.spoiling import SPOILINGS, fill_with_noise, flip_a_bit, kept
from tests.warehouse.country import NOW
from warehouse.services.upkeep.rebuild import rebuild
from warehouse.services.verify import look
from warehouse.services.verify.mend import can_mend
from warehouse.storage.builds.build import build, warehouse_of
from warehouse.storage.lake.lake_files import link_files, require_lake
from warehouse.storage.shown.publish import PublicationError, publish, rollback, shown_number


@pytest.mark.parametrize("way", SPOILINGS)
def test_nothing_is_built_from_a_damaged_lake(shown: Home, way: str) -> None:
    chance = random.Random(f"{SEED} {way}")
    number = shown_number(shown)
    ingest.ledger.setup(shown)
    before = Build.objects.count()
    for _ in range(4):
        file = chance.choice(files_of(shown)["lake"])
        with kept(file):
            SPOILINGS[way](file, chance)
            with pytest.raises(InstallationError) as refused:
                build(shown, force=True)
            assert refused.value.code in ("lake_lacks", "lake_damaged")
            assert file.name in str(refused.value)
    assert Build.objects.count() == before
    assert shown_number(shown) == number


def test_a_copy_of_a_file_of_the_lake_is_not_read(restored: Home, tmp_path: Path) -> None:
    """It would count every row twice: its rows say that they are of a batch that counts."""
    ingest.ledger.setup(restored)
    manifest = counting()
    for file in list(restored.lake.glob("*/period=2*/*.parquet")):
        shutil.copy(file, file.with_name("copy.parquet"))
    (restored.lake / "attendance" / "period=2026-W40").mkdir()
    (restored.lake / "attendance" / "period=2026-W40" / "noise.parquet").write_bytes(b"PAR1 noise PAR1")
    link_files(require_lake(restored, manifest), restored.lake, tmp_path / "lake")
    for form in ("attendance", "learner_roster"):
        # As the model reads it.
        source = f"read_parquet('{tmp_path}/lake/{form}/*/*.parquet', hive_partitioning = true)"
        with duckdb.connect() as con:
            rows = con.execute(f"SELECT count(*) FROM {source}").fetchone()
        assert rows == (sum(entry.rows_accepted for entry in manifest if entry.form == form),)


@pytest.mark.parametrize("way", SPOILINGS)
def test_a_damaged_build_is_not_shown(restored: Home, way: str) -> None:
    ingest.ledger.setup(restored)
    chance = random.Random(f"{SEED} {way}")
    first = Build.objects.order_by("pk").first()
    assert first is not None
    SPOILINGS[way](warehouse_of(restored, first.pk), chance)
    with pytest.raises(PublicationError) as refused:
        publish(restored, first.pk)
    assert refused.value.code == ("build_gone" if way == "remove" else "build_damaged")
    assert shown_number(restored) == 2


@pytest.mark.parametrize("way", SPOILINGS)
@pytest.mark.parametrize("name", ["warehouse.duckdb", "manifest.json"])
def test_a_damaged_publication_is_not_gone_back_to(shown: Home, way: str, name: str) -> None:
    ingest.ledger.setup(shown)
    file = shown.published / "1" / name
    with kept(file):
        SPOILINGS[way](file, random.Random(f"{SEED} {way}"))
        with pytest.raises(PublicationError) as refused:
            rollback(shown, 1)
        assert refused.value.code in ("damaged", "not_kept")
    assert shown_number(shown) == 2
    current = publications.current()
    assert current is not None
    assert (current.number, publications.held()) == (2, None)


@pytest.mark.parametrize("way", SPOILINGS)
def test_what_is_shown_is_mended_from_its_build(restored: Home, way: str) -> None:
    ingest.ledger.setup(restored)
    SPOILINGS[way](restored.warehouse.resolve(), random.Random(f"{SEED} {way}"))
    assert damaged_in(restored, "published")
    assert publish(restored).number == 2
    assert not damaged_in(restored, "published")
    with duckdb.connect(str(restored.warehouse), read_only=True) as con:
        assert con.execute("SELECT publication_number FROM main.dim_publication").fetchall() == [(2,)]


def test_a_loss_is_seen_beside_a_damaged_publication(restored: Home) -> None:
    """What is shown cannot be read any more: what its digest tells of it still stands against an empty one."""
    ingest.ledger.setup(restored)
    fill_with_noise(restored.warehouse.resolve(), random.Random(SEED))
    emptied = Build.objects.create(manifest_sha256="0" * 64, started_at=NOW, ended_at=NOW)
    folder = restored.builds / str(emptied.pk)
    folder.mkdir()
    for name, table in (("warehouse", "dim_date"), ("persons", "fct_attendance")):
        with duckdb.connect(str(folder / f"{name}.duckdb")) as con:
            con.execute(f"CREATE TABLE {table} (person_key BIGINT)")
        write_digest(folder / f"{name}.duckdb", tables={table: 0})
    builds.finish(emptied.pk, "succeeded", NOW)
    with pytest.raises(PublicationError) as refused:
        publish(restored, emptied.pk)
    assert refused.value.code == "loss"


def test_what_is_made_from_damaged_originals_is_not_mended_unasked(shown: Home) -> None:
    known = known_to(shown)
    files = files_of(shown)
    with kept(files["lake"][0], files["raw"][0]):
        flip_a_bit(files["lake"][0], random.Random(SEED))
        assert can_mend(look.look_through(shown, known, every_byte=True))
        flip_a_bit(files["raw"][0], random.Random(SEED))
        looked = look.look_through(shown, known, every_byte=True)
        assert not can_mend(looked)
        [raw] = [each for each in looked.damaged if each.store == "raw"]
        assert raw.facts["receipts"] and str(raw.facts["receipts"][0]) in raw.facts["senders"]


def test_nothing_is_built_or_shown_from_a_ledger_that_says_something_else(restored: Home, said: Said) -> None:
    ingest.ledger.setup(restored)
    [verdict] = Verdict.objects.order_by("pk")[2:3]
    with _other_value(restored, "ledger_verdict", "id", verdict.pk, "rows_accepted = rows_accepted + 2"):
        for act in (lambda: build(restored, force=True), lambda: rebuild(restored)):
            with pytest.raises(BrokenSealError, match=f"ledger_verdict: row {verdict.pk} "):
                act()
        code, out, _ = said("verify", "--full", "--json")
        damaged = [each for each in json.loads(out)["damaged"] if each["store"] == "ledger"]
        assert (code, [each["place"] for each in damaged]) == (1, [f"ledger_verdict {verdict.pk}"])
        assert not can_mend(look.look_through(restored, known_to(restored), every_byte=True))
        code, _, err = said("build", "--force", "--lang", "en")
        assert (code, "Traceback" in err) == (70, False), err
        assert f"Row {verdict.pk} of the ledger's table ledger_verdict" in " ".join(err.split())
    ingest.ledger.setup(restored)
    with _other_value(restored, "ledger_publication", "number", 1, "data_as_of = '2020-01-01 00:00:00'"):
        for act in (lambda: publish(restored), lambda: rollback(restored, 1)):
            with pytest.raises(BrokenSealError, match="ledger_publication: row 1 "):
                act()
    assert shown_number(restored) == 2
    assert publish(restored).number == 2


@contextmanager
def _other_value(home: Home, table: str, key: str, row: int, change: str) -> Iterator[None]:
    """One row changed in the file itself, and the file put back afterwards."""
    from django.db import connections

    connections.close_all()
    with kept(home.ledger):
        with closing(sqlite3.connect(home.ledger, isolation_level=None)) as con:
            con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            con.execute("PRAGMA ignore_check_constraints = ON")
            con.execute(f"UPDATE {table} SET {change} WHERE {key} = ?", [row])
            con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield
        connections.close_all()


def test_the_lake_is_mended_where_that_is_asked(restored: Home, said: Said) -> None:
    files = files_of(restored)
    flip_a_bit(files["lake"][0], random.Random(SEED))
    files["reference"][0].unlink()
    code, out, err = said("verify", "--full", "--repair", "--json")
    assert code == 0, (out, err)
    told = json.loads(out)
    assert (told["mended"], told["damaged"]) == (True, [])
