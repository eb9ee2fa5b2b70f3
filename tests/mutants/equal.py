"""Changes that change nothing that is promised, each with its reason.

In: `equal.yml`. Out: the reason, or none. A change is known by its file, the line it stands in and what it puts there.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from tests.mutants.change import PROJECT, Change

FILE = Path(__file__).with_name("equal.yml")


@cache
def equal() -> dict[tuple[str, str, str, str], str]:
    """File, line, what stood there, what stands there instead → why that is the same."""
    return {
        (each["file"], each["line"], str(each["before"]), str(each["after"])): each["why"]
        for each in yaml.safe_load(FILE.read_text(encoding="utf-8")) or ()
    }


def why_equal(change: Change) -> str | None:
    """Why it is no wrong change; None where it is one, or nobody has said so."""
    text = (PROJECT / change.file).read_text(encoding="utf-8")
    first = text.rfind("\n", 0, change.start) + 1
    line = text[first : text.find("\n", change.start)].strip()
    return equal().get((change.file, line, change.before, change.after))
