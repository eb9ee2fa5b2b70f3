"""Changes tried: each is made in a copy of the project, and tests are asked until one notices.

In: changes. Out: what became of each. The project itself is never changed, so a trial may be ended at any moment.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from tests.mutants.asking import Answer, ask, compare
from tests.mutants.change import PROJECT, Change, listed_files
from tests.mutants.model_rows import ModelRows

# One engine of the ledger's two: what differs between them is SQL of Django's.
_WORDS = ("-k", "not postgresql")
# broken: nothing of the file runs any more, so that it is no behaviour that was noticed. time: a test has no end.
Became = Literal["behaviour", "comparison", "unnoticed", "time", "unclear", "broken"]


@dataclass(frozen=True)
class Outcome:
    """What became of a change. `by`: the test that noticed it, and of what. `asked`: the tests that were asked."""

    change: Change
    became: Became
    by: str = ""
    asked: tuple[str, ...] = ()


@dataclass
class Trial:
    """A copy of the project in `folder`, which belongs to the trial. `seconds`: of a processor, for one change:
    no further test is begun after them.

    `is_sure`: a test that noticed is run once more without the change, since one that fails anyway notices nothing.
    """

    folder: Path
    seconds: int
    is_sure: bool = True
    _sound: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        for name in listed_files():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, self.folder / name)
        (self.folder / ".venv").symlink_to((PROJECT / ".venv").resolve())
        self._rows = ModelRows(self.folder / "var" / "rows")

    def of(self, change: Change, tests: Sequence[str]) -> Outcome:
        """Make the change, ask the tests in their order, undo it."""
        asked = tuple(tests)
        file = self.folder / change.file
        original = file.read_text(encoding="utf-8")
        try:
            self._write(file, change.applied(original))
            answer = self._ask(change, tests)
            if answer.said == "broken" or (answer.said == "time" and not answer.by):
                return Outcome(change, "broken", answer.of, asked)
            if answer.said != "passed":
                self._write(file, original)
                return self._noticed(change, answer, asked)
            compared = compare(self.folder, self.seconds)
            return Outcome(change, "unnoticed" if compared.said == "passed" else "comparison", "", asked)
        finally:
            self._write(file, original)

    def _noticed(self, change: Change, answer: Answer, asked: tuple[str, ...]) -> Outcome:
        """Whether it was the change that the test failed of, or has no end of: without it the same test must pass."""
        is_test = answer.by.startswith("tests/")  # rows that are expected are expected without the change
        if is_test and self.is_sure and answer.by not in self._sound:
            if self._ask(change, [answer.by]).said != "passed":
                return Outcome(change, "unclear", answer.by, asked)
            self._sound.add(answer.by)
        became: Became = "time" if answer.said == "time" else "behaviour"
        return Outcome(change, became, f"{answer.by} {answer.of}", asked)

    def _ask(self, change: Change, tests: Sequence[str]) -> Answer:
        if change.file.endswith(".sql") and (answer := self._rows.ask(change)).said != "passed":
            return answer
        return ask(self.folder, change.file, tests, self.seconds, _WORDS)

    def _write(self, file: Path, text: str) -> None:
        """Compiled modules are known by second and size: one of the text before must not be taken for it."""
        file.write_text(text, encoding="utf-8")
        for compiled in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            compiled.unlink()
