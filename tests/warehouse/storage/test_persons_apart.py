"""What is of single persons is published beside the vault, under keys that nothing else has."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from ingest.home import Home
from ingest.ledger import publications
from tests.warehouse.copies import built_alike, copied
from tests.warehouse.country import planted
from warehouse.storage.builds.build import build, is_due
from warehouse.storage.builds.finished.built_files import WAREHOUSE
from warehouse.storage.builds.finished.persons_apart import PERSONS
from warehouse.storage.keys.domain_keys import begin_version, domain_keys
from warehouse.storage.keys.vault import LOWEST_KEY, Vault
from warehouse.storage.shown.leak import leaks_of
from warehouse.storage.shown.publish import PublicationError, persons_shown, publish, rollback, shown_number

pytestmark = pytest.mark.usefixtures("carried")


@pytest.fixture
def home(shown: Home, tmp_path: Path) -> Iterator[Home]:
    from django.db import connections

    yield copied(shown.root, tmp_path / "home").home
    connections.close_all()


def _issued(home: Home) -> set[int]:
    with Vault(home) as vault:
        return set(vault.issued())


def _large_numbers(file: Path) -> set[int]:
    """Every number of a file that could be the key of a person, also one written in a text."""
    with duckdb.connect(":memory:") as con:
        con.execute(f"ATTACH '{file}' AS looked (READ_ONLY)")
        columns = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'looked' AND NOT internal"
        ).fetchall()
        found: set[int] = set()
        for table, column in columns:
            numbers = con.execute(
                f'SELECT DISTINCT n FROM (SELECT TRY_CAST("{column}" AS BIGINT) AS n FROM looked."{table}")'
                f" WHERE n >= {LOWEST_KEY}"
            ).fetchall()
            found |= {number for (number,) in numbers}
        return found


def _in_the_lake(home: Home) -> set[int]:
    found: set[int] = set()
    for file in home.lake.rglob("*.parquet"):
        table = pq.read_table(file, partitioning=None)
        if "person_key" in table.column_names:
            found |= set(table["person_key"].drop_null().to_pylist())  # type: ignore[arg-type]
    return found


def _persons(home: Home) -> Path:
    file = persons_shown(home)
    assert file is not None
    return file


def _keys(file: Path) -> set[int]:
    with duckdb.connect(str(file), read_only=True) as con:
        return {
            key
            for (key,) in con.execute("SELECT learner_key FROM dim_learner WHERE learner_key >= 0").fetchall()
        }


def test_nothing_published_can_be_joined_back(home: Home) -> None:
    """The attack: whoever has the lake and the vault looks for any number that what is published has, too."""
    issued, lake, own = _issued(home), _in_the_lake(home), _keys(_persons(home))
    assert lake
    assert lake <= issued
    assert len(own) == len(lake)
    readers = _large_numbers(home.warehouse)
    assert readers
    assert not readers & (issued | own)
    assert not _large_numbers(_persons(home)) & issued
    assert leaks_of(home, replace(planted(), keys=frozenset(issued))) == []
    # Only who has the domain's secret finds a child again, as a parents' page will have to.
    assert {domain_keys(home, "publication").of([person])[person] for person in lake} == own
    assert not own & set(domain_keys(home, "open_data").of(lake).values())


def test_the_leak_test_knows_the_keys(home: Home) -> None:
    somebody = min(_issued(home))
    with duckdb.connect(str(_persons(home).resolve())) as con:
        con.execute(f"CREATE TABLE other AS SELECT 'see {somebody}' AS note")
    wanted = replace(planted(), keys=frozenset({somebody}))
    assert [leak.place for leak in leaks_of(home, wanted)] == ["main.other.note"]


def test_readers_find_no_table_with_a_row_a_person(home: Home) -> None:
    with duckdb.connect(str(home.warehouse), read_only=True) as con:
        tables = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        columns = {
            name
            for (name,) in con.execute(
                "SELECT column_name FROM duckdb_columns() WHERE NOT internal"
            ).fetchall()
        }
    with duckdb.connect(str(_persons(home)), read_only=True) as con:
        apart = {name for (name,) in con.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    assert {"rpt_attendance_by_territory", "fct_obligation", "dim_organisation"} <= tables
    assert {"fct_attendance", "fct_enrolment", "fct_term_result", "dim_learner"} <= apart
    assert not tables & apart
    assert not columns & {"person_key", "learner_key", "staff_key", "age", "sex_code", "letter", "mark"}


def test_the_file_of_persons_is_its_owners_alone(home: Home) -> None:
    file = _persons(home)
    assert home.restricted in file.parents
    assert file.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in (home.persons, file.parent)} == {0o700}
    manifest = json.loads((home.warehouse.parent / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["persons"]["keys"] == {"domain": "publication", "version": 1}
    assert "fct_attendance" in manifest["persons"]["tables"]


def test_keys_change_all_at_once(home: Home) -> None:
    before = _keys(_persons(home))
    assert not is_due(home)
    begin_version(home, "publication", 2)
    assert is_due(home)  # without a single new report
    build(home)
    number = publish(home).number
    after = _keys(_persons(home))
    assert len(after) == len(before)
    assert not after & before
    manifest = json.loads((home.published / str(number) / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["persons"]["keys"]["version"] == 2
    # The two files go back together.
    rollback(home, 1)
    assert _keys(_persons(home)) == before


def test_a_publication_that_still_shows_persons_is_not_gone_back_to_and_goes(home: Home) -> None:
    """As the program wrote them before: the file of readers with a row a person and the vault's own key."""
    before = shown_number(home)
    with duckdb.connect(str(home.warehouse.resolve())) as con:
        con.execute("CREATE TABLE fct_enrolment AS SELECT 1 AS learner_key")
    shutil.rmtree(home.persons / str(before))
    assert persons_shown(home) is None
    with pytest.raises(PublicationError) as refused:
        rollback(home, int(before or 0))
    assert refused.value.code == "not_kept"
    built_alike(home)
    number = publish(home, accept_loss=True).number
    assert {each.name for each in home.published.iterdir() if each.name.isdigit()} == {str(number)}
    assert [each.name for each in home.persons.iterdir()] == [str(number)]
    assert (home.persons / str(number) / PERSONS).exists()
    current = publications.current()
    assert current is not None
    assert (current.number, (home.published / str(number) / WAREHOUSE).exists()) == (number, True)


def test_a_lost_secret_of_the_domain_stops_the_build(home: Home) -> None:
    from warehouse.storage.keys.secret import SecretError

    (home.keys / "publication-v1.key").unlink()
    for act in (is_due, build):
        with pytest.raises(SecretError) as refused:
            act(home)
        assert refused.value.code == "secret_gone"
    assert not (home.keys / "publication-v1.key").exists()


def test_the_threshold_is_the_installations(home: Home) -> None:
    def shown_learners() -> list[Any]:
        with duckdb.connect(str(home.warehouse), read_only=True) as con:
            return con.execute("SELECT learners FROM rpt_attendance_by_territory ORDER BY ALL").fetchall()

    assert not any(learners for (learners,) in shown_learners())  # schools of fewer than ten
    settings = home.root / "bbaj.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + "least_persons = 2\n", encoding="utf-8")
    changed = Home(home.root)
    assert is_due(changed)
    build(changed)
    publish(changed)
    assert any(learners for (learners,) in shown_learners())
