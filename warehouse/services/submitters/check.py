"""The interactive check of one file against what this installation, or a reference pack, knows.

In: a file, its form and, where known, who would hand it in, for which period, and a reference pack. Out: the
verdict it would get. Nothing is received and nothing is kept. DuckDB runs the rules by itself, as at a school: the
verdicts are those of Great Expectations, and nobody waits for that to be loaded to have one file checked.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from expectations.check import Around, checked
from expectations.checked import Checked
from expectations.judging.direct import run_rules
from expectations.judging.scope import Scope
from expectations.pack import Pack
from expectations.reference import Reference
from expectations.verdict import Verdict
from ingest.home import Home
from ingest.progress import Tell, tell_nobody
from ingest.schema.forms.contract import Contract
from ingest.schema.values.period import LOCAL_TIME
from ingest.settings.databases import Room
from warehouse.services.submitters.checking import NoNodeError

# A clock may be some way behind that of the installation and still tell the day.
_CLOCKS_DIFFER = timedelta(hours=1)


def check_file(
    home: Home,
    path: Path,
    contract: Contract,
    node: str | None = None,
    period: str | None = None,
    pack: Pack | None = None,
) -> Verdict:
    """The verdict alone. Raises as `check_report` does."""
    return check_report(home, path, contract, node, period, pack).verdict


def check_report(  # noqa: PLR0913
    home: Home,
    path: Path,
    contract: Contract,
    node: str | None = None,
    period: str | None = None,
    pack: Pack | None = None,
    *,
    tell: Tell = tell_nobody,
    places: Path | None = None,
    room: Room | None = None,
) -> Checked:
    """Judge one file against the pack, or the installation; without both only what the file alone can tell. Node and
    period that are not named are those of the template's stamp. `places`, `room`: as `expectations.check.checked` takes
    them.

    Raises PeriodError, and NoNodeError where the installation knows no such node.
    """
    if pack is None:
        around = Around(
            lambda scope: _reference(home, contract, scope, must_be_known=node is not None),
            home.settings.demo,
            _today(home) if home.ledger.exists() else None,
        )
        asked = node
    else:
        versions = {form: ids for form, ids in pack.facts.versions.items() if form in contract.depends_on}
        of_pack = replace(pack.reference, versions=versions)
        around = Around(lambda _: of_pack, pack.facts.demo, _today(home, pack))
        asked = node or (pack.facts.node if pack.facts.node_kind in contract.submitted_by else None)
    return checked(
        path,
        contract.form,
        around,
        node=asked,
        period=period,
        tell=tell,
        places=places,
        room=room,
        engine=run_rules,
    )


def _today(home: Home, pack: Pack | None = None) -> date | None:
    """The day on which a file checked here would be handed in; None where the clock stands before the pack was made.

    A computer at a school that was off for long may have begun its calendar anew: every day would lie after its own.
    """
    now = home.now()
    if pack and now < pack.facts.made_at - _CLOCKS_DIFFER:
        return None
    return now.astimezone(LOCAL_TIME).date()


def _reference(home: Home, contract: Contract, scope: Scope, *, must_be_known: bool) -> Reference:
    if not home.ledger.exists():
        return Reference()
    from ingest.ledger.store.reading import read_steadily

    return read_steadily(home, lambda: _known_to(home, contract, scope, must_be_known))


def _known_to(home: Home, contract: Contract, scope: Scope, must_be_known: bool) -> Reference:
    from ingest.ledger.nodes import node as node_of
    from ingest.ledger.records import Node
    from warehouse.services.reference import surroundings_of

    nodes = {scope.node_code} if scope.node_code else set()
    try:
        for code in nodes:
            node_of(code)
    except Node.DoesNotExist:
        if must_be_known:
            raise NoNodeError(scope.node_code) from None
        nodes = set()  # a template that another installation made
    periods = {scope.period} if scope.period and nodes else set()
    return surroundings_of(home, contract, nodes, periods=periods).reference
