"""The commands that back an installation up, restore it, and try whether that works.

In: the repositories that the settings name, or addresses of them; for `restore` the folder that becomes a home. Out:
what was kept, what was restored, how long a drill took. A new password is said once.
"""

from __future__ import annotations

import os
import sys
from getpass import getpass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.language import language
from ingest.cli.frame.options import VerboseOption
from ingest.cli.frame.speech import moment, phrase
from ingest.cli.frame.working import working
from ingest.cli.session import open_existing
from ingest.home import Home
from ingest.schema.texts.spoken_number import written

if TYPE_CHECKING:
    from warehouse.services.backup.repositories import Repositories
    from warehouse.services.backup.restore import Restored

_MOST_SHOWN = 20
_MIB = 1 << 20
_STEPS = {"check": "drill_step_check", "restore": "drill_step_restore", "rebuild": "drill_step_rebuild"}
_PASSWORDS = {"data": "password_of_data", "vault": "password_of_vault"}


def backup() -> Answer:
    """Take a backup of everything that cannot be made again."""
    from warehouse.services.backup.repositories import say_passwords
    from warehouse.services.backup.take import back_up
    from warehouse.services.troubles import settled

    home = open_existing()
    with working("work_backing_up"):
        taken = back_up(home)
    settled(home, "back_up_everything")
    said = say_passwords(home)
    facts = {
        "snapshot": taken.snapshot,
        "files": taken.files,
        "bytes": taken.size,
        "added": taken.added,
        "kept": taken.kept,
        "passwords": said,
    }
    size = round(taken.size / _MIB, 1)
    done = phrase(
        "backed_up",
        snapshot=taken.snapshot,
        files=taken.files,
        size=size,
        added=round(taken.added / _MIB, 1),
        kept=taken.kept,
    )
    return Answer(facts, [Line(done), *_password_lines(said)])


def restore(
    to: Annotated[Path, typer.Argument()],
    source: Annotated[str | None, typer.Option("--from")] = None,
    vault: Annotated[str | None, typer.Option("--vault")] = None,
    snapshot: Annotated[str | None, typer.Option("--snapshot")] = None,
    verbose: VerboseOption = False,
) -> Answer:
    """Restore a backup into an empty folder, which becomes a home that works."""
    from warehouse.services.backup.restore import chosen, refuse_filled
    from warehouse.services.backup.restore import restore as work

    to = to.absolute()
    refuse_filled(to)
    with TemporaryDirectory() as cache, working("work_restoring") as shown:
        repositories = _repositories(source, vault, Path(cache))
        restored = work(repositories, chosen(repositories, snapshot), to, shown.tell)
    return _restored(to, restored)


def drill(verbose: VerboseOption = False) -> Answer:
    """Restore the newest backup beside the home, build from it, compare and time it."""
    from warehouse.services.backup.drill import hold_drill
    from warehouse.services.troubles import settled

    home = open_existing()
    with working("work_drilling"):
        held = hold_drill(home)
    settled(home, "try_backup")
    facts = {
        "snapshot": held.snapshot,
        "of": held.of,
        "submissions": held.submissions,
        "rows": held.rows,
        "seconds": held.seconds,
        "same_content": held.same_content,
    }
    total = round(sum(held.seconds.values()))
    steps = [
        (phrase(_STEPS[step]), written(round(seconds, 1), language()))
        for step, seconds in held.seconds.items()
    ]
    same = {True: "drill_same", False: "drill_same", None: "drill_changed_since"}[held.same_content]
    parts: list[Part] = [
        Line(phrase("drilled", snapshot=held.snapshot[:8], of=_of(held.of), seconds=total)),
        Sheet("step", ("step_head", "seconds_head"), steps),
        Line(phrase(same)),
    ]
    return Answer(facts, parts)


def _repositories(source: str | None, vault: str | None, cache: Path) -> Repositories:
    """Those the home of this shell names, or those of the options, under passwords that the environment has or that are
    asked for."""
    from warehouse.services.backup.repositories import (
        DATA,
        PARTS,
        PASSWORD_IN,
        VAULT,
        absolute,
        addresses_of,
        opened,
        password_of,
    )
    from warehouse.services.backup.restic import shown

    home = Home.from_environment()
    if source is None:
        addresses = addresses_of(home)
    else:
        addresses = {DATA: absolute(source, Path.cwd())}
        addresses[VAULT] = absolute(vault or f"{source.rstrip('/')}-vault", Path.cwd())
    passwords = {part: password_of(home, part) for part in PARTS}
    if source is not None:  # the passwords that lie here are those of this home's own repositories
        passwords = {part: os.environ.get(PASSWORD_IN[part]) for part in PARTS}
        if home.settings.backup is not None:
            own = addresses_of(home)
            passwords |= {part: password_of(home, part) for part in PARTS if own[part] == addresses[part]}
    for part in PARTS:
        if passwords[part] is None and sys.stdin.isatty():
            passwords[part] = (
                getpass(phrase("asks_password", repository=shown(addresses[part])) + " ").strip() or None
            )
    return opened(addresses, passwords, cache)


def _restored(to: Path, restored: Restored) -> Answer:
    facts: dict[str, Any] = {
        "home": str(to),
        "of": restored.contents.at,
        "submissions": restored.submissions,
        "rows": restored.rows,
        "last_receipt": restored.receipts,
        "next_receipt": restored.next_receipt,
        "without_receipt": list(restored.later),
        "damaged": [each.place for each in restored.damaged],
    }
    of = _of(restored.contents.at)
    parts: list[Part] = [
        Line(phrase("restored", home=to, of=of, submissions=restored.submissions, rows=restored.rows)),
        Line(phrase("restored_receipts", last=restored.receipts, next=restored.next_receipt)),
    ]
    if restored.later:
        parts.append(Line(phrase("restored_later", count=len(restored.later), folder=to / "raw")))
        parts += [Line(f"  {each}") for each in restored.later[:_MOST_SHOWN]]
    if restored.damaged:
        parts.append(Line(phrase("restored_damaged", count=len(restored.damaged), home=to)))
        parts += [Line(f"  {each.place}") for each in restored.damaged[:_MOST_SHOWN]]
    return Answer(facts, parts, int(bool(restored.damaged)))


def _password_lines(said: list[dict[str, str]]) -> list[Line]:
    from warehouse.services.backup.restic import shown

    lines = [
        Line(
            phrase(_PASSWORDS[each["part"]], repository=shown(each["repository"]), password=each["password"])
        )
        for each in said
    ]
    return [*lines, Line(phrase("keep_passwords"))] if lines else []


def _of(at: str) -> str:
    from datetime import datetime

    return moment(datetime.fromisoformat(at))
