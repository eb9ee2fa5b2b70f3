"""Who may act for a node is asked in one place."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

LEDGER = Path(__file__).parents[3] / "ingest" / "ledger"


def test_a_node_acts_for_itself_and_for_all_below_it_and_for_nobody_else(country: SimpleNamespace) -> None:
    from ingest.ledger.chain import require_own_or_above, stands_above
    from ingest.ledger.records import Node
    from ingest.ledger.refusals import NotAllowedError

    nodes = list(Node.objects.all())
    assert len(nodes) > 3
    for node in nodes:
        above = {each.pk for each in node.chain()}
        for by in nodes:
            assert stands_above(by, node) is (by.pk in above)
            if by.pk == node.pk or by.pk in above:
                require_own_or_above(by, node)
            else:
                with pytest.raises(NotAllowedError) as refused:
                    require_own_or_above(by, node)
                assert (refused.value.code, refused.value.facts) == (
                    "not_in_chain",
                    {"by": by.code, "node": node.code},
                )


def test_no_act_asks_it_in_a_way_of_its_own() -> None:
    refusing = [file.name for file in LEDGER.rglob("*.py") if '"not_in_chain"' in file.read_text("utf-8")]
    assert refusing == ["chain.py"]
