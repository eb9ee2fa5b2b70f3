"""What commands on recipients and messages say alike.

In: what the ledger refuses. Out: the same in the words of a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ingest.cli.frame.speech import phrase, refuse


@contextmanager
def refusals_in_words() -> Iterator[None]:
    """Turns what the ledger refuses about a recipient or a message into a RefusedError."""
    from ingest.ledger.refusals import RefusalError

    try:
        yield
    except RefusalError as refusal:
        facts = dict(refusal.facts)
        if "state" in facts:
            facts["state"] = phrase(f"message_{facts['state']}")
        raise refuse(f"refused_{refusal.code}", **facts) from None
