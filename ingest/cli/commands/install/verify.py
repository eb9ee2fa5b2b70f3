"""The command that looks through an installation for damage and says what mends it.

In: whether every byte is to be read. Out: what is damaged, where, and what to do; exit code 1 where anything is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.cli.frame.answer import Answer, Line, Part, Sheet
from ingest.cli.frame.options import VerboseOption
from ingest.cli.frame.speech import out, phrase
from ingest.cli.frame.working import working
from ingest.cli.session import existing_home, open_existing
from ingest.home import NOTE, Home

if TYPE_CHECKING:
    from ingest.progress import Tell
    from warehouse.services.verify.found import Found
    from warehouse.services.verify.known import Known
    from warehouse.services.verify.look import Looked

_SHOWN = 50


def verify(
    full: Annotated[bool, typer.Option("--full")] = False,
    repair: Annotated[bool, typer.Option("--repair")] = False,
    verbose: VerboseOption = False,
) -> Answer:
    """Look through raw store, ledger, vault, lake, findings, builds and publications for damage."""
    home = _home()
    lines: list[Part] = []
    mended = False
    with working("work_verifying") as shown:
        looked = _looked(home, full, shown.tell)
        if repair and looked.damaged:
            mended = _mended(looked, shown.tell)
            lines.append(Line(phrase("mended" if mended else "not_mended")))
            looked = _looked(home, full, shown.tell)
    return Answer(_facts(looked, full, mended), [*lines, *_parts(looked, full)], int(bool(looked.damaged)))


def _home() -> Home:
    """One whose ledger is gone is there still: this command is for finding out."""
    home = Home.from_environment()
    return home if (home.root / NOTE).exists() else existing_home()


def _looked(home: Home, full: bool, tell: Tell) -> Looked:
    from warehouse.services.verify.look import look_through

    return look_through(home, _known(home), every_byte=full, tell=tell)


def _known(home: Home) -> Known | None:
    """What the ledger says; None where it cannot be read, which the look into it then tells."""
    from django.db import DatabaseError

    from ingest.ledger.store.reading import UnreadableLedgerError, read_steadily

    def read() -> Known:
        from warehouse.services.verify.known import Known

        return Known.of_ledger()

    try:
        return read_steadily(home, read)
    except UnreadableLedgerError as error:
        if error.code != "ledger_unreadable":
            raise
    except (DatabaseError, ValueError):
        pass
    return None


def _mended(looked: Looked, tell: Tell) -> bool:
    from warehouse.services.verify.mend import can_mend, mend

    if not can_mend(looked):
        return False
    mend(open_existing(), tell)
    return True


def _facts(looked: Looked, full: bool, mended: bool) -> dict[str, Any]:
    def said(found: Found) -> dict[str, Any]:
        facts = {"store": found.store, "place": found.place, "damage": found.damage, "mend": found.mend}
        return facts | {"receipts": found.facts.get("receipts", [])}

    return {
        "full": full,
        "looked_at": looked.files,
        "damaged": [said(each) for each in looked.damaged],
        "strangers": [each.place for each in looked.found if each.is_stranger],
        "ledger_read": not looked.unknown,
        "mended": mended,
    }


def _parts(looked: Looked, full: bool) -> list[Part]:
    most = _SHOWN if out.is_terminal else None
    rows = [
        (phrase(f"store_{each.store}"), each.place, phrase(f"damage_{each.damage}")) for each in looked.found
    ]
    headings = ("store_head", "file_head", "damage_head")
    parts: list[Part] = [Sheet("damaged", headings, rows[:most], whole=("damage_head",))]
    if most is not None and len(rows) > most:
        parts.append(Line(phrase("more_damaged", count=len(rows) - most)))
    remedies = dict.fromkeys(phrase(f"mend_{each.mend}", **_filled(each)) for each in looked.found)
    parts += [Line(f"· {remedy}") for remedy in list(remedies)[:most]]
    if looked.unknown:
        parts.append(Line(phrase("verified_without_ledger")))
    name = "verified_damaged" if looked.damaged else "verified_full" if full else "verified_quick"
    return [*parts, Line(phrase(name, count=len(looked.damaged), files=looked.files))]


def _filled(found: Found) -> dict[str, Any]:
    return {"place": found.place, **found.facts}
