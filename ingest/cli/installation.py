"""Commands about the installation: make it, keep its clock, regenerate its files, play the demo country."""

from __future__ import annotations

from typing import Annotated

import typer

from ingest.cli.files import LanguageOption
from ingest.cli.session import open_ledger
from ingest.cli.speech import Tongue, out, phrase, working
from ingest.home import SETTINGS_FILE
from ingest.schema.codelist import codelist


def init(lang: LanguageOption = Tongue.kk) -> None:
    """Make the folders, the ledger and the empty lake under BBAJ_HOME; again does no harm."""
    home = open_ledger()
    out.print(phrase("ready", lang.language, home=home.root, settings=home.root / SETTINGS_FILE))


def collect(lang: LanguageOption = Tongue.kk) -> None:
    """Receive what lies in the drop folder now."""
    from warehouse.services import clockwork

    open_ledger()
    with working("receiving"):
        report = clockwork.collect()
    counts = {name: len(getattr(report, name)) for name in report.__dataclass_fields__}
    out.print(phrase("collected", lang.language, **counts))
    for place in (*report.unidentified, *report.waiting, *report.failed):
        out.print(f"  {place}", markup=False)


def obligations(lang: LanguageOption = Tongue.kk) -> None:
    """Ask for what has fallen due and say what became of every report asked for."""
    from warehouse.services import clockwork

    open_ledger()
    with working("obligations"):
        counts = clockwork.settle_obligations()
    said = [
        f"{entry.labels.in_language(lang.language)}: {counts[entry.code]}"
        for entry in codelist("obligation_status").codes
        if counts.get(entry.code)
    ]
    out.print(phrase("asked", lang.language, opened=counts.get("opened", 0)))
    for line in said:
        out.print(f"  {line}")


def generate(
    check: Annotated[bool, typer.Option("--check", help="Only compare; 1 if something differs.")] = False,
) -> None:
    """Write everything that follows from the contracts: templates, schemas, suites, staging models."""
    from ingest.generate import generate as work

    drifted = work(check=check)
    for drift in drifted:
        out.print(f"{drift.kind:10} {drift.path}")
    if check and drifted:
        raise typer.Exit(1)
    if not drifted:
        out.print("everything follows from the contracts")


def demo(
    organisations: Annotated[int, typer.Option(help="How many organisations.")] = 80,
    seed: Annotated[int, typer.Option(help="Another number gives another country.")] = 503,
    learners: Annotated[int | None, typer.Option(help="About so many learners in each organisation.")] = None,
) -> None:
    """Play a synthetic country for four weeks through the running system, into BBAJ_HOME."""
    from ingest.demo.run import run_demo
    from ingest.home import Home

    run_demo(Home.from_environment(), organisations=organisations, seed=seed, learners=learners)


def add_to(app: typer.Typer) -> None:
    """Put this room's commands on the command line."""
    for command in (init, collect, obligations, generate, demo):
        app.command()(command)
