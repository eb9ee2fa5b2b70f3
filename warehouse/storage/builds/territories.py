"""By what each reporting model is cut into what the readers of a territory may see, and which is the same for all.

In: what the model consists of, as a build writes it down (`model.json`). Out: the models that readers of every
territory see whole, because their `.yml` says so (`meta: {same_for_all: true}`), and those that say neither where
their rows belong nor that they are for everybody. Names are followed (`rpt_`), so that a new model is found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from warehouse.storage.builds.engines.dbt_run import MODEL

REPORTING = "rpt_"
"""How the models are called that readers see."""
OBLAST, DISTRICT, LEVEL = "oblast_code", "district_code", "level"
"""The columns that say whose a row is; `level` tells rows about a territory as a whole from those about its parts."""
_SAME_FOR_ALL = "same_for_all"


def shared_tables(build: Path) -> set[str]:
    """The same of the build in that folder; none where it does not say: then nobody is shown more than the own."""
    try:
        return same_for_all(json.loads((build / MODEL).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return set()


def same_for_all(record: Mapping[str, Any]) -> set[str]:
    """The models whose `.yml` says that readers of every territory see all of them."""
    return {node["name"] for node in _models(record) if _says_so(node)}


def uncut(record: Mapping[str, Any]) -> list[str]:
    """Models of which nobody could say whose rows they are: a `rpt_` with one of the two codes alone, or with neither
    and without a word that it is the same for all; and what has a territory and is said to be the same for all."""
    return sorted(node["name"] for node in _models(record) if _is_unclear(node))


def _is_unclear(node: Mapping[str, Any]) -> bool:
    codes = {OBLAST, DISTRICT} & set(node.get("columns", ()))
    if _says_so(node):
        return bool(codes)
    return node["name"].startswith(REPORTING) and len(codes) < 2


def _says_so(node: Mapping[str, Any]) -> bool:
    return node["config"].get("meta", {}).get(_SAME_FOR_ALL) is True


def _models(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (node for node in record["nodes"].values() if node["resource_type"] == "model")
