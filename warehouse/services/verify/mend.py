"""What may be made anew without asking: the lake, the lists of persons, builds and publications.

In: a home and what was found damaged. Out: what was done. Only from originals that are whole: while anything of the raw
store, the ledger or the vault is damaged nothing is touched, since a rebuild would carry the damage on.
"""

from __future__ import annotations

from ingest.home import Home
from ingest.progress import Tell, tell_nobody
from warehouse.services.upkeep.rebuild import Rebuilt, rebuild
from warehouse.services.verify.look import Looked

_ORIGINALS = frozenset({"home", "ledger", "vault", "raw"})
_DERIVED = frozenset({"lake", "reference", "builds", "published"})


def can_mend(looked: Looked) -> bool:
    """Whether something is damaged that can be made anew, and all it is made from is whole."""
    stores = {each.store for each in looked.damaged}
    return bool(stores & _DERIVED) and not stores & _ORIGINALS and not looked.unknown


def mend(home: Home, tell: Tell = tell_nobody) -> Rebuilt:
    """Make everything derived anew. Raises what `rebuild` raises: what would lose much of what is shown still asks."""
    return rebuild(home, tell)
