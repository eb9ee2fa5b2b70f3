"""Long work while it goes on: a line on the terminal that moves, or with `--verbose` a line for each step.

In: the name of a phrase, steps of the work. Out: text on stderr alone. Where stderr is no terminal nothing is shown
unless `--verbose` asks for it, so that logs and pipes stay as quiet as the answer is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from ingest.cli.frame.language import asked, language
from ingest.cli.frame.speech import err, phrase
from ingest.progress import Step

_BEFORE_THE_FIRST = (
    SpinnerColumn(),
    TextColumn("{task.description}", markup=False),
    TimeElapsedColumn(),
)
_WITH_A_BAR = (*_BEFORE_THE_FIRST, BarColumn(bar_width=24), MofNCompleteColumn())


class Work:
    """One piece of long work: what is done now, how much of how much, for how long already."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self._progress, self._task = progress, task
        self._written: tuple[str, int] | None = None

    def step(self, done: int, total: int, what: str | None = None) -> None:
        """So much is done of so much; `what` is done now, where it changes."""
        if self._progress.columns != _WITH_A_BAR:
            self._progress.columns = _WITH_A_BAR
        self._progress.update(self._task, completed=done, total=total, description=what)
        self._write(done, total, what or "")

    def tell(self, step: Step) -> None:
        """What the work itself says, in words."""
        said = ": ".join(filter(None, (phrase(f"work_{step.kind}"), _name(step.what))))
        self.step(step.done, step.total, said)
        if inner := step.within:
            # It moves the line and is no step of its own: the 400 files of a batch would be 400 lines in a log.
            within = f"{phrase(f'work_{inner.kind}')} {inner.done}/{inner.total}"
            self._progress.update(self._task, description=f"{said} ({within})")

    def _write(self, done: int, total: int, what: str) -> None:
        """A line of its own for each step, once, where they are asked for."""
        if asked().verbose and self._written != (what, done):
            self._written = (what, done)
            text = f"[{done}/{total}]" + (f" {what}" if what else "")
            self._progress.console.print(text, markup=False, soft_wrap=True, highlight=False, emoji=False)


@contextmanager
def working(name: str, /, **facts: Any) -> Iterator[Work]:
    """Shows on stderr that long work goes on, in the words of a phrase."""
    with Progress(*_BEFORE_THE_FIRST, console=err, transient=True, disable=not err.is_terminal) as progress:
        yield Work(progress, progress.add_task(phrase(name, **facts), total=None))


def _name(what: str) -> str:
    """A form as it is called; anything else by its own name."""
    from ingest.schema.forms.load import contracts

    known = contracts().get(what)
    return known.labels.in_language(language()) if known else what
