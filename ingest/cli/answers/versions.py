"""Publications and builds as people name them, and as they are told of.

In: a number, `current`, `built`, `as-of` or the name of what was rebuilt as of a moment. Out: what the services take;
words; refusals.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.cli.frame.speech import RefusedError, phrase, refuse

if TYPE_CHECKING:
    from warehouse.storage.shown.publish import PublicationError

WORDS = ("current", "built", "as-of")
_AS_OF = re.compile(r"as-of-\d{8}T\d{6}Z")


def version_named(said: str) -> str:
    """What was meant. Raises RefusedError for what is neither a number nor one of the words."""
    wanted = said.strip().removeprefix("№").strip()
    if wanted.isdecimal() and wanted.isascii() and 0 < int(wanted) < 2**31:
        return str(int(wanted))
    if wanted.lower() in WORDS:
        return wanted.lower()
    if _AS_OF.fullmatch(wanted):
        return wanted
    raise refuse("no_such_version", said=said)


def version_said(publication: int | None, build: int, label: str = "") -> str:
    """In words: a publication, a build that is not shown, or what was rebuilt as of a moment, by its `label`."""
    if label.startswith(WORDS[-1]):
        return label
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
