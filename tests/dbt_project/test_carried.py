"""What begins with the last build says what a whole one says, whatever happened in between."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ingest.home import Home
from ingest.progress import tell_nobody
from tests.dbt_project.country import populate
from tests.dbt_project.events import EVENTS, Event, correct, list_others, register
from tests.dbt_project.every_form import submit_every_form
from tests.dbt_project.installation import Installation
from tests.dbt_project.statements import PROJECT, Model, Statement
from tests.warm import models
from warehouse.storage.builds import kept_draft
from warehouse.storage.builds.engines import dbt_process
from warehouse.storage.builds.engines.dbt_process import BEFORE, DRAFT, Dbt
from warehouse.storage.builds.engines.dbt_run import MODEL, RESULTS
from warehouse.storage.builds.engines.unmoved import PASSED_OVER
from warehouse.storage.builds.finished import persons_apart
from warehouse.storage.builds.finished.content import hashes_of
from warehouse.storage.builds.finished.person_rows import SCHEMA
from warehouse.storage.keys.domain_keys import DomainKeys
from warehouse.storage.keys.secret import Secret

KEYS = DomainKeys("publication", Secret(1, bytes(32)))
SAID = {
    model["name"]: (model.get("config") or {}).get("meta", {})
    for path in sorted((PROJECT / "models").rglob("*.yml"))
    for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", ())
}
CARRIED = {name: meta["carried"] for name, meta in SAID.items() if "carried" in meta}
STAYS = {name: meta["stays"] for name, meta in SAID.items() if "stays" in meta}


def _country(root: Path, seed: int = 0) -> Installation:
    """The small country with every form, in which something of everything is reported."""
    root.mkdir()
    home = populate(Installation(root)).installation
    submit_every_form(home, seed, 2000)
    home.write()
    return home


def _needed(statements: dict[str, Statement]) -> set[str]:
    """What is carried, what stands in the file of persons, and what they are made of."""
    found: set[str] = set()

    def follow(name: str) -> None:
        if name not in found:
            found.add(name)
            for each in statements[name].needs:
                follow(each)

    for name in (*CARRIED, *STAYS, *(name for name, each in statements.items() if each.schema == SCHEMA)):
        follow(name)
    return found


class _Built:
    """Builds of the carried models and what they are made of, by the statements of the model and of its macros."""

    def __init__(self, home: Installation) -> None:
        self.home = home
        self.model = Model(home.root)
        every = {each.name: each for each in self.model.statements()}
        needed = _needed(every)
        self.statements = [each for name, each in every.items() if name in needed]
        views = {each.name for each in self.statements if each.is_view and not each.name.startswith("stg_")}
        inlined = {name: f"({self.model.rendered(name)})" for name in views}

        def relation(name: str) -> str:
            return inlined.get(name) or f"{self.model.schema_of(name)}.{name}"

        self.questions = {name: self.model.rendered(name, relation) for name in CARRIED}
        self.relations = {each.name: relation(each.name) for each in self.statements}
        landing = pa.table(
            {name: pa.array([], pa.string()) for name in ("form", "period", "batch_id", "sha256")}
        )
        pq.write_table(landing, home.root / "landing-none.parquet")

    def build(self, file: Path, begun: Path | None = None) -> dict[str, int]:
        """Build into the file, beginning with what another left; of each carried model how many reports moved, and of
        each that stays where nothing moved, how much did."""
        file.unlink(missing_ok=True)
        if begun is not None:
            shutil.copyfile(begun, file)
        moved: dict[str, int] = {}
        with duckdb.connect(str(file), config={"threads": 1}) as con:
            for schema in ("scratch", "persons"):
                con.execute(f"create schema if not exists {schema}")
            self.model.load_seeds(con)
            for each in self.statements:
                if each.name in CARRIED and begun is not None:
                    moved[each.name] = self._change(con, each.name)
                elif each.name in STAYS and begun is not None and not (count := self._moved(con, each.name)):
                    moved[each.name] = 0
                    con.execute(f"create table scratch.moved__{each.name} (submission_key bigint)")
                else:
                    if each.name in STAYS and begun is not None:
                        moved[each.name] = count
                    con.execute(each.create())
        return moved

    def _change(self, con: duckdb.DuckDBPyConnection, name: str) -> int:
        macros: Any = self.model._macros
        fact, carried, moved = self.relations[name], CARRIED[name], f"scratch.moved__{name}"
        con.execute(f"create table {moved} as {macros.moved_units(fact, carried, self.relations)}")
        con.execute(macros.changed_in(fact, self.questions[name], carried, self.relations, moved))
        [(count,)] = con.execute(f"select count(*) from {moved}").fetchall()
        return int(count)

    def _moved(self, con: duckdb.DuckDBPyConnection, name: str) -> int:
        macros: Any = self.model._macros
        [(count,)] = con.execute(
            f"select count(*) from ({macros.moved_beneath(STAYS[name], self.relations)})"
        ).fetchall()
        return int(count)

    def put_apart(self, draft: Path, last: Path | None = None) -> tuple[Path, dict[str, Any]]:
        """The file of persons of a build; the units of each of its tables that were written anew, None for all."""
        file = draft.with_suffix(".persons")
        file.unlink(missing_ok=True)
        with duckdb.connect(str(draft)) as con:
            return file, persons_apart.put_apart(con, file, KEYS, last)

    def reduce(self, file: Path) -> Path:
        """What is kept of a build, as a build keeps it."""
        nodes: dict[str, dict[str, Any]] = {
            each.name: {
                "name": each.name,
                "resource_type": "model",
                "schema": each.schema,
                "config": {"meta": SAID.get(each.name, {})},
            }
            for each in self.statements
        }
        with duckdb.connect(str(file)) as con:  # dbt leaves no views
            for name in (each.name for each in self.statements if each.is_view):
                con.execute(f"drop view if exists scratch.{name}")
        carried: list[Mapping[str, Any]] = [nodes[name] for name in (*CARRIED, *STAYS)]
        kept_draft.reduce(file, self.home.root / "landing-none.parquet", {"nodes": nodes}, carried)
        return file


def _differences(one: Path, other: Path, tables: list[str]) -> list[str]:
    """The tables that have not the same rows, as often, by what their hashes sum up to."""
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        summed = [
            con.execute(
                " union all ".join(
                    f"select '{table}', count(*), sum(hash(held)), sum(hash(held, 1)) from {file}.{table} as held"
                    for table in tables
                )
            ).fetchall()
            for file in ("one", "other")
        ]
    return sorted({name for name, *_ in {*summed[0]} ^ {*summed[1]}})


@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.reuse, Phase.generate],  # each try is several builds: what was told says enough
)
@given(seed=st.integers(0, 2**32), steps=st.lists(st.integers(1, 3), min_size=2, max_size=4))
def test_it_says_what_a_whole_one_says_after_any_sequence_of_events(
    tmp_path_factory: pytest.TempPathFactory, seed: int, steps: list[int]
) -> None:
    chance = random.Random(seed)
    happening = [[chance.choice(EVENTS) for _ in range(count)] for count in steps]
    _compare(tmp_path_factory.mktemp("carried"), seed, happening)


def test_it_says_so_after_each_kind_of_event(tmp_path: Path) -> None:
    _compare(tmp_path, 503, [[event] for event in dict.fromkeys(EVENTS)])


def _compare(root: Path, seed: int, happening: list[list[Event]]) -> None:
    """A build after each of these, begun with the one before it, against a whole one."""
    chance = random.Random(seed)
    home = _country(root / "country", seed)
    built = _Built(home)
    tables = [built.relations[name] for name in (*CARRIED, *STAYS)]
    last, whole, begun = root / "last.duckdb", root / "whole.duckdb", root / "begun.duckdb"
    built.build(last)
    persons, _ = built.put_apart(last)
    for happened in happening:
        for event in happened:
            event(home, chance)
        home.write()
        moved = built.build(begun, built.reduce(last))
        built.build(whole)
        names = [event.__name__ for event in happened]
        assert _differences(whole, begun, tables) == [], names
        assert set(moved) == {*CARRIED, *STAYS}
        wanted, _ = built.put_apart(whole)
        begun_persons, _ = built.put_apart(begun, persons)
        assert hashes_of([begun_persons]) == hashes_of([wanted]), names
        begun.replace(last)
        begun_persons.replace(persons)


def test_what_did_not_move_is_not_asked_again(tmp_path: Path) -> None:
    home = _country(tmp_path / "country")
    built = _Built(home)
    last = tmp_path / "last.duckdb"
    built.build(last)
    persons, _ = built.put_apart(last)
    kept = built.reduce(last)
    assert set(built.build(tmp_path / "same.duckdb", kept).values()) == {0}
    _, written = built.put_apart(tmp_path / "same.duckdb", persons)
    assert {name for name, units in written.items() if units is None} == {"dim_class"}
    assert not any(len(units) for units in written.values() if units is not None)
    entry = next(each for each in home.inputs["manifest"] if each["form"] == "attendance")
    entry["is_official"] = not entry["is_official"]
    home.write()
    moved = built.build(tmp_path / "one.duckdb", kept)
    of_others = {
        name for name, carried in CARRIED.items() if "attendance" not in carried.get("forms", ["attendance"])
    }
    assert of_others >= {"fct_mark", "fct_term_result"}
    assert {name for name, count in moved.items() if count} == CARRIED.keys() - of_others
    assert {moved[name] for name, carried in CARRIED.items() if "by" not in carried} == {0, 1}


def test_the_large_facts_are_carried() -> None:
    assert CARRIED.keys() >= {"fct_attendance", "fct_mark", "fct_term_result", "int_learner_week_summed"}


def test_what_is_carried_names_the_forms_whose_reports_it_reads(tmp_path: Path) -> None:
    every = {each.name: each for each in Model(tmp_path).statements()}

    def landed(name: str) -> set[str]:
        """Of what a statement reads, through what is written into it and through what is carried itself."""
        found = set[str]()
        for need in every[name].needs:
            if need.startswith("stg_"):
                found.add(need)
            elif every[need].is_view or need in CARRIED:
                found |= landed(need)
        return found

    for name, carried in CARRIED.items():
        if "by" not in carried:
            assert landed(name) == {f"stg_{form}" for form in carried["forms"]}, name


@pytest.mark.parametrize("name", sorted(STAYS))
def test_what_stays_says_all_that_it_is_made_of(name: str, tmp_path: Path) -> None:
    every = {each.name: each for each in Model(tmp_path).statements()}
    read, pending = set[str](), [name]
    while pending:
        for need in every[pending.pop()].needs:
            (pending.append if every[need].is_view and not need.startswith("stg_") else read.add)(need)
    forms = {f"stg_{form}" for form in STAYS[name]["forms"]}
    entries = {"int_submission_winning"} if forms else set()
    followed = STAYS[name].get("follows", [])
    assert read == {*forms, *entries, *STAYS[name]["reads"], *followed}
    assert STAYS.keys() >= {*followed}


class _OfTables(Dbt):
    """Without the tests of the model: what is made is compared, not asked."""

    @property
    def words(self) -> list[str]:
        return ["--exclude-resource-type", "test"]


@pytest.fixture
def warm(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(dbt_process, "subprocess", SimpleNamespace(Popen=models.Begun))
    opened = os.open(os.devnull, os.O_RDONLY)
    yield opened
    os.close(opened)


def _ran(root: Path) -> list[str]:
    ended = json.loads((root / RESULTS).read_text(encoding="utf-8"))
    return [each["unique_id"].split(".")[-1] for each in ended if each["message"] != PASSED_OVER]


def _land(root: Path) -> None:
    """What the files of the lake say of themselves; one of other rows is another file."""
    files = [
        (file, hashlib.sha256(file.read_bytes()).hexdigest()) for file in (root / "lake").rglob("*.parquet")
    ]
    told = {
        "form": [file.relative_to(root / "lake").parts[0] for file, _ in files],
        "period": [file.parent.name for file, _ in files],
        "batch_id": [sha256 for _, sha256 in files],
        "sha256": [sha256 for _, sha256 in files],
        "is_key_once": [None for _ in files],
    }
    kinds = {name: pa.bool_() if name == "is_key_once" else pa.string() for name in told}
    pq.write_table(pa.table(told, pa.schema(kinds)), root / "inputs" / "landing.parquet")


def test_dbt_begins_with_what_the_last_build_left(tmp_path: Path, warm: int) -> None:
    chance = random.Random(503)
    country = _country(tmp_path / "country")
    home = Home(tmp_path / "home")
    home.create()
    root, dbt = country.root, _OfTables(home, warm, tell_nobody)
    _land(root)
    assert dbt.run(root, 1) == []
    kept_draft.keep(home, root, json.loads((root / MODEL).read_text(encoding="utf-8")), "model")
    for event in (correct, list_others, register):  # of so small a country more would be more than a tenth
        event(country, chance)
    country.write()
    _land(root)
    assert kept_draft.begin(home, root, "model") is None
    kept_draft.note_unmoved(home, root)
    assert dbt.run(root, 2) == []
    ran = set(_ran(root))
    assert not {"mark", "dim_subject", "dim_territory", "fct_regional_indicator"} & ran
    assert ran >= {"rpt_attendance", "rpt_contingent", "dim_organisation"}
    begun = (root / DRAFT).rename(tmp_path / "begun.duckdb")
    (root / BEFORE).unlink()
    assert dbt.run(root, 3) == []
    assert {*_ran(root)} >= {"mark", "dim_subject", "dim_territory"}
    with duckdb.connect(str(begun)) as con:
        listed = con.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        assert con.execute("select count(*) from scratch.moved__fct_attendance").fetchall() > [(0,)]
        assert con.execute("select count(*) from scratch.moved__dim_staff").fetchall() == [(0,)]
    own = {
        f"{schema}.{name}"
        for schema, name in listed
        if schema != "before" and not name.startswith(("moved__", "noted__"))
    }
    assert len(own) > 80
    assert _differences(begun, root / DRAFT, sorted(own)) == []
