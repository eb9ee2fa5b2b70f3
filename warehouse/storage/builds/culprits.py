"""Submissions at which a model fails: found by building that model without some of them, so that all others are built.

In: what failed, what was built from, and a way to try. Out: submission → what failed at it. Where the model fails
without any of them too it is none's fault, and nothing is held back: the build has failed and says so.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.blame import first_at_fault, is_said_of_the_machine
from ingest.ledger.decisions.manifest import ManifestEntry
from ingest.schema.forms.load import contracts
from warehouse.storage.builds.engines.dbt_run import MODEL


@dataclass(frozen=True)
class Failed:
    """A node of the model that failed. `is_error`: it could not be computed; else a test that found something."""

    name: str
    is_error: bool
    message: str

    @classmethod
    def of(cls, result: Mapping[str, Any]) -> Failed | None:
        """From dbt's result of one node; None where that went well."""
        if result["status"] not in ("error", "fail"):
            return None
        said = (result.get("message") or "").strip()
        return cls(result["unique_id"].split(".")[2], result["status"] == "error", said)

    def __str__(self) -> str:
        return f"{self.name}: {self.message.splitlines()[0][:160] if self.message else ''}"


Try = Callable[[Sequence[ManifestEntry], Sequence[str]], Collection[str]]
"""Builds these models, and what they are made of, from a manifest; the names of what could not be computed."""


def submissions_at_fault(
    failed: Sequence[Failed],
    manifest: Sequence[ManifestEntry],
    before: Collection[int],
    forms: Collection[str],
    attempt: Try,
) -> dict[int, str]:
    """The submission that makes a model fail; {} where no single one does. `before`: those that a build went well with;
    `forms`: what the models that failed are made of."""
    names = [each.name for each in failed if each.is_error]
    if not names or any(is_said_of_the_machine(each.message) for each in failed):
        return {}
    suspects = sorted(
        (entry for entry in manifest if entry.form in forms),
        key=lambda entry: (entry.submission_id not in before, entry.submission_id),
    )
    others = [entry for entry in manifest if entry.form not in forms]

    def fails(some: Sequence[ManifestEntry]) -> bool:
        return bool(set(names) & set(attempt([*others, *some], names)))

    if not suspects or fails([]):
        return {}
    culprit = suspects[first_at_fault(suspects, fails)]
    return {culprit.submission_id: f"model_failed: {', '.join(names)}"}


def forms_behind(names: Collection[str], folder: Path) -> set[str]:
    """The forms whose rows these models are made of, by what was written down of the model; all where nothing was."""
    try:
        nodes = json.loads((folder / MODEL).read_text(encoding="utf-8"))["nodes"]
    except (OSError, ValueError, KeyError):
        return set(contracts())
    waiting = [node for node in nodes if node.split(".")[2] in names]
    seen: set[str] = set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += nodes[node]["depends_on"]["nodes"] if node in nodes else ()
    behind = {node.split(".")[2].removeprefix("stg_") for node in seen if len(node.split(".")) > 2}
    return {form for form in contracts() if form in behind}
