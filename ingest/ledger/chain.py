"""Who may act for a node: it does so itself, or a node above it does. Asked here by every act that allows it.

In: the acting node and the one acted for. Out: nothing, or NotAllowedError which names both.
"""

from __future__ import annotations

from ingest.ledger.records import Node
from ingest.ledger.refusals import NotAllowedError


def stands_above(by: Node, node: Node) -> bool:
    """Whether `by` is one of the nodes above `node`; nobody stands above itself."""
    return by.pk != node.pk and by.pk in {above.pk for above in node.chain()}


def require_own_or_above(by: Node, node: Node) -> None:
    """Let a node act for itself and for those below it. Raises NotAllowedError."""
    if by.pk != node.pk and not stands_above(by, node):
        raise not_in_chain(by, node)


def not_in_chain(by: Node, node: Node) -> NotAllowedError:
    """The refusal of an act for a node that stands elsewhere."""
    problem = f"{by.code} does not stand above {node.code}"
    return NotAllowedError("not_in_chain", problem, by=by.code, node=node.code)
