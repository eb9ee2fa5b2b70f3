"""Which models are made of persons, and whether readers may open them.

In: what the model consists of, as a build writes it down (`model.json`). Out: the models of the readers' file that
come from rows about persons and do not say how many persons a row must have (`few_are_not_shown`). Descent is followed,
not names: a new model is found whatever it is called and however many models lie between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ingest.schema.forms.contract import Contract

_GUARD = "few_are_not_shown"
_APART = ("persons", "scratch", "held_back")


def forms_of_persons(contracts: Mapping[str, Contract]) -> set[str]:
    """The forms whose rows are about one person each, or say of persons what is not for everybody."""
    return {
        name
        for name, contract in contracts.items()
        if contract.person_field is not None
        or any(field.privacy in ("quasi", "special") for field in contract.fields)
    }


def unguarded(record: Mapping[str, Any], forms: Collection[str]) -> list[str]:
    """Models that stand in the readers' file, come from the rows of these forms, and are not guarded."""
    nodes: Mapping[str, Any] = record["nodes"]
    guarded = set(_guarded(nodes))
    sources = {
        name
        for name, source in record["sources"].items()
        if source["source_name"] == "lake" and source["name"] in forms
    }
    carries: dict[str, bool] = {}

    def carries_persons(name: str) -> bool:
        if name not in carries:
            carries[name] = name in sources
            if name in nodes and name not in guarded:
                parents = nodes[name].get("depends_on", {}).get("nodes", [])
                carries[name] = any(carries_persons(parent) for parent in parents)
        return carries[name]

    return sorted(
        node["name"]
        for name, node in nodes.items()
        if node["resource_type"] == "model" and _is_shown(node) and carries_persons(name)
    )


def _is_shown(node: Mapping[str, Any]) -> bool:
    return node["config"]["materialized"] != "ephemeral" and node["schema"] not in _APART


def _guarded(nodes: Mapping[str, Any]) -> Iterator[str]:
    """The models whose guard runs with every build and ends it: not one that is off or only warns."""
    for node in nodes.values():
        metadata = node.get("test_metadata") or {}
        config = node.get("config", {})
        if (
            node["resource_type"] == "test"
            and metadata.get("name") == _GUARD
            and config.get("enabled", True)
            and str(config.get("severity", "error")).lower() == "error"
            and not config.get("where")
        ):
            yield node["attached_node"]
