"""Commands about what is shown: judge, build, publish, list, go back, make it anew from the originals."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ingest.cli.answers.confirmations import awaiting_effect, confirmation_facts, confirmations
from ingest.cli.answers.versions import refused_publication
from ingest.cli.commands.publish.aside import aside_parts
from ingest.cli.frame.answer import Answer, Line, Sheet
from ingest.cli.frame.options import AcceptLossOption, ReasonOption, VerboseOption
from ingest.cli.frame.speech import moment, phrase, refuse
from ingest.cli.frame.working import working
from ingest.cli.session import open_existing, open_ledger, operator, reads_ledger
from ingest.settings.spark import ENGINES


def judge(verbose: VerboseOption = False) -> Answer:
    """Judge every submission that waits, form by form, and keep the rows of the accepted ones."""
    from ingest.cli.answers.overview import refused_among
    from ingest.ledger.receipts import waiting
    from warehouse.services.tasks import clockwork

    open_ledger()
    waited = [submission.pk for found in waiting.by_form().values() for submission in found]
    with working("work_judging") as shown:
        counts = clockwork.judge(shown.tell)
    facts = {
        name: counts.get(name, 0) for name in ("accepted", "rejected", "unreadable", "set_aside", "rows")
    }
    refused = refused_among(waited)
    lines = [Line(phrase("judged" if counts else "nothing_waits", **facts))]
    if refused:
        lines.append(Line(phrase("rejected_receipts", listed=", ".join(map(str, refused)))))
    lying = [] if not facts["set_aside"] else aside_parts(None)
    lines += [*confirmations(waited), *awaiting_effect(waited)]
    asked = [each["receipt"] for each in confirmation_facts(waited)]
    return Answer({**facts, "refused_receipts": refused, "waiting_for_confirmation": asked}, [*lines, *lying])


class Engine(StrEnum):
    """What a build may run on."""

    duckdb = ENGINES[0]
    spark = ENGINES[1]


def build(
    force: Annotated[bool, typer.Option("--force")] = False,
    whole: Annotated[bool, typer.Option("--whole")] = False,
    engine: Annotated[Engine | None, typer.Option("--engine", show_default=False)] = None,
    verbose: VerboseOption = False,
) -> Answer:
    """Build the star schema from what is accepted and test it."""
    from warehouse.services.building import build as work
    from warehouse.services.troubles import settled

    home = open_ledger()
    with working("work_building") as shown:
        on = engine.value if engine else None
        result = work(home, force=force, whole=whole, tell=shown.tell, engine=on)
    settled(home, "build_warehouse")
    name = "nothing_changed" if result.skipped else "built"
    lines = [Line(phrase(name, number=result.build_id, models=result.models))]
    if result.whole:
        lines.append(Line(phrase(f"whole_{result.whole}")))
    if result.held_back:
        lines.append(Line(phrase("held_back", submissions=", ".join(map(str, result.held_back)))))
    facts = {
        "build": result.build_id,
        "tables": result.models,
        "changed": not result.skipped,
        "whole": result.whole,
        "held_back": list(result.held_back),
    }
    return Answer(facts, lines)


def publish(
    build_number: Annotated[int | None, typer.Option("--build", min=1)] = None,
    accept_loss: AcceptLossOption = False,
    verbose: VerboseOption = False,
) -> Answer:
    """Show a finished build to everybody by one atomic switch."""
    from warehouse.services.troubles import settled
    from warehouse.storage.shown.publish import PublicationError
    from warehouse.storage.shown.publish import publish as work

    home = open_existing()
    try:
        with working("work_publishing") as progress:
            shown = work(home, build_number, progress.tell, accept_loss=accept_loss)
    except PublicationError as error:
        raise refused_publication(error) from None
    settled(home, "publish_warehouse")
    facts = {"number": shown.number, "file": str(home.warehouse)}
    return Answer(facts, [Line(phrase("shown", **facts))])


@reads_ledger
def publications() -> Answer:
    """List what was published, the newest first."""
    from ingest.ledger.publications import newest_first

    found = newest_first()
    facts = [
        {
            "number": entry.number,
            "published_at": entry.published_at,
            "data_as_of": entry.data_as_of,
            "build": entry.build_id,
            "state": entry.state,
            "content_hash": entry.content_hash,
        }
        for entry in found
    ]
    rows = [
        (
            entry.number,
            moment(entry.published_at),
            moment(entry.data_as_of),
            entry.build_id,
            phrase(f"publication_state_{entry.state}"),
            entry.content_hash[:12],
        )
        for entry in found
    ]
    headings = ("number", "published_at", "data_as_of", "build", "state", "content")
    return Answer({"publications": facts}, [Sheet("publication", headings, rows, empty="nothing_published")])


def rollback(
    number: Annotated[int, typer.Argument(min=1)],
    reason: Annotated[str, typer.Option("--reason")] = "",
) -> Answer:
    """Show an earlier publication again, and nothing newer until that is lifted."""
    from ingest.ledger.publications import held
    from warehouse.storage.shown.publish import PublicationError
    from warehouse.storage.shown.publish import rollback as work

    home = open_existing()
    try:
        work(home, number, operator(), reason)
    except PublicationError as error:
        raise refused_publication(error) from None
    facts = {"number": number, "file": str(home.warehouse), "held": held() is not None}
    lines = [Line(phrase("shown", **facts))]
    if held():
        lines.append(Line(phrase("publications_held", number=number)))
    return Answer(facts, lines)


def lift(reason: ReasonOption) -> Answer:
    """Let publications go on after something was taken back."""
    from ingest.ledger.publications import lift as work

    home = open_existing()
    lifted = work(operator(), reason=reason, at=home.now())
    if lifted is None:
        raise refuse("nothing_held")
    return Answer({"lifted": lifted.number}, [Line(phrase("hold_lifted", number=lifted.number))])


def rebuild(
    as_of: Annotated[str | None, typer.Option("--as-of")] = None,
    accept_loss: AcceptLossOption = False,
    verbose: VerboseOption = False,
) -> Answer:
    """Delete everything derived and make it again from the raw files, the ledger and the vault alone; or make again
    what counted at a moment, beside what there is."""
    if as_of is not None:
        from ingest.cli.answers.as_of import rebuilt_as_of

        return rebuilt_as_of(open_existing(), as_of)
    from warehouse.services.troubles import settled
    from warehouse.services.upkeep.rebuild import rebuild as work
    from warehouse.storage.shown.publish import PublicationError

    home = open_existing()
    try:
        with working("work_rebuilding") as shown:
            result = work(home, shown.tell, accept_loss=accept_loss)
    except PublicationError as error:
        raise refused_publication(error) from None
    settled(home, "build_warehouse", "publish_warehouse")
    facts = {"submissions": result.submissions, "rows": result.rows, "number": result.number}
    same = {True: "rebuilt_same", False: "rebuilt_other", None: "rebuilt_first"}[result.is_same]
    said = phrase("rebuilt_held" if result.is_held else same, **facts)
    return Answer({**facts, "same_content": result.is_same, "held": result.is_held}, [Line(said)])
