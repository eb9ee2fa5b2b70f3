"""Damage to any stored file is seen by looking through everything, and nothing damaged is built from or shown."""

from __future__ import annotations

import ast
import json
import random
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb
import pytest

import ingest.ledger
from ingest.digests import digest_path, write_digest
from ingest.home import Home, InstallationError
from ingest.ledger import builds, publications
from ingest.ledger.decisions.manifest import counting
from ingest.ledger.records import Build, Verdict
from ingest.ledger.seals.sealed import BrokenSealError
from ingest.receive.store import RawStore
from tests.faults.spoiling import SPOILINGS, fill_with_noise, flip_a_bit, kept
from tests.warehouse.country import NOW, SCHOOLS, Country
from warehouse.services.upkeep.rebuild import rebuild
from warehouse.services.verify import look
from warehouse.services.verify.known import Known
from warehouse.services.verify.mend import can_mend
from warehouse.storage.builds.build import build, persons_of, warehouse_of
from warehouse.storage.first_digests import give_digests
from warehouse.storage.lake.lake_files import link_files, require_lake
from warehouse.storage.shown.publish import PublicationError, publish, rollback, shown_number

SEED = 20261126
PROJECT = Path(__file__).parents[2]
_FLIPS = 8
# How often each kind of harm is tried: a publication takes a hundred times as long to look through as a finding.
_LARGE, _FLIPS_OF_LARGE = ("builds", "published"), 3


