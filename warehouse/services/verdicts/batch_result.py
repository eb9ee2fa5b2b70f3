"""What became of a batch, as the process that judged it tells the one that asked.

In and out: counts. Whoever asks knows this alone, and loads nothing of what judges.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class BatchResult:
    """What became of the batch: verdicts by outcome, and landed rows. `failed`: submissions without a verdict through a
    fault of ours, each with the step that failed and the kind of the fault."""

    outcomes: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    failed: dict[int, tuple[str, str]] = field(default_factory=dict)
