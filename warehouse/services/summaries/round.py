"""One round of the clockwork: every summary that is due is made for every place, and handed to the outbox.

In: a home. Out: how many were made, stand as they were, are held back, and were queued for somebody. Killed anywhere,
the next round does what is left: what was made is not made again, what was queued is not queued twice.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from dashboards.reports.definition import names
from ingest.home import Home, InstallationError
from ingest.ledger.editions import codes
from ingest.ledger.records import Edition, Node
from ingest.progress import Tell, tell_nobody
from warehouse.services.summaries.due import newest_due, places
from warehouse.services.summaries.making import Became, make_editions
from warehouse.services.summaries.sending import hand_over

_FOLLOWED = timedelta(days=200)
"""So long after an edition was made what is approved or corrected of its period makes another."""


class SummaryFailedError(InstallationError):
    """A fault of ours kept some summaries from being made; those who wait for them were told that they are delayed."""

    def __init__(self, failed: list[str]) -> None:
        super().__init__(f"{len(failed)} summaries could not be made: {', '.join(failed[:5])}")
        self.of("summary_failed", count=len(failed), listed=", ".join(failed[:5]))


def make_due(home: Home, tell: Tell = tell_nobody) -> Counter[str]:
    """Every report: the last period that was due, and earlier ones of which something was corrected or all approved.

    Raises SummaryFailedError where the program failed at some, once the others are made.
    """
    done: Counter[str] = Counter()
    failed: list[str] = []
    everywhere = list(places(home.now()))
    for report in names():
        newest = newest_due(report, home.now())
        asked = {newest: everywhere} if newest else {}
        for period in _followed(home, report):
            if period != newest:
                asked[period] = _with_editions(report, period)
        for period, nodes in asked.items():
            found = make_editions(home, report, period, nodes, only_settled=True, tell=tell)
            done.update(became.outcome for became in found)
            done["queued"] += sum(hand_over(home, became) for became in found)
            failed += [f"{report} {period} {each.edition.node.code}" for each in found if _is_ours(each)]
    if failed:
        raise SummaryFailedError(failed)
    return done


def _is_ours(became: Became) -> bool:
    """Whether a fault of the program keeps it back."""
    return became.outcome == "held" and "failed" in codes(became.edition.reasons)


def _followed(home: Home, report: str) -> list[str]:
    since = home.now() - _FOLLOWED
    made = Edition.objects.filter(report=report, state=Edition.State.MADE, made_at__gte=since)
    return sorted(set(made.values_list("period", flat=True)))


def _with_editions(report: str, period: str) -> list[Node]:
    made = Edition.objects.filter(report=report, period=period, state=Edition.State.MADE)
    return list(Node.objects.filter(pk__in=made.values("node")).select_related("parent").order_by("code"))
