"""What is passed over in a build that begins with the last one is what would come out as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from warehouse.storage.builds.engines.unmoved import Unmoved


@dataclass(frozen=True)
class Node:
    """One of the model: a table, one written into others, or a test. `of`: how few different rows it can have."""

    unique_id: str
    resource_type: str
    materialized: str
    depends_on_nodes: tuple[str, ...]
    of: int

    schema = "main"

    @property
    def alias(self) -> str:
        return self.unique_id

    @property
    def config(self) -> Any:
        return SimpleNamespace(materialized=self.materialized, meta={})

    def said(self, values: dict[str, int]) -> int:
        """What it comes to: many different rows beneath it may make the same."""
        return sum(values[name] * (place + 1) for place, name in enumerate(self.depends_on_nodes)) % self.of


_SOURCES = [f"source.{number}" for number in range(4)]
_KINDS = [("model", "table"), ("model", "table"), ("model", "ephemeral"), ("test", "test")]


@st.composite
def _models(draw: st.DrawFn) -> list[Node]:
    """Nodes in the order in which they may be run."""
    nodes: list[Node] = []
    for number in range(draw(st.integers(1, 20))):
        kind, materialized = draw(st.sampled_from(_KINDS))
        beneath = [
            *_SOURCES,
            "seed.word",
            *(each.unique_id for each in nodes if each.resource_type == "model"),
        ]
        needs = draw(st.lists(st.sampled_from(beneath), max_size=4, unique=True))
        nodes.append(Node(f"{kind}.{number}", kind, materialized, tuple(needs), draw(st.integers(1, 5))))
    return nodes


def _said(nodes: list[Node], sources: dict[str, int]) -> dict[str, int]:
    values = {**sources, "seed.word": 1}
    for node in nodes:
        values[node.unique_id] = node.said(values)
    return values


@given(
    nodes=_models(),
    before=st.fixed_dictionaries({name: st.integers(0, 3) for name in _SOURCES}),
    now=st.fixed_dictionaries({name: st.integers(0, 3) for name in _SOURCES}),
    gone=st.sets(st.integers(0, 19)),
)
def test_it_would_come_out_as_it_stands(
    nodes: list[Node], before: dict[str, int], now: dict[str, int], gone: set[int]
) -> None:
    stood, whole = _said(nodes, before), _said(nodes, now)
    kept = [f"main.{each.unique_id}" for number, each in enumerate(nodes) if number not in gone]
    unmoved = Unmoved([name for name in _SOURCES if before[name] == now[name]], kept)
    known = {each.unique_id: each for each in nodes}
    values = {**now, "seed.word": 1}
    passed = set()
    for node in nodes:
        if unmoved.passes_over(node, known):
            passed.add(node.unique_id)
            values[node.unique_id] = stood[node.unique_id]
            if node.materialized == "table":
                assert unmoved.has(node)
                unmoved.note(node, same=True)
            continue
        values[node.unique_id] = node.said(values)
        if node.materialized == "table" and unmoved.has(node):
            unmoved.note(node, same=values[node.unique_id] == stood[node.unique_id])
    assert values == whole
    if before == now and not gone:
        assert passed == {*known}


def test_a_node_nobody_ran_yet_is_not_taken_for_the_same() -> None:
    table = Node("model.a", "model", "table", ("source.0",), 5)
    test = Node("test.a", "test", "test", ("model.a",), 5)
    unmoved = Unmoved(["source.0"], ["main.model.a"])
    known = {each.unique_id: each for each in (table, test)}
    assert not unmoved.passes_over(test, known)
    assert unmoved.passes_over(table, known)
    unmoved.note(table, same=True)
    assert unmoved.passes_over(test, known)
