"""What gauges look at: a home, its settings, the clocks, and what its ledger says, read once for all of them.

In: a home, however damaged. Out: `Sight`. What cannot be read raises only where a gauge asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from ingest.authored import AuthorError
from ingest.home import NOTE, Home, Settings
from warehouse.services.health.ledger_facts import LedgerFacts, facts_of


class LedgerAwayError(Exception):
    """The ledger cannot be read, which a gauge of its own tells."""


@dataclass
class Sight:
    """One look at an installation. `at`: the true time; `defaults`: the limits by their names."""

    home: Home
    defaults: dict[str, float]
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @cached_property
    def settings(self) -> Settings:
        """Of the installation; the defaults where they cannot be followed, which a gauge tells."""
        try:
            return self.home.settings
        except (AuthorError, OSError):
            return Settings()

    @cached_property
    def now(self) -> datetime:
        """The moment that acts in the ledger are told by: in a demo country its own."""
        return (self.settings.now or self.at).astimezone(UTC)

    def limit(self, name: str) -> float:
        """What a measurement is held against."""
        return self.settings.watching.limits.get(name, self.defaults[name])

    def age(self, moment: datetime | None, *, of_act: bool = False) -> int | None:
        """Seconds since then, of an act by the ledger's time; 0 where it is still to come."""
        if moment is None:
            return None
        return max(0, int(((self.now if of_act else self.at) - moment).total_seconds()))

    @property
    def ledger(self) -> LedgerFacts:
        """What the ledger says. Raises LedgerAwayError."""
        found = self.ledger_read
        if isinstance(found, Exception):
            raise LedgerAwayError from found
        return found

    @cached_property
    def ledger_read(self) -> LedgerFacts | Exception:
        """The same, or why it cannot be read; nothing at all where nobody has made this home."""
        from ingest.ledger.store.reading import exists, read_steadily

        try:
            if not exists(self.home):
                return LedgerFacts() if not self._is_made() else FileNotFoundError(self.home.ledger.name)
            return read_steadily(self.home, facts_of)
        except Exception as fault:  # whatever it is, the other gauges measure on
            return fault

    def _is_made(self) -> bool:
        return self.home.raw.is_dir() or (self.home.root / NOTE).exists()
