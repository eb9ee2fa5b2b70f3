"""Commands of whoever runs the installation: make it, keep its clock, equip schools and shells."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ingest.cli.frame.answer import Answer, Line
from ingest.cli.frame.confirm import confirm
from ingest.cli.frame.language import language
from ingest.cli.frame.options import AgreedOption, NodeOption, OutputOption
from ingest.cli.frame.speech import phrase, refuse
from ingest.cli.frame.working import working
from ingest.cli.output import write_private
from ingest.cli.session import (
    existing_home,
    form_label,
    node_named,
    open_existing,
    open_ledger,
    operator,
    operator_name,
    reads_ledger,
)
from ingest.home import SETTINGS_FILE, Home
from ingest.private import close_to_others
from ingest.schema.forms.codelist import codelist


class Shell(StrEnum):
    """Shells whose completion we know."""

    bash = "bash"
    zsh = "zsh"
    fish = "fish"


def init(
    adopt: Annotated[bool, typer.Option("--adopt")] = False,
    reason: Annotated[str, typer.Option("--reason")] = "",
) -> Answer:
    """Make the folders, the ledger and the empty lake under BBAJ_HOME; again does no harm."""
    lines: list[Line] = []
    wrong: list[tuple[str, str]] = []
    if adopt:
        from warehouse.services.upkeep.installation import adopt as take

        if not reason.strip():
            raise refuse("refused_no_reason")
        home = existing_home()
        wrong = take(home, operator_name(), reason.strip())
        lines += [
            Line(phrase(f"adopted_{problem}", store=phrase(f"store_{store}"))) for store, problem in wrong
        ]
    else:
        before = _version_of_ledger()
        home = open_ledger()
        after = _version_of_ledger()
        if before not in (None, after):
            lines.append(Line(phrase("upgraded", before=before, after=after)))
    close_to_others(home.root)  # what an earlier version of the program wrote
    facts = {"home": str(home.root), "settings": str(home.root / SETTINGS_FILE)}
    return Answer({**facts, "adopted": wrong}, [*lines, Line(phrase("ready", **facts))])


def _version_of_ledger() -> str | None:
    """The last migration of the home's ledger; None where there is no ledger yet."""
    from ingest.ledger import setup
    from ingest.ledger.store.reading import exists
    from ingest.ledger.store.version import last_migration

    home = Home.from_environment()
    if not exists(home):
        return None
    setup(home)
    return last_migration()


def collect() -> Answer:
    """Receive what lies in the drop folder now."""
    from warehouse.services.tasks import clockwork

    open_ledger()
    with working("work_collecting"):
        report = clockwork.collect()
    found = {name: list(getattr(report, name)) for name in report.__dataclass_fields__}
    counts = {name: len(entries) for name, entries in found.items()}
    told = (*report.unidentified, *report.waiting, *report.failed)
    lines = [Line(phrase("collected", **counts)), *(Line(f"  {place}") for place in told)]
    told_apart = {
        "collected_received_anew": report.received_anew,
        "collected_unsure": report.unsure,
        "collected_left": report.left,
    }
    for said, places in told_apart.items():
        if places:
            lines += [Line(phrase(said)), *(Line(f"  {place}") for place in places)]
    return Answer(found, lines)


def obligations() -> Answer:
    """Ask for what has fallen due and say what became of every report asked for."""
    from warehouse.services.tasks import clockwork

    open_ledger()
    with working("work_asking"):
        counts = clockwork.obligations()
    lines = [Line(phrase("asked", opened=counts.get("opened", 0)))]
    lines += [
        Line(f"  {entry.labels.in_language(language())}: {counts[entry.code]}")
        for entry in codelist("obligation_status").codes
        if counts.get(entry.code)
    ]
    return Answer(dict(counts), lines)


@reads_ledger
def reference_pack(node: NodeOption, output: OutputOption) -> Answer:
    """Write what files are checked against for `check --reference` elsewhere. It may name learners."""
    from ingest.databases import spill_elsewhere
    from warehouse.services.submitters.pack import make_pack

    spill_elsewhere()  # the home is only read
    home = Home.from_environment()
    owner = node_named(node)
    write_private(output, b"")
    forms = make_pack(home, owner, output)
    lines = [Line(phrase("pack_written" if forms else "pack_empty", path=output, node=node))]
    lines += [Line(f"  · {form_label(form)}") for form in forms]
    return Answer({"node": node, "path": str(output), "forms": forms}, lines)


def rotate_secret(
    of: Annotated[str | None, typer.Option("--of")] = None, agreed: AgreedOption = False
) -> Answer:
    """Begin a new secret of the identity vault, or of a domain of keys. An interrupted change is gone on with."""
    from warehouse.services.upkeep.secret_change import change_secret, planned_change

    home = open_existing()
    planned = planned_change(home, of)
    facts = {"before": planned.before, "after": planned.after, "folder": str(home.keys)}
    if of is not None:
        facts["domain"] = of
    will = "will_rotate" if of is None else "will_rotate_domain"
    confirm(phrase("will_resume_rotation" if planned.resumed else will, **facts), agreed)
    change_secret(home, planned, operator())
    done = Line(phrase("rotated" if of is None else "rotated_domain", **facts))
    return Answer({**facts, "resumed": planned.resumed}, [done])


def completion(shell: Annotated[Shell, typer.Argument()]) -> Answer:
    """Print what a shell needs to complete commands, options and names of forms."""
    from typer._completion_shared import get_completion_script

    from ingest.cli.frame.command import COMPLETE

    script = get_completion_script(prog_name="bbaj", complete_var=COMPLETE, shell=shell.value)
    return Answer({"shell": shell.value, "script": script}, [Line(script)])
