"""How a build begins: with the large facts of the last one where those can be used, else whole; and what it leaves.

In: the folder of a build, its inputs written. Out: the model run there, what failed, why it was whole. What fails in a
build that began with the last one is asked of a whole one before it is said of the model or of anybody's report.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Literal, TypeAlias

from ingest.home import Home
from ingest.told import in_log
from warehouse.storage.builds import kept_draft
from warehouse.storage.builds.build_error import BuildError
from warehouse.storage.builds.culprits import Failed
from warehouse.storage.builds.engines.dbt_process import BEFORE, Dbt
from warehouse.storage.builds.engines.dbt_run import MODEL

log = logging.getLogger(__name__)
Whole: TypeAlias = kept_draft.Unusable | Literal["asked_for", "other_engine", "failed"]
"""Why a build is whole, besides: somebody wants it so; the engine keeps nothing; it failed when begun with the last."""


class Beginning:
    """Of one build. `whole`: why it is made whole; None while it begins with the last one. `begun_with`, `kept`: the
    SHA-256 of the draft it began with and of what is kept of its own, where there is any."""

    def __init__(self, home: Home, folder: Path, model: str, dbt: Dbt, *, whole: bool) -> None:
        self._home, self._folder, self._model, self._dbt = home, folder, model, dbt
        self.whole: Whole | None
        if not dbt.begins_with_last:
            self.whole = "other_engine"
        elif whole:
            self.whole = "asked_for"
        else:
            self.whole = kept_draft.begin(home, folder, model)
        self.begun_with = kept_draft.sha256(home) if self.whole is None else None
        self.kept: str | None = None

    def run(self, number: int) -> list[Failed]:
        """The model, as `Dbt.run`. Raises BuildError."""
        if self.whole is not None:
            return self._dbt.run(self._folder, number)
        kept_draft.note_unmoved(self._home, self._folder)
        try:
            failed = self._dbt.run(self._folder, number)
        except BuildError as error:
            return self._run_whole(number, str(error))
        return self._run_whole(number, str(failed[0])) if failed else []

    def keep(self) -> None:
        """Leave to the next build what it may begin with. The log says why this one was whole."""
        if self.whole:
            log.info("%s", in_log(f"whole_{self.whole}"))
        if self._dbt.begins_with_last:
            record = json.loads((self._folder / MODEL).read_text(encoding="utf-8"))
            kept_draft.keep(self._home, self._folder, record, self._model)
            self.kept = kept_draft.sha256(self._home)
        else:
            kept_draft.forget(self._home)
        (self._folder / BEFORE).unlink(missing_ok=True)

    def _run_whole(self, number: int, problem: str) -> list[Failed]:
        log.warning("%s", in_log("log_begun_build_failed", build=number, kind=problem))
        self.whole, self.begun_with = "failed", None
        kept_draft.forget(self._home)
        (self._folder / BEFORE).unlink(missing_ok=True)
        return self._dbt.run(self._folder, number)
