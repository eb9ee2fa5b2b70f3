"""Commands of whoever works on the project: what is generated from the contracts, the demonstration."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ingest.cli.frame.answer import Answer, Line, Sheet
from ingest.cli.frame.language import asked, language
from ingest.cli.frame.speech import phrase


def generate(check: Annotated[bool, typer.Option("--check")] = False) -> Answer:
    """Write everything that follows from the contracts: templates, schemas, suites, staging models."""
    from ingest.generate import generate as work

    drifted = work(check=check)
    facts = {"drifted": [{"kind": drift.kind, "path": str(drift.path)} for drift in drifted]}
    if not drifted:
        return Answer(facts, [Line(phrase("nothing_drifted"))])
    rows = [(drift.kind, str(drift.path)) for drift in drifted]
    return Answer(facts, [Sheet("drift", ("kind_head", "path_head"), rows)], int(check))


def demo(
    organisations: Annotated[int, typer.Option("--organisations", min=1)] = 80,
    seed: Annotated[int, typer.Option("--seed")] = 503,
    learners: Annotated[int | None, typer.Option("--learners", min=1)] = None,
) -> Answer:
    """Play a synthetic country for four weeks through the running system, into BBAJ_HOME."""
    from ingest.demo.play.run import run_demo, show_summary
    from ingest.home import Home

    home = Home.from_environment()
    summary = run_demo(home, organisations=organisations, seed=seed, learners=learners, language=language())
    if not asked().as_json:
        show_summary(home, summary)
    return Answer(asdict(summary))
