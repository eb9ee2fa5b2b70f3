"""Commands about what is shown: build it, publish it, list it, go back, make it anew from the originals."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from ingest.cli.session import open_ledger
from ingest.cli.speech import complain, out, working


def judge() -> None:
    """Judge every submission that waits, form by form, and keep the rows of the accepted ones."""
    from warehouse import clockwork

    open_ledger()
    with working("judging"):
        counts = clockwork.judge()
    out.print(", ".join(f"{name}: {count}" for name, count in counts.items()) or "nothing waits")


def build(force: Annotated[bool, typer.Option("--force", help="Even if nothing changed.")] = False) -> None:
    """Build the star schema from what is accepted and test it."""
    from warehouse.build import BuildError
    from warehouse.build import build as work

    home = open_ledger()
    try:
        with working("building"):
            result = work(home, force=force)
    except BuildError as error:
        raise complain(str(error), "What is shown stays as it was.") from None
    out.print(f"build {result.build_id}: {result.state}" + (" (nothing changed)" if result.skipped else ""))
    if result.held_back:
        out.print(f"held back: {', '.join(map(str, result.held_back))}")
    if result.state != "succeeded":
        raise typer.Exit(1)


def publish(
    build_number: Annotated[int | None, typer.Option("--build", help="Which build, else the newest.")] = None,
) -> None:
    """Show a finished build to everybody by one atomic switch."""
    from warehouse.publish import PublicationError
    from warehouse.publish import publish as work

    home = open_ledger()
    try:
        with working("publishing"):
            shown = work(home, build_number)
    except PublicationError as error:
        raise complain(str(error), "`bbaj build` makes one.") from None
    out.print(f"publication {shown.number} is shown: {home.warehouse}")


def publications() -> None:
    """List what was published, the newest first."""
    from ingest.ledger.publications import newest_first

    open_ledger()
    table = Table()
    for heading in ("number", "published (UTC)", "data as of (UTC)", "build", "state", "content"):
        table.add_column(heading)
    for entry in newest_first():
        table.add_row(
            str(entry.number),
            f"{entry.published_at:%Y-%m-%d %H:%M:%S}",
            f"{entry.data_as_of:%Y-%m-%d %H:%M}",
            str(entry.build_id),
            str(entry.state),
            entry.content_hash[:12],
        )
    out.print(table)


def rollback(number: Annotated[int, typer.Argument(help="The publication to show again.")]) -> None:
    """Show an earlier publication again."""
    from warehouse.publish import PublicationError
    from warehouse.publish import rollback as work

    home = open_ledger()
    try:
        work(home, number)
    except PublicationError as error:
        raise complain(str(error), "`bbaj publications` lists what there is.") from None
    out.print(f"publication {number} is shown: {home.warehouse}")


def rebuild() -> None:
    """Delete everything derived and make it again from the raw files, the ledger and the vault alone."""
    from warehouse.rebuild import rebuild as work

    home = open_ledger()
    with working("rebuilding"):
        result = work(home)
    out.print(str(result))


def add_to(app: typer.Typer) -> None:
    """Put this room's commands on the command line."""
    for command in (judge, build, publish, publications, rollback, rebuild):
        app.command()(command)
