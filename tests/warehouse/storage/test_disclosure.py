"""Which models are made of persons: descent is found over any number of steps, and only a guard that works ends it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.schema.forms.load import contracts
from warehouse.storage.builds.disclosure import forms_of_persons, unguarded


def _record(
    parents: dict[str, list[str]], schemas: dict[str, str], tests: list[dict[str, Any]]
) -> dict[str, Any]:
    nodes: dict[str, Any] = {
        name: {
            "name": name,
            "resource_type": "model",
            "schema": schemas.get(name, "main"),
            "config": {"materialized": "ephemeral" if name.startswith("stg_") else "table"},
            "depends_on": {"nodes": found},
        }
        for name, found in parents.items()
    }
    nodes |= {f"test.{number}": {"resource_type": "test", **test} for number, test in enumerate(tests)}
    sources = {
        name: {"source_name": "lake", "name": name.removeprefix("source.")}
        for name in ("source.attendance", "source.territory_register")
    }
    return {"nodes": nodes, "sources": sources}


def _guard(model: str, name: str = "few_are_not_shown", **config: Any) -> dict[str, Any]:
    return {"attached_node": model, "test_metadata": {"name": name}, "config": config}


CHAIN = {
    "stg_attendance": ["source.attendance"],
    "stg_territory": ["source.territory_register"],
    "fct_attendance": ["stg_attendance"],
    "dim_territory": ["stg_territory"],
    "rpt_shown": ["fct_attendance", "dim_territory"],
    "rpt_of_it": ["rpt_shown"],
}
APART = {"fct_attendance": "persons"}


def test_what_comes_from_persons_needs_a_guard_and_what_follows_a_guard_does_not() -> None:
    forms = {"attendance"}
    assert unguarded(_record(CHAIN, APART, []), forms) == ["rpt_of_it", "rpt_shown"]
    assert unguarded(_record(CHAIN, APART, [_guard("rpt_shown")]), forms) == []
    assert unguarded(_record(CHAIN, {}, [_guard("rpt_shown")]), forms) == ["fct_attendance"]
    assert unguarded(_record(CHAIN, {}, []), set()) == []


@pytest.mark.parametrize(
    "guard",
    [
        _guard("rpt_shown", "holds"),
        _guard("rpt_of_it"),
        _guard("rpt_shown", enabled=False),
        _guard("rpt_shown", severity="warn"),
        _guard("rpt_shown", severity="WARN"),
        _guard("rpt_shown", where="learners > 100"),
    ],
)
def test_a_guard_that_ends_no_build_is_none(guard: dict[str, Any]) -> None:
    assert "rpt_shown" in unguarded(_record(CHAIN, APART, [guard]), {"attendance"})


@given(st.integers(1, 30), st.data())
def test_descent_is_found_over_any_graph(count: int, data: st.DataObject) -> None:
    """Every model that can be reached from the rows of persons without passing a guard is named, and no other."""
    names = [f"m{number}" for number in range(count)]
    parents: dict[str, list[str]] = {}
    for place, name in enumerate(names):
        earlier = [*names[:place], "source.attendance", "source.territory_register"]
        parents[name] = data.draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True))
    guards = data.draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
    reached: set[str] = set()
    for name in names:  # in the order in which they may depend on each other
        if name not in guards and ({"source.attendance"} | reached) & set(parents[name]):
            reached.add(name)
    record = _record(parents, {}, [_guard(name) for name in guards])
    assert unguarded(record, {"attendance"}) == sorted(reached)


def test_every_form_with_a_person_in_its_rows_is_one_of_persons() -> None:
    assert {"attendance", "learner_roster", "staff_roster", "term_results"} <= forms_of_persons(contracts())
    assert not forms_of_persons(contracts()) & {
        "territory_register",
        "school_calendar",
        "regional_indicators",
    }
