"""The model without dbt: its statements over an installation, in this process, in a second.

In: the folder of the model, the lake and the ledger's extracts of an installation. Out: its tables in a file of DuckDB
as `dbt run` leaves them; `test_statements.py` holds the two against each other. Tests of what the model says use it;
what dbt itself does (data tests, contracts of tables, unit tests) is tried by building with dbt.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import duckdb
import jinja2
import yaml

PROJECT = Path(__file__).parents[2] / "dbt_project"
_EPHEMERAL = re.compile(r"materialized='ephemeral'")


@dataclass(frozen=True)
class Statement:
    """One model. `needs`: those it reads. `is_view`: nothing is kept of it."""

    name: str
    schema: str
    sql: str
    needs: frozenset[str]
    is_view: bool

    def create(self) -> str:
        return (
            f"create or replace {'view' if self.is_view else 'table'} {self.schema}.{self.name} as {self.sql}"
        )


class _Environment(jinja2.Environment):
    """Translates a text once: there are as many models of a folder as tests, and all of one text."""

    _known: ClassVar[dict[str, Any]] = {}

    def compile(self, source: Any, *more: Any, **named: Any) -> Any:
        if source not in self._known:
            self._known[source] = super().compile(source, *more, **named)
        return self._known[source]


class _Macros:
    """`bbaj.NAME` and `adapter.dispatch(NAME)` of the templates."""

    def __init__(self) -> None:
        self.module: Any = None
        self.instead: Mapping[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        if (text := self.instead.get(name)) is not None:
            return lambda *_: text
        return getattr(self.module, name)

    def dispatch(self, name: str, _: str) -> Any:
        return getattr(self.module, f"default__{name}")


class Model:
    """All models of a folder as statements over the lake and the inputs at `root`. `texts`: of some models other
    texts than their files hold."""

    def __init__(self, root: Path, project: Path = PROJECT, texts: Mapping[str, str] | None = None) -> None:
        self.root, self.project, self._texts = root, project, texts or {}
        settings = _settings(project)
        self._seeds = _seeds(project)
        self._files = {path.stem: path for path in sorted((project / "models").rglob("*.sql"))}
        self._sources = _sources(project)
        self._macros = macros = _Macros()
        self._relation: Callable[[str], str] = self._own_relation
        self._named: set[str] = set()
        self._environment = _Environment(extensions=["jinja2.ext.do"])
        self._environment.globals.update(
            bbaj=macros,
            adapter=macros,
            ref=self._relation_now,
            source=self._source,
            var=settings["vars"].__getitem__,
            config=lambda **_: "",
        )
        self._environment.globals["return"] = lambda value: value
        files = sorted((project / "macros").glob("*.sql"))
        written = "\n".join(path.read_text(encoding="utf-8") for path in files)
        macros.module = self._environment.from_string(written).module

    def statements(self) -> list[Statement]:
        """In an order in which each finds what it reads."""
        found = {name: self._statement(name) for name in self._files}
        return list(_in_order(found))

    def load_seeds(self, connection: duckdb.DuckDBPyConnection) -> None:
        """The dictionaries as tables, of the types the model gives them."""
        connection.execute(f"attach '{_dictionaries(self.project)}' as dictionaries (read_only)")
        for name in self._seeds:
            connection.execute(f"create or replace table scratch.{name} as from dictionaries.{name}")
        connection.execute("detach dictionaries")

    def rendered(
        self, name: str, relation: Callable[[str], str] | None = None, macros: Mapping[str, str] | None = None
    ) -> str:
        """The statement of one model, over other relations than its own where they are given; `macros`: texts that
        stand for what a macro makes."""
        self._relation, self._macros.instead = relation or self._own_relation, macros or {}
        try:
            return self._environment.from_string(self._text_of(name)).render()
        finally:
            self._relation, self._macros.instead = self._own_relation, {}

    def _text_of(self, name: str) -> str:
        return self._texts.get(name) or self._files[name].read_text(encoding="utf-8")

    def _statement(self, name: str) -> Statement:
        source = self._text_of(name)
        self._named = set()
        sql = self.rendered(name)
        needs = self._named & self._files.keys()
        is_view = name.startswith("stg_") or bool(_EPHEMERAL.search(source))
        return Statement(name, self.schema_of(name), sql, frozenset(needs), is_view)

    def schema_of(self, name: str) -> str:
        """Where a model or a dictionary is kept."""
        folder = self._files[name].parent.name if name in self._files else "seeds"
        return {"marts": "main", "reporting": "main", "persons": "persons"}.get(folder, "scratch")

    def _relation_now(self, name: str) -> str:
        self._named.add(name)  # macros name relations too
        return self._relation(name)

    def _own_relation(self, name: str) -> str:
        return f"{self.schema_of(name)}.{name}"

    def _source(self, of: str, name: str) -> str:
        location = self._sources[of, name].replace("{name}", name)
        places = {"BBAJ_LAKE": self.root / "lake", "BBAJ_INPUTS": self.root / "inputs"}
        template = self._environment.from_string(location)
        return template.render(env_var=lambda variable, _default: str(places[variable]))


@cache
def _settings(project: Path) -> dict[str, Any]:
    return dict(yaml.safe_load((project / "dbt_project.yml").read_text(encoding="utf-8")))


def _seeds(project: Path) -> list[str]:
    return [name for name in _settings(project)["seeds"]["bbaj"] if not name.startswith("+")]


@cache
def _folder() -> TemporaryDirectory[str]:
    """This process's own, and gone with it."""
    return TemporaryDirectory(prefix="bbaj-dictionaries-")


