"""The interactive check of one file against what this installation, or a reference pack, knows.

In: a file, its form and, where known, who would hand it in, for which period, and a reference pack. Out: the
verdict it would get. Nothing is received and nothing is kept.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from expectations.check import check
from expectations.pack import Pack
from expectations.reference import Reference
from expectations.verdict import Verdict
from ingest.home import Home
from ingest.progress import Tell, tell_nobody
from ingest.schema.contract import Contract
from ingest.schema.period import LOCAL_TIME, Period


class NoNodeError(Exception):
    """The installation knows nobody of that code."""


def check_file(
    home: Home,
    path: Path,
    contract: Contract,
    node: str | None = None,
    period: str | None = None,
    pack: Pack | None = None,
    tell: Tell = tell_nobody,
) -> Verdict:
    """Judge one file against the pack, or the installation; without both only what the file alone can tell.

    Raises PeriodError, and NoNodeError where the installation knows no such node.
    """
    if pack:
        mine = pack.facts.node if pack.facts.node_kind in contract.submitted_by else None
        versions = {form: ids for form, ids in pack.facts.versions.items() if form in contract.depends_on}
        return check(
            path,
            contract.form,
            node=node or mine,
            period=period,
            reference=replace(pack.reference, versions=versions),
            demo=pack.facts.demo,
            tell=tell,
        )
    return check(
        path,
        contract.form,
        node=node,
        period=period,
        reference=_reference(home, contract, node, period),
        demo=home.settings.demo,
        # Who checks here would hand it in now; the clock of a machine that has a pack alone is not trusted.
        received_on=home.now().astimezone(LOCAL_TIME).date() if home.ledger.exists() else None,
        tell=tell,
    )


def _reference(home: Home, contract: Contract, node: str | None, period: str | None) -> Reference:
    if not home.ledger.exists():
        return Reference()
    from ingest.ledger.reading import read_steadily

    periods = {Period.parse(contract.period, period)} if node and period else set()
    return read_steadily(home, lambda: _known_to(home, contract, node, periods))


def _known_to(home: Home, contract: Contract, node: str | None, periods: set[Period]) -> Reference:
    from ingest.ledger.nodes import node as node_of
    from ingest.ledger.records import Node
    from warehouse.services.reference import surroundings_of

    if node:
        try:
            node_of(node)
        except Node.DoesNotExist:
            raise NoNodeError(node) from None
    return surroundings_of(home, contract, {node} if node else set(), periods=periods).reference
