"""What an interactive check comes to. In: a verdict. Out: `Checked`, which who asks for one holds without being able to
judge: of all that judges nothing is loaded here."""

from __future__ import annotations

from dataclasses import dataclass

from expectations.judging.scope import Scope
from expectations.verdict import Verdict


@dataclass(frozen=True)
class Checked:
    """`scope`: whose report on which period the file was taken for. `has_more_places`: whether there are places that
    are no findings of their own."""

    verdict: Verdict
    scope: Scope
    has_more_places: bool = False
