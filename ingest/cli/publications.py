"""Commands about what is shown: build it, publish it, list it, go back, make it anew from the originals."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from ingest.cli.files import LanguageOption
from ingest.cli.session import open_ledger
from ingest.cli.speech import UNABLE, Tongue, complain, moment, out, phrase, refuse, working


def judge(lang: LanguageOption = Tongue.kk) -> None:
    """Judge every submission that waits, form by form, and keep the rows of the accepted ones."""
    from ingest.cli.overview import refused_among
    from ingest.ledger import waiting
    from warehouse.services import clockwork

    open_ledger()
    waited = [submission.pk for found in waiting.by_form().values() for submission in found]
    with working("judging"):
        counts = clockwork.judge()
    facts = {name: counts.get(name, 0) for name in ("accepted", "rejected", "unreadable", "rows")}
    out.print(phrase("judged" if counts else "nothing_waits", lang.language, **facts))
    if refused := refused_among(waited):
        out.print(phrase("rejected_receipts", lang.language, listed=", ".join(map(str, refused))))


def build(
    force: Annotated[bool, typer.Option("--force", help="Even if nothing changed.")] = False,
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Build the star schema from what is accepted and test it."""
    from warehouse.storage.build import BuildError
    from warehouse.storage.build import build as work

    home = open_ledger()
    try:
        with working("building"):
            result = work(home, force=force)
    except BuildError as error:
        raise complain(phrase("build_failed", lang.language, why=error), UNABLE) from None
    name = "nothing_changed" if result.skipped else "built"
    out.print(phrase(name, lang.language, number=result.build_id, models=result.models))
    if result.held_back:
        listed = ", ".join(map(str, result.held_back))
        out.print(phrase("held_back", lang.language, submissions=listed))


def publish(
    build_number: Annotated[int | None, typer.Option("--build", help="Which build, else the newest.")] = None,
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Show a finished build to everybody by one atomic switch."""
    from warehouse.storage.publish import PublicationError
    from warehouse.storage.publish import publish as work

    home = open_ledger()
    try:
        with working("publishing"):
            shown = work(home, build_number)
    except PublicationError as error:
        raise refuse(f"publication_{error.code}", lang.language, **error.facts) from None
    out.print(phrase("shown", lang.language, number=shown.number, file=home.warehouse))


def publications(lang: LanguageOption = Tongue.kk) -> None:
    """List what was published, the newest first."""
    from ingest.ledger.publications import newest_first

    open_ledger()
    table = Table()
    for heading in ("number", "published_at", "data_as_of", "build", "state", "content"):
        table.add_column(phrase(heading, lang.language))
    for entry in newest_first():
        table.add_row(
            str(entry.number),
            moment(entry.published_at),
            moment(entry.data_as_of),
            str(entry.build_id),
            phrase(f"publication_state_{entry.state}", lang.language),
            entry.content_hash[:12],
        )
    out.print(table)


def rollback(
    number: Annotated[int, typer.Argument(help="The publication to show again.")],
    lang: LanguageOption = Tongue.kk,
) -> None:
    """Show an earlier publication again."""
    from warehouse.storage.publish import PublicationError
    from warehouse.storage.publish import rollback as work

    home = open_ledger()
    try:
        work(home, number)
    except PublicationError as error:
        raise refuse(f"publication_{error.code}", lang.language, **error.facts) from None
    out.print(phrase("shown", lang.language, number=number, file=home.warehouse))


def rebuild(lang: LanguageOption = Tongue.kk) -> None:
    """Delete everything derived and make it again from the raw files, the ledger and the vault alone."""
    from warehouse.services.rebuild import rebuild as work

    home = open_ledger()
    with working("rebuilding"):
        result = work(home)
    facts = {"submissions": result.submissions, "rows": result.rows, "number": result.number}
    same = {True: "rebuilt_same", False: "rebuilt_other", None: "rebuilt_first"}[result.is_same]
    out.print(phrase(same, lang.language, **facts))


def add_to(app: typer.Typer) -> None:
    """Put this room's commands on the command line."""
    for command in (judge, build, publish, publications, rollback, rebuild):
        app.command()(command)
