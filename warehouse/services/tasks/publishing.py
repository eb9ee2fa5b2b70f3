"""Whether what was built waits in vain to be shown.

In: a home. Out: whether its last build ought to be published now. What a person has to decide first, they are told by
`bbaj status`; asking again every minute would only fill the log.
"""

from __future__ import annotations

from ingest.home import Home
from ingest.ledger import publications
from ingest.ledger.records import Build
from warehouse.services.tasks.pause import paused_until
from warehouse.services.troubles import troubles
from warehouse.storage.shown.publish import shown_number

_PUBLISHING = "publish_warehouse"
_FOR_A_PERSON = ("publication_loss",)
"""Refusals that stay until somebody decides, or other data come: each names its build."""


def is_left_unpublished(home: Home) -> bool:
    """Whether readers find something else than the ledger says, or the newest finished build is neither shown, nor
    held, nor refused until a person decides."""
    if paused_until(home, _PUBLISHING):
        return False
    shown = publications.current()
    if shown is not None and shown_number(home) != shown.number:
        return True  # whoever recorded it ended before readers were led to it
    built = Build.objects.filter(state=Build.State.SUCCEEDED).order_by("-pk").first()
    if built is None or publications.held() is not None:
        return False
    if shown is not None and shown.build_id == built.pk:
        return False
    return not any(
        trouble.told.code in _FOR_A_PERSON and trouble.told.facts.get("number") == str(built.pk)
        for trouble in troubles(home)
    )
