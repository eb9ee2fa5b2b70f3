"""The named faults, and the table of them in `docs/reliability.md`: `python -m tests.faults.named` writes it anew.

In: `named.yml`. Out: each fault with its tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

TESTS = Path(__file__).parents[1]
PAGE = TESTS.parent / "docs" / "reliability.md"
_BEGIN, _END = "<!-- named faults: made by tests/faults/named.py -->", "<!-- end of the named faults -->"


@dataclass(frozen=True)
class NamedFault:
    """`done`: what happens; `seen`: what must be seen then; `tests`: who does it; `open`: what cannot be tried yet."""

    name: str
    done: str
    seen: str
    tests: tuple[str, ...] = ()
    open: str = ""


def named_faults() -> dict[str, NamedFault]:
    """Name → fault, in the order of the file."""
    said = yaml.safe_load(Path(__file__).with_name("named.yml").read_text(encoding="utf-8"))
    return {
        name: NamedFault(name, each["done"], each["seen"], tuple(each.get("tests", ())), each.get("open", ""))
        for name, each in said.items()
    }


def table() -> str:
    """As the page shows them."""
    rows = ["| what happens | what must be seen | tried by | open |", "|---|---|---|---|"]
    for fault in named_faults().values():
        tried = ", ".join(sorted({f"`{each.partition('::')[0]}`" for each in fault.tests})) or "—"
        rows.append(f"| {fault.done} | {fault.seen} | {tried} | {fault.open or '—'} |")
    return "\n".join(rows)


def page(text: str) -> str:
    """The page with the table as it is now. Raises ValueError where the page has no place for it."""
    before, after = text.split(_BEGIN, maxsplit=1)[0], text.split(_END)[1]
    return f"{before}{_BEGIN}\n{table()}\n{_END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
