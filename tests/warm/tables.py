"""The tables of a whole build made by the statements of the model alone, as dbt would leave them.

In: the folder of a build, its lake and inputs in it, which is the folder of the process; what dbt parsed of the model.
Out: the draft, what the model consists of and how each node ended, and on the pipe each table that is done. What dbt
does besides (contracts of tables, tests, who is at fault) is not there; `tests/dbt_project/test_statements.py` holds
the tables of the two against each other.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb

_ONE_AT_A_TIME = {"preserve_insertion_order": False, "threads": 1}
"""To wake another thread for a few rows costs a third more."""
STATEMENTS = Path(__file__).parents[1] / "dbt_project" / "statements.py"


def _statements_of(project: Path) -> tuple[Any, list[Any]]:
    """The model over the folder of the process, and its statements in order."""
    described = importlib.util.spec_from_file_location("statements_of_the_model", STATEMENTS)
    assert described and described.loader
    module = importlib.util.module_from_spec(described)
    sys.modules[described.name] = module  # its data classes look for it there
    described.loader.exec_module(module)
    model = module.Model(Path(), project)
    return model, model.statements()


class Tables:
    """Of one model, written out once for all builds. `record`: what `program` (`dbt_run.py`) notes of it."""

    def __init__(self, project: Path, record: dict[str, Any], program: Any) -> None:
        self._project, self._record, self._program = project, record, program
        self._model, self._statements = _statements_of(project)
        numbers = {node["name"]: number for number, node in record["nodes"].items()}
        self._numbers = {each.name: numbers[each.name] for each in self._statements if not each.is_view}
        self._seeds = [each for each in numbers.values() if each.startswith("seed.")]
        with duckdb.connect(config=_ONE_AT_A_TIME) as connection:  # those forked from here find them read
            connection.execute("create schema scratch")
            self._model.load_seeds(connection)

    def make(self, pipe: str, words: list[str]) -> bool:
        """Whether it could: then they are there. It is not asked for some of them, or for those of another model."""
        if "--select" in words or words[words.index("--project-dir") + 1] != str(self._project):
            return False
        draft = Path(os.environ["BBAJ_WAREHOUSE"])
        begun = draft.read_bytes() if draft.exists() else None
        draft.unlink(missing_ok=True)
        try:
            results = self._made(draft, int(pipe))
        except duckdb.Error:
            for file in (draft, draft.with_name(f"{draft.name}.wal")):
                file.unlink(missing_ok=True)
            if begun is not None:
                draft.write_bytes(begun)
            return False
        self._program._write_whole(self._program.MODEL, self._record)
        self._program._write_whole(self._program.RESULTS, results)
        return True

    def _made(self, draft: Path, pipe: int) -> list[dict[str, Any]]:
        results = [_result(number, 0.0) for number in self._seeds]
        total = len(self._seeds) + len(self._numbers)
        with duckdb.connect(str(draft), config=_ONE_AT_A_TIME) as connection:
            for schema in ("scratch", "persons", "held_back"):
                connection.execute(f"create schema {schema}")
            self._model.load_seeds(connection)
            for statement in self._statements:
                began = time.monotonic()
                connection.execute(statement.create())
                if statement.is_view:
                    continue
                results.append(_result(self._numbers[statement.name], time.monotonic() - began))
                with suppress(OSError):  # nobody listens any more
                    os.write(pipe, f"{json.dumps([len(results), total, statement.name])}\n".encode())
            for statement in reversed(self._statements):
                if statement.is_view:
                    connection.execute(f"drop view {statement.schema}.{statement.name}")
        return results


def _result(number: str, seconds: float) -> dict[str, Any]:
    ended = {"status": "success", "message": None, "failures": None, "seconds": seconds}
    return {"unique_id": number, **ended}