@cache
def _dictionaries(project: Path) -> Path:
    """A file with the tables of all dictionaries, read once for all builds of this process."""
    told = yaml.safe_load((project / "seeds" / "seeds.yml").read_text(encoding="utf-8"))["seeds"]
    types = {each["name"]: each["config"]["column_types"] for each in told}
    file = Path(_folder().name, f"{hashlib.sha256(str(project).encode()).hexdigest()}.duckdb")
    with duckdb.connect(str(file), config={"threads": 1}) as connection:
        for name in _seeds(project):
            own = project / "seeds" / f"{name}.csv"
            path = own if own.exists() else project.parent / "ingest" / "codelists" / f"{name}.csv"
            header = path.read_text(encoding="utf-8").partition("\n")[0].strip().split(",")
            known = ", ".join(f"'{each}': '{types[name][each]}'" for each in header if each in types[name])
            connection.execute(
                f"create table {name} as select * from "
                f"read_csv('{path}', header = true, quote = '\"', delim = ',', types = {{{known}}})"
            )
    return file


@cache
def _sources(project: Path) -> dict[tuple[str, str], str]:
    """Where each source lies, as its settings write it."""
    found = {}
    for path in sorted((project / "models" / "staging").glob("*.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8")).get("sources", ()):
            for table in source["tables"]:
                config = table.get("config") or source["config"]
                found[source["name"], table["name"]] = str(config["meta"]["external_location"])
    return found


def _in_order(statements: dict[str, Statement]) -> Iterator[Statement]:
    done: set[str] = set()

    def follow(name: str) -> Iterator[Statement]:
        if name not in done:
            done.add(name)
            for need in sorted(statements[name].needs):
                yield from follow(need)
            yield statements[name]

    for name in sorted(statements):
        yield from follow(name)


def build(root: Path, warehouse: Path, only: Iterable[str] | None = None, project: Path = PROJECT) -> None:
    """Build the tables into the file `warehouse`; of `only`, where it is given, in an existing one."""
    model = Model(root, project)
    chosen = None if only is None else set(only)
    with duckdb.connect(str(warehouse)) as connection:
        # One thread: to wake another for a few rows costs a third more.
        connection.execute("set threads = 1; set preserve_insertion_order = false")
        for schema in ("scratch", "persons", "held_back"):
            connection.execute(f"create schema if not exists {schema}")
        if chosen is None:
            model.load_seeds(connection)
        for statement in model.statements():
            if chosen is None or statement.name in chosen:
                connection.execute(statement.create())
