"""Publications and builds as people name them, and as they are told of.

In: a number, `current` or `built`. Out: what the services take; words; refusals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.cli.frame.speech import RefusedError, phrase, refuse

if TYPE_CHECKING:
    from warehouse.storage.shown.publish import PublicationError

WORDS = ("current", "built")


def version_named(said: str) -> str:
    """What was meant. Raises RefusedError for what is neither a number nor one of the words."""
    wanted = said.strip().removeprefix("№").strip()
    if wanted.isdecimal() and wanted.isascii() and 0 < int(wanted) < 2**31:
        return str(int(wanted))
    if wanted.lower() in WORDS:
        return wanted.lower()
    raise refuse("no_such_version", said=said)


def version_said(publication: int | None, build: int) -> str:
    """In words: a publication, or a build that is not shown."""
    if publication is None:
        return phrase("version_build", number=build)
    return phrase("version_publication", number=publication)


def refused_publication(error: PublicationError) -> RefusedError:
    """Why a publication cannot be shown or looked into, in words."""
    facts = dict(error.facts)
    if error.code == "loss":
        known = ("submissions", "organisations")
        what = str(facts["what"])
        facts["what"] = phrase(f"lost_{what}") if what in known else phrase("lost_rows", table=what)
    return refuse(f"publication_{error.code}", **facts)
