"""Making the reference pack of a node, for those who check their files without a network.

In: a home and the code of a node. Out: the pack (`expectations.pack`), holding what every form of that node is
judged against; of persons only those on the node's own list.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from expectations.pack import SHAPE, Facts, write_pack
from expectations.reference import COLUMNS, Reference
from ingest.home import Home
from ingest.ledger.records import Node
from ingest.schema.forms.load import contracts
from warehouse.services.reference import surroundings_of


def make_pack(home: Home, node: Node, path: Path) -> list[str]:
    """Write the node's pack; the forms whose accepted data it holds. Raises OSError when it cannot be written."""
    found: dict[str, Any] = {}
    versions: dict[str, list[int]] = {}
    for contract in contracts().values():
        if node.kind not in contract.submitted_by:
            continue
        surroundings = surroundings_of(home, contract, {node.code})
        versions |= surroundings.versions_for(node.code)
        sources = {name: getattr(surroundings.reference, name) for name in COLUMNS}
        found |= {name: source for name, source in sources.items() if source is not None}
    facts = Facts(
        shape=SHAPE,
        node=node.code,
        node_kind=node.kind,
        made_at=home.now(),
        demo=home.settings.demo,
        versions=versions,
    )
    write_pack(path, facts, Reference(versions=versions, **found))
    return sorted(form for form, submissions in versions.items() if submissions)
