"""What one measurement says: ours, what it is compared with, and the limit it must stay under.

In: seconds. Out: a row of the page of speeds.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row of the page. `ours` and `floor` in seconds; `limit` is a ratio where there is a floor, otherwise
    seconds. `per`: how many pieces of work the seconds are for, when a limit speaks of one."""

    what: str
    ours: float
    floor: float | None = None
    limit: float | None = None
    per: int = 1

    @property
    def measured(self) -> float:
        """What the limit speaks of."""
        return self.ours / (self.floor if self.floor else self.per)

    @property
    def is_met(self) -> bool:
        """Whether the measurement stays under its limit; a figure without one is for information."""
        return self.limit is None or self.measured <= self.limit

    def row(self) -> str:
        """The row in Markdown: what, ours, floor, measured, limit."""
        floor = f"{self.floor:.2f} s" if self.floor else "—"
        limit = "—" if self.limit is None else f"≤ {self._shown(self.limit)}"
        return f"| {self.what} | {self.ours:.2f} s | {floor} | {self._shown(self.measured)} | {limit} |"

    def _shown(self, value: float) -> str:
        if self.floor:
            return f"{value:.1f}×"
        return f"{value * 1000:.1f} ms" if value < 1 else f"{value:.1f} s"