@pytest.fixture(scope="module")
def shown(reported: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A home with two builds and two publications, the second shown. What is damaged in it is put back."""
    from django.db import connections

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("BBAJ_LEDGER_URL", raising=False)
        patch.setattr(look, "_A_MOMENT", 0.0)
        connections.close_all()
        root = tmp_path_factory.mktemp("damaged") / "home"
        shutil.copytree(reported, root, symlinks=True)
        home = Home(root)
        ingest.ledger.setup(home)
        publish(home, build(home).build_id)
        publish(home, _built_again(home))
        give_digests(home)
        yield home
        connections.close_all()


def _built_again(home: Home) -> int:
    """The number of a second build, equal to the first: dbt takes long, and says the same."""
    first = Build.objects.get()
    second = builds.start(counting(), NOW)
    shutil.copytree(home.builds / str(first.pk), home.builds / str(second.pk), symlinks=True)
    from warehouse.storage.builds.finished.warehouse_file import rows_of_tables

    for file in (warehouse_of(home, second.pk), persons_of(home, second.pk)):
        write_digest(file, tables=rows_of_tables(file))
    builds.finish(second.pk, "succeeded", NOW)
    return second.pk


@pytest.fixture
def restored(shown: Home) -> Iterator[Home]:
    """The same for a test that changes more than single files: everything is as before afterwards."""
    from django.db import connections

    connections.close_all()
    aside = shown.root.with_name("aside")
    shutil.copytree(shown.root, aside, symlinks=True)
    yield shown
    connections.close_all()
    shutil.rmtree(shown.root)
    aside.rename(shown.root)


def _known(home: Home) -> Known:
    ingest.ledger.setup(home)
    return Known.of_ledger()


def _files(home: Home) -> dict[str, list[Path]]:
    """Every kind of stored file: the store that looks through it, with its digests."""
    with_digest = {
        "lake": [each for each in home.lake.glob("*/period=*/*.parquet") if each.stem != "empty"],
        "reference": list(home.reference.glob("*/period=*/*.parquet")),
        "findings": list(home.findings.glob("*.json")),
        "builds": [*home.builds.glob("*/warehouse.duckdb"), *home.builds.glob("*/persons.duckdb")],
        "published": [
            *home.published.glob("[0-9]/warehouse.duckdb"),
            *home.published.glob("[0-9]/manifest.json"),
            *home.persons.glob("[0-9]/persons.duckdb"),
        ],
    }
    found = {kind: sorted(files) for kind, files in with_digest.items()}
    found["lake"] += sorted(home.lake.glob("*/period=none/empty.parquet"))
    digests = {f"{kind}, digests": [digest_path(file) for file in files] for kind, files in found.items()}
    raw = [RawStore(home).path(sha256) for sha256 in sorted(_known(home).raw)]
    reading = sorted(home.published.glob("[0-9]/reading/*.duckdb"))  # the manifest says what they are
    keys = sorted(home.keys.glob("*.key"))
    return found | digests | {"published, reading": reading, "raw": raw, "vault, keys": keys}


KINDS = (
    *("lake", "reference", "findings", "builds", "published"),
    *("lake, digests", "reference, digests", "findings, digests", "builds, digests", "published, digests"),
    *("published, reading", "raw", "vault, keys"),
)


def _damaged(home: Home, kind: str, *, every_byte: bool = True, known: Known | None = None) -> list[str]:
    store = kind.partition(",")[0]
    looked = look.look_through(home, known or _known(home), every_byte=every_byte, stores=[store])
    return [each.place for each in looked.damaged]


def test_nothing_is_damaged_where_nothing_happened(shown: Home) -> None:
    for every_byte in (False, True):
        looked = look.look_through(shown, _known(shown), every_byte=every_byte)
        assert looked.found == ()
        assert looked.files > 20
    for kind, files in _files(shown).items():
        assert files, kind


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", SPOILINGS)
def test_whatever_happens_to_a_file_is_seen(shown: Home, kind: str, way: str) -> None:
    chance = random.Random(f"{SEED} {kind} {way}")
    known = _known(shown)
    is_large = kind.startswith(_LARGE)
    flips, others = (_FLIPS_OF_LARGE, 1) if is_large else (_FLIPS, 2)
    times = flips if way == "flip_a_bit" else others
    for _ in range(times):
        file = chance.choice(_files(shown)[kind])
        with kept(file):
            SPOILINGS[way](file, chance)
            owner = str(file.relative_to(shown.root)).removesuffix(".digest")
            places = _damaged(shown, kind, known=known)
            assert any(owner.startswith(place) for place in places), (owner, places)


@pytest.mark.parametrize("kind", ["lake", "findings", "raw"])
def test_files_that_changed_places_are_seen(shown: Home, kind: str) -> None:
    """With their digests: each is whole, and none is what stands in the ledger under its name."""
    files = _files(shown)[kind]
    sizes = {file: file.stat().st_size for file in files if file.stem != "empty"}
    one = next(iter(sizes))
    other = next(file for file in sizes if file.read_bytes() != one.read_bytes())
    both = [one, other, digest_path(one), digest_path(other)]
    for further in (False, True):
        with kept(*both):
            _swap(one, other)
            if further and kind != "raw":
                _swap(digest_path(one), digest_path(other))
            assert len(_damaged(shown, kind)) >= 2
            if further and kind in ("lake", "findings"):  # and their digests written anew
                for file in (one, other):
                    write_digest(file)
                assert len(_damaged(shown, kind)) >= 2


def _swap(one: Path, other: Path) -> None:
    between = one.with_name("between")
    one.rename(between)
    other.rename(one)
    between.rename(other)


def test_publications_that_changed_places_are_seen(shown: Home) -> None:
    first, second = shown.published / "1", shown.published / "2"
    _swap(first, second)
    try:
        assert len(_damaged(shown, "published")) == 2
    finally:
        _swap(first, second)


@pytest.mark.parametrize("which", ["ledger", "vault"])
@pytest.mark.parametrize("way", ["cut", "fill_with_noise", "empty", "remove"])
def test_a_database_that_lost_its_shape_is_seen(restored: Home, which: str, way: str) -> None:
    from django.db import connections

    known = _known(restored)
    connections.close_all()
    path: Path = getattr(restored, which)
    for beside in ("-wal", "-shm"):
        path.with_name(path.name + beside).unlink(missing_ok=True)
    SPOILINGS[way](path, random.Random(SEED))
    assert _damaged(restored, which, known=known)


def test_no_bit_of_what_the_vault_holds_turns_unseen(shown: Home) -> None:
    """Every row of every table, any of its bits: SQLite's own check sees none of it."""
    import sqlite3

    chance = random.Random(SEED)
    known = _known(shown)
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
            assert _damaged(shown, "vault", known=known)
            back = (hmac, key, kind, version, row if changed == "hmac" else hmac)
            with sqlite3.connect(shown.vault) as con:
                con.execute(
                    "UPDATE alias SET hmac = ?, person_key = ? WHERE (kind, key_version, hmac) = (?, ?, ?)",
                    back,
                )
            con.close()
        assert not _damaged(shown, "vault", known=known)


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
        looked = look.look_through(shown, _known(shown), every_byte=True)
        assert {shown.root / each.place for each in looked.found} == set(strangers)
        assert looked.damaged == []
    finally:
        for each in strangers:
            each.unlink()


def test_a_quick_look_sees_what_is_gone_or_cut(shown: Home) -> None:
    chance = random.Random(SEED)
    known = _known(shown)
    for kind in KINDS:
        for way in ("cut", "empty", "remove"):
            file = _files(shown)[kind][0]
            with kept(file):
                SPOILINGS[way](file, chance)
                assert _damaged(shown, kind, every_byte=False, known=known), (kind, way)


@pytest.mark.parametrize("way", SPOILINGS)
def test_nothing_is_built_from_a_damaged_lake(shown: Home, way: str) -> None:
    chance = random.Random(f"{SEED} {way}")
    number = shown_number(shown)
    ingest.ledger.setup(shown)
    before = Build.objects.count()
    for _ in range(4):
        file = chance.choice(_files(shown)["lake"])
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
    assert _damaged(restored, "published")
    assert publish(restored).number == 2
    assert not _damaged(restored, "published")
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
    known = _known(shown)
    files = _files(shown)
    with kept(files["lake"][0], files["raw"][0]):
        flip_a_bit(files["lake"][0], random.Random(SEED))
        assert can_mend(look.look_through(shown, known, every_byte=True))
        flip_a_bit(files["raw"][0], random.Random(SEED))
        looked = look.look_through(shown, known, every_byte=True)
        assert not can_mend(looked)
        [raw] = [each for each in looked.damaged if each.store == "raw"]
        assert raw.facts["receipts"] and str(raw.facts["receipts"][0]) in raw.facts["senders"]


def test_every_damage_and_its_remedy_have_words() -> None:
    """What may be found is written where it is found: no name without a phrase, no phrase without a place."""
    from ingest.cli.frame.speech import phrases

    places = [
        *(PROJECT / "warehouse" / "services" / "verify").glob("*.py"),
        PROJECT / "ingest" / "digests.py",
    ]
    places.append(PROJECT / "warehouse" / "storage" / "builds" / "finished" / "warehouse_file.py")
    written = "\n".join(each.read_text(encoding="utf-8") for each in places)
    named = set(re.findall(r'"([a-z_]+)"', written))
    for kind in ("damage", "mend"):
        said = {name.removeprefix(f"{kind}_") for name in phrases() if name.startswith(f"{kind}_")}
        assert said <= named | {"found", "head"}, said - named
    for place in places:
        for call in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Found":
                texts = [each.value if isinstance(each, ast.Constant) else None for each in call.args]
                for kind, text in zip(("store", "", "damage", "mend"), texts, strict=False):
                    assert not kind or text is None or f"{kind}_{text}" in phrases(), ast.unparse(call)


Said = Callable[..., tuple[int, str, str]]


@pytest.fixture
def said(shown: Home, monkeypatch: pytest.MonkeyPatch) -> Said:
    """`bbaj` with these words over that home: exit code, stdout, stderr."""
    from django.db import connections
    from typer.testing import CliRunner

    from ingest.cli import app

    def run(*words: str) -> tuple[int, str, str]:
        connections.close_all()
        ran = CliRunner().invoke(app, list(words), env={"BBAJ_HOME": str(shown.root)})
        return ran.exit_code, ran.stdout, ran.stderr

    return run


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_it_is_said_what_to_do_about_each(shown: Home, said: Said, language: str) -> None:
    code, out, _ = said("verify", "--full", "--lang", language)
    assert code == 0, out
    files = _files(shown)
    spoilt = [files[kind][0] for kind in ("lake", "findings", "builds", "raw")] + [
        shown.published / "1" / "manifest.json"
    ]
    with kept(*spoilt):
        for file in spoilt:
            flip_a_bit(file, random.Random(SEED))
        code, out, err = said("verify", "--full", "--lang", language)
        assert code == 1
        assert "Traceback" not in err
        sender = str(_known(shown).senders[files["raw"][0].name][0])
        for remedy in ("bbaj rebuild", "bbaj build --force", sender):
            assert remedy in out
        code, out, _ = said("verify", "--full", "--json")
        told = json.loads(out)
        assert {each["store"] for each in told["damaged"]} == {
            "lake",
            "findings",
            "builds",
            "raw",
            "published",
        }
        assert all(
            each["receipts"] for each in told["damaged"] if each["store"] in ("raw", "lake", "findings")
        )
    with kept(files["findings"][0]):
        flip_a_bit(files["findings"][0], random.Random(SEED))
        assert (
            said("verify", "--lang", language)[0] == 0
        )  # a quick look does not read what was found in files


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
        assert not can_mend(look.look_through(restored, _known(restored), every_byte=True))
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


def test_a_home_without_a_ledger_is_looked_through_all_the_same(restored: Home, said: Said) -> None:
    from django.db import connections

    connections.close_all()
    fill_with_noise(restored.ledger, random.Random(SEED))
    code, out, err = said("verify", "--json")
    assert code == 1, err
    told = json.loads(out)
    assert told["ledger_read"] is False
    assert {each["store"] for each in told["damaged"]} == {"ledger"}


def test_the_weekly_look_fails_in_words(
    shown: Home, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from warehouse.services.tasks.clockwork import verify_everything

    monkeypatch.setenv("BBAJ_HOME", str(shown.root))
    assert verify_everything() > 20
    file = _files(shown)["findings"][0]
    with kept(file), caplog.at_level("ERROR"):
        flip_a_bit(file, random.Random(SEED))
        with pytest.raises(SystemExit):
            verify_everything()
    assert f"restricted/findings/{file.name} (altered)" in caplog.text
    assert "Traceback" not in caplog.text


def test_the_lake_is_mended_where_that_is_asked(restored: Home, said: Said) -> None:
    files = _files(restored)
    flip_a_bit(files["lake"][0], random.Random(SEED))
    files["reference"][0].unlink()
    code, out, err = said("verify", "--full", "--repair", "--json")
    assert code == 0, (out, err)
    told = json.loads(out)
    assert (told["mended"], told["damaged"]) == (True, [])


def test_a_nil_return_has_no_findings_and_that_is_no_damage(filled: Country) -> None:
    home = filled.home
    filled.submit_nil("staff_roster", SCHOOLS[0], "2026-Q3")
    for every_byte in (False, True):
        assert look.look_through(home, _known(home), every_byte=every_byte).damaged == []
