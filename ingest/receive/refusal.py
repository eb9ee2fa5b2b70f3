"""Why something in the drop folder could not be taken, for whoever put it there and for the administrator.

In: an exception. Out: the finding `cannot_take` with its reason in three languages.
"""

from __future__ import annotations

import errno

from ingest.schema.texts.finding import Finding
from ingest.schema.texts.words import Words

_REASONS = Words("taking")
_BY_NUMBER = {
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.ENAMETOOLONG: "name_too_long",
    errno.ELOOP: "leads_in_a_circle",
    errno.ETXTBSY: "in_use",
    errno.EBUSY: "in_use",
}


def cannot_take(place: str, error: Exception) -> Finding:
    """The finding of a file or folder that stays where it lies."""
    number = error.errno if isinstance(error, OSError) else None
    name = _BY_NUMBER.get(number, "of_the_system") if number is not None else "our_fault"
    kind = errno.errorcode.get(number, str(number)) if number is not None else type(error).__name__
    reason = _REASONS.filled(name, kind=kind)
    return Finding("cannot_take", value=place, params={"address": place, "reason": reason})
