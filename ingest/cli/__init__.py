"""`bbaj`: the whole system by hand, one command per step of the way of a file.

In: words on the command line. Out: what was asked, on stdout; progress and refusals on stderr. Exit codes: 0 done or
accepted, 1 rejected or refused, 2 unreadable, 64 asked wrongly, 70 a fault of ours or of the installation.
"""

from __future__ import annotations

from typing import Annotated

import typer

from ingest.cli.frame.answer import Answer, Line, show
from ingest.cli.frame.command import SpokenGroup
from ingest.cli.frame.options import Tongue, choose_language
from ingest.cli.frame.speech import phrase, speak_to_any_console
from ingest.garbage import look_rarely
from ingest.private import keep_private
from ingest.scratch import keep_scratch

# Every command in its group, both in the order in which help shows them, as module and function: one is loaded when it
# is called. A group is a room of `ingest.cli.commands`.
GROUPS: dict[str, tuple[str, ...]] = {
    "prepare": ("read.read", "template.template", "check.check"),
    "hand_in": (
        "submission.submit",
        "submission.nil",
        "queries.queries",
        "queries.answer",
        "submission.confirm",
        "submission.marked",
        "submission.withdraw",
    ),
    "follow": (
        "inbox.inbox",
        "status.status",
        "receipts.show",
        "decisions.approve",
        "decisions.return_",
    ),
    "decide": (
        "settings.settings",
        "directives.scope",
        "directives.start",
        "directives.deadline",
        "directives.holiday",
        "directives.exempt",
        "directives.close",
        "directives.reopen",
        "directives.take_back",
    ),
    "person": ("find.person_find", "correct.person_correct", "erase.person_erase", "officer.person_officer"),
    "user": ("readers.user_add", "readers.user_change", "readers.user_end", "readers.user_list"),
    "purpose": (
        "purposes.purpose_grant",
        "purposes.purpose_list",
        "purposes.purpose_end",
        "journal.purpose_journal",
    ),
    "publish": (
        "publications.judge",
        "aside.retry",
        "publications.build",
        "publications.publish",
        "publications.publications",
        "publications.rollback",
        "publications.lift",
        "publications.rebuild",
    ),
    "summary": ("summaries.report", "summaries.reports"),
    "outbox": (
        "recipients.recipients",
        "recipients.recipients_add",
        "recipients.recipients_change",
        "recipients.recipients_remove",
        "sending.send",
        "messages.outbox",
        "messages.outbox_show",
        "messages.outbox_bounces",
        "messages.outbox_hold",
        "messages.outbox_release",
        "messages.outbox_withdraw",
        "messages.outbox_returned",
    ),
    "trust": ("explain.explain", "diff.diff"),
    "install": (
        "installation.init",
        "installation.collect",
        "health.health",
        "verify.verify",
        "backups.backup",
        "backups.restore",
        "backups.drill",
        "move_ledger.move_ledger",
        "installation.obligations",
        "installation.reference_pack",
        "installation.rotate_secret",
        "password.password",
        "installation.completion",
    ),
    "develop": ("development.generate", "development.demo"),
}


class _Program(SpokenGroup):
    offered = GROUPS
    rooms = "ingest.cli.commands"


app = typer.Typer(
    name="bbaj",
    cls=_Program,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _say_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        number = version("bbaj")
        show(Answer({"version": number}, [Line(phrase("version", version=number))]))
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[bool, typer.Option("--version", callback=_say_version, is_eager=True)] = False,
    lang: Annotated[Tongue | None, typer.Option("--lang", callback=choose_language, is_eager=True)] = None,
) -> None:
    """Collect, check, model and publish the reports of an education system."""


def main() -> None:
    """Run the command line; the exit code is the command's."""
    look_rarely()
    keep_private()
    keep_scratch()
    speak_to_any_console()
    app()
