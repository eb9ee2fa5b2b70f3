"""Files handed over at once, each checked by itself: one without a verdict never stops another.

In: names and bytes, or paths of files dropped on the program; the form and period chosen for them, if any. Out: what
was checked, and why others were not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from ingest.checker.desk import KEPT, CheckedFile, Desk, NotRecognisedError, Trouble
from ingest.schema.forms.load import contracts
from ingest.schema.values.period import PeriodError


@dataclass
class Handed:
    """What became of the files."""

    checked: list[CheckedFile] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)


def check_handed(
    desk: Desk, files: Iterable[tuple[str, bytes]], form: str | None = None, period: str | None = None
) -> Handed:
    """Check files, as many at once as a desk keeps."""
    handed = Handed()
    every = iter(files)
    for name, content in islice(every, KEPT):
        _check(desk, name, content, form, period, handed)
    if next(every, None):
        handed.troubles.append(Trouble("too_many", {"limit": KEPT}))
    return handed


def check_dropped(desk: Desk, paths: Sequence[Path]) -> Handed:
    """Check files that were dropped on the program."""
    unopened: list[Trouble] = []
    handed = check_handed(desk, _opened(paths, unopened))
    handed.troubles += unopened
    return handed


def _opened(paths: Sequence[Path], unopened: list[Trouble]) -> Iterator[tuple[str, bytes]]:
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError:
            unopened.append(Trouble("not_opened", {"file": path.name}))
        else:
            yield path.name, content


def _check(
    desk: Desk, name: str, content: bytes, form: str | None, period: str | None, handed: Handed
) -> None:
    try:
        if form and form not in contracts():
            raise NotRecognisedError(name)
        handed.checked.append(desk.check(desk.put(name, content), form, period))
    except NotRecognisedError:
        handed.troubles.append(Trouble("not_recognised", {"file": name}))
    except PeriodError as error:
        said = {"period": error.text, "example": error.example}
        handed.troubles.append(Trouble("bad_period", said))
    except Exception as error:  # whatever it is, one file must not end the page
        handed.troubles.append(Trouble("our_fault", {"kind": type(error).__name__}))
