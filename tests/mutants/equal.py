"""Changes that change nothing that is promised, each with its reason.

In: `equal.yml`. Out: the reason, or none. A change is known by its file, the line it stands in and what it puts there;
where a line has what it replaces several times, by which of them it is (`nth`, all of them where it is not told).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from tests.mutants.change import PROJECT, Change

FILE = Path(__file__).with_name("equal.yml")


@cache
def equal() -> dict[tuple[str, str, str, str, int], str]:
    """File, line, what stood there, what stands there instead, which of them → why that is the same."""
    return {
        (each["file"], each["line"], str(each["before"]), str(each["after"]), each.get("nth", 0)): each["why"]
        for each in yaml.safe_load(FILE.read_text(encoding="utf-8")) or ()
    }


def why_equal(change: Change) -> str | None:
    """Why it is no wrong change; None where it is one, or nobody has said so."""
    text = (PROJECT / change.file).read_text(encoding="utf-8")
    first = text.rfind("\n", 0, change.start) + 1
    line = text[first : text.find("\n", change.start)].strip()
    known = change.file, line, change.before, change.after
    nth = text.count(change.before, first, change.start) + 1
    return equal().get((*known, nth)) or equal().get((*known, 0))
