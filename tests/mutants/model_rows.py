"""Changes of a model held against the rows that are expected of it, in this process, in some milliseconds.

In: a changed text of a model. Out: the name of the first expectation that it breaks; or that it is no SQL any more.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path

import duckdb
from jinja2 import TemplateSyntaxError

from tests.dbt_project.country import populate
from tests.dbt_project.installation import Installation
from tests.dbt_project.unit_tests import UnitTest, rows_of, unit_tests
from tests.mutants.asking import Answer
from tests.mutants.change import PROJECT, Change

_SECONDS = 60
_BROKEN = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException, TemplateSyntaxError)


class ModelRows:
    """`folder`: where a small country is built once, for the types of its tables."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _warehouse(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        installation = populate(Installation(self._folder)).installation
        installation.build()
        return installation.warehouse

    @cached_property
    def _by_model(self) -> dict[str, list[UnitTest]]:
        found: dict[str, list[UnitTest]] = {}
        for test in unit_tests():
            found.setdefault(test.model, []).append(test)
        return found

    def ask(self, change: Change) -> Answer:
        """Whether an expectation of the changed model notices."""
        model = Path(change.file).stem
        texts = {model: change.applied((PROJECT / change.file).read_text(encoding="utf-8"))}
        for test in self._by_model.get(model, ()):
            try:
                made, expected = rows_of(test, self._warehouse, texts, _SECONDS)
            except _BROKEN as error:
                return Answer("broken", of=str(error)[:200])
            except duckdb.InterruptException:
                return Answer("time", f"rows expected: {test.name}", f"more than {_SECONDS} seconds")
            except duckdb.Error as error:
                return Answer("failed", test.name, str(error)[:200])
            if made != expected:
                return Answer("failed", f"rows expected: {test.name}")
        return Answer("passed")
