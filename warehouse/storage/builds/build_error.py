"""The model failed or broke a promise of its own: nothing of that build is published."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ingest.home import InstallationError


class BuildError(InstallationError):
    """The model failed or broke a promise of its own. `code` says how; carries the `build_id`, what `failed` and the
    `log`."""

    def __init__(
        self, build_id: int, code: str, log: Path, failed: Sequence[str] = (), **details: int
    ) -> None:
        why = ", ".join(failed) or code.replace("_", " ")
        super().__init__(f"build {build_id}: {why}; see {log}")
        # People are told the names of what failed; what a database says of it, in English, stands in the log.
        names = ", ".join(each.partition(":")[0] for each in failed)
        self.of(code, number=build_id, log=log, names=names, **details)
        self.build_id, self.failed, self.log = build_id, failed, log
