"""What a password must be, said in the languages of the pages.

In: a password and the name of its user. Out: nothing, or why it is not taken. Length counts, not a mixture of signs
(NIST SP 800-63B, 5.1.1.2).
"""

from __future__ import annotations

import unicodedata

SHORTEST = 12
_FEWEST_SIGNS = 5

TOO_SHORT, TOO_PLAIN, HAS_NAME, NOT_NEW, NOT_REPEATED = (
    "too_short",
    "too_plain",
    "has_name",
    "not_new",
    "not_repeated",
)


def fault_of(password: str, user: str = "") -> str | None:
    """Why this password is not taken, None when it is."""
    folded = unicodedata.normalize("NFKC", password).casefold()
    name = unicodedata.normalize("NFKC", user).casefold().strip()
    if len(password) < SHORTEST:
        return TOO_SHORT
    if len(set(folded)) < _FEWEST_SIGNS:
        return TOO_PLAIN
    if len(name) > 2 and name in folded:
        return HAS_NAME
    return None
