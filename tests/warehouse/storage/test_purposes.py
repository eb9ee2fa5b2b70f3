"""Files of written purposes: what is named and no more, under keys of their own, gone when they are over."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingest.cli.commands.purpose.purposes import _tables_named
from ingest.cli.frame.speech import RefusedError
from ingest.home import Home
from ingest.ledger.accounts import account
from ingest.ledger.persons import purposes
from ingest.ledger.readers import open_reader
from ingest.schema.values.period import LOCAL_TIME
from signin import asked
from tests.warehouse.copies import built_alike, copied
from tests.warehouse.country import planted, run_in_child
from warehouse.services.backup.staging import _copy_vault
from warehouse.storage.builds.finished.person_rows import holds_persons
from warehouse.storage.keys.domain_keys import DomainKeys
from warehouse.storage.keys.secret import Secret
from warehouse.storage.shown import purposes as files
from warehouse.storage.shown.narrowed import tables_of_persons, write_narrowed
from warehouse.storage.shown.publish import persons_shown, publish, shown_number

__all__ = ["planted"]


@pytest.fixture
def home(shown: Home, tmp_path: Path) -> Iterator[Home]:
    from django.db import connections

    yield copied(shown.root, tmp_path / "home").home
    connections.close_all()


def _grant(home: Home, name: str, tables: dict[str, list[str]]) -> Path:
    open_reader(name, "analyst", None, "kk", account("officer"), home.now())
    until = home.now().astimezone(LOCAL_TIME).date()
    wanted = purposes.Wanted(name, tables, None, until, "order", "study")
    given = purposes.grant(wanted, 90, account("officer"), "officer", home.now())
    number = shown_number(home)
    assert number is not None
    files.keep_purposes(home, number)
    return files.file_of(home, given.number, number)


def _rows(file: Path, sql: str) -> list[Any]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(sql).fetchall()


def _all_tables(home: Home) -> dict[str, list[str]]:
    shown = persons_shown(home)
    assert shown is not None
    return {table: [] for table in tables_of_persons(shown)}


def test_two_purposes_have_no_key_of_anybody_in_common(home: Home) -> None:
    named = _all_tables(home)
    keys: list[set[int]] = []
    places = [persons_shown(home), _grant(home, "dana", named), _grant(home, "erlan", named)]
    for file, schema in zip(places, ("main", "persons", "persons"), strict=True):
        assert file is not None
        with duckdb.connect(str(file), read_only=True) as con:
            columns = con.execute(
                "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = ? AND NOT internal",
                [schema],
            ).fetchall()
            keys.append(
                {
                    key
                    for table, column in columns
                    if holds_persons(column)
                    for (key,) in con.execute(
                        f'SELECT DISTINCT "{column}" FROM {schema}."{table}"'
                    ).fetchall()
                    if key >= 0
                }
            )
    assert len({len(each) for each in keys}) == 1 and keys[0]
    assert not keys[0] & keys[1] and not keys[0] & keys[2] and not keys[1] & keys[2]


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        (["fct_mark"], {"fct_mark": []}),
        (["fct_mark: points , learner_key"], {"fct_mark": ["points", "learner_key"]}),
        (["fct_mark:points", "fct_mark:learner_key"], {"fct_mark": ["points", "learner_key"]}),
        (["fct_mark:points", "fct_mark"], {"fct_mark": []}),
        (["fct_mark", "fct_mark:points"], {"fct_mark": []}),
    ],
)
def test_what_is_named_is_what_is_given(home: Home, named: list[str], expected: dict[str, list[str]]) -> None:
    assert _tables_named(home, named) == expected


@pytest.mark.parametrize(
    "named", ["fct_mark:", "fct_mark: , ", "fct_mark:nobody", ":points", "", "dim_nobody"]
)
def test_a_colon_without_columns_gives_no_whole_table(home: Home, named: str) -> None:
    with pytest.raises(RefusedError):
        _tables_named(home, [named])


def test_a_backup_has_the_journal_and_nothing_else_of_a_purpose(home: Home, tmp_path: Path) -> None:
    _grant(home, "dana", _all_tables(home))
    asked.ask(home.purposes, "1", "dana", 7, "asked", "select 1")
    (tmp_path / "vault").mkdir()
    _copy_vault(home, tmp_path / "vault")
    taken = tmp_path / "vault" / home.purposes.name
    assert [path.name for path in taken.rglob("*")] == [asked.FILE]
    assert [each.sql for each in asked.read(taken).questions] == ["select 1"]
    # A copy in the middle of a line: what is read tells of it, and who writes on begins behind the last whole one.
    whole = (taken / asked.FILE).read_bytes()
    (taken / asked.FILE).write_bytes(whole + whole[:20])
    asked.ask(taken, "2", "dana", 7, "asked", "select 2")
    assert asked.read(taken).broken is None and len(asked.read(taken).questions) == 2


def test_who_dies_while_a_file_is_made_leaves_none_and_it_is_made_again(home: Home) -> None:
    file = _grant(home, "dana", _all_tables(home))
    made = sorted(path.name for path in file.parent.parent.iterdir())
    shutil.rmtree(file.parent)
    number = shown_number(home)
    keep = f"from warehouse.storage.shown.purposes import keep_purposes\nkeep_purposes(home, {number})"
    assert run_in_child(home, keep, "purpose:made").returncode != 0
    assert not file.exists() and len(list(file.parent.parent.iterdir())) == len(
        made
    )  # the draft, for nobody to open
    files.keep_purposes(home, number)
    assert file.is_file() and sorted(path.name for path in file.parent.parent.iterdir()) == made


def test_what_is_published_anew_is_made_anew_under_the_same_keys(home: Home) -> None:
    table = next(table for table in _all_tables(home) if table == "fct_attendance")
    file = _grant(home, "dana", {table: ["learner_key", "lessons_missed"]})
    asked = f"SELECT DISTINCT learner_key FROM persons.{table} ORDER BY ALL"
    before = _rows(file, asked)
    assert before and [name for name, *_ in _rows(file, f"DESCRIBE persons.{table}")] == [
        "learner_key",
        "lessons_missed",
    ]
    publish(home, built_alike(home))
    assert not file.exists()
    number = shown_number(home)
    [again] = home.purposes.glob(f"*/{number}/warehouse.duckdb")
    assert _rows(again, asked) == before
    assert not list(home.purposes.glob("*/*.partial"))


def test_rows_go_at_once_and_stay_away_while_somebody_is_erased(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _grant(home, "dana", {"fct_attendance": []})
    files.forget_rows(home)
    assert not file.exists()
    with monkeypatch.context() as patched:
        patched.setattr(files, "unfinished", lambda _home: ["one"])
        files.keep_purposes(home, shown_number(home))
        files.make_ahead(home, shown_number(home) or 0)
        assert not file.exists()
    files.keep_purposes(home, shown_number(home))
    assert file.exists()


def test_what_is_over_leaves_nothing_but_the_act(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    file = _grant(home, "dana", {"fct_attendance": []})
    [given] = purposes.purposes()
    later = given.ends_at + timedelta(seconds=1)
    monkeypatch.setattr(Home, "now", lambda _self: later)
    assert files.keep_purposes(home, shown_number(home)) == []
    assert not file.parent.parent.exists()
    [closed] = purposes.purposes()
    assert replace(closed, is_closed=False) == given and closed.is_closed


def test_a_purpose_that_cannot_be_served_keeps_nobody_from_a_publication(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _grant(home, "dana", {"fct_attendance": []})

    def broken(*_given: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(files, "write_narrowed", broken)
    shown = publish(home, built_alike(home))
    assert shown_number(home) == shown.number
    assert not file.exists() and not list(home.purposes.glob("*/*/warehouse.duckdb"))


def test_a_territory_without_rows_gives_none(home: Home, tmp_path: Path) -> None:
    persons = persons_shown(home)
    assert persons is not None
    named = _all_tables(home)
    file, keys = tmp_path / "narrowed.duckdb", DomainKeys("purpose", Secret(1, b"x" * 32))
    write_narrowed(file, home.warehouse, persons, {**named, "gone": []}, "999999999", keys)
    for table in named:
        assert _rows(file, f'SELECT count(*) FROM persons."{table}"') == [(0,)], table
