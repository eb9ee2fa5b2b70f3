"""What a web page says by the looks of a piece of it: colour, struck out, not shown.

In: the text of a page; the attributes of a tag. Out: the looks of its classes; the look of a tag. Of style sheets the
classes are known, which is what programs write that save a sheet as a page; a look that depends on where a tag stands
is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

Given = Mapping[str, str | None]
_NO_COLOURS = frozenset(
    {"none", "transparent", "inherit", "initial", "unset", "auto", "white", "window", "#fff", "#ffffff"}
    | {"rgb(255,255,255)", "ffffff"}
)
_NOT_SHOWN = frozenset(
    {("display", "none"), ("visibility", "hidden"), ("visibility", "collapse"), ("mso-hide", "all")}
)
STRIKING_TAGS = frozenset({"s", "strike", "del"})


@dataclass(frozen=True)
class Look:
    """`colour`: None where nothing is said of it, empty for none and for white."""

    colour: str | None = None
    is_struck: bool = False
    is_hidden: bool = False

    def within(self, outer: Look) -> Look:
        """As it is seen inside another: what it does not say itself is as there."""
        return Look(
            outer.colour if self.colour is None else self.colour,
            self.is_struck or outer.is_struck,
            self.is_hidden or outer.is_hidden,
        )


PLAIN = Look()


def looks_of_classes(page: str) -> dict[str, Look]:
    """Class → how what belongs to it looks."""
    found: dict[str, Look] = {}
    for sheet in _style_sheets(page):
        for rule in sheet.split("}"):
            names, _, declared = rule.rpartition("{")
            if look := _declared(declared) if names else None:
                for selector in names.split(","):
                    _, dot, name = selector.strip().rpartition(".")
                    if dot and " " not in selector.strip() and ":" not in name:
                        found[name.lower()] = look.within(found.get(name.lower(), PLAIN))
    return found


def _style_sheets(page: str) -> Iterator[str]:
    lowered = page.lower() if len(page.lower()) == len(page) else page
    at = lowered.find("<style")
    while at >= 0:
        begin, end = lowered.find(">", at), lowered.find("</style", at)
        if begin < 0 or end < 0:
            return
        pieces = page[begin + 1 : end].split("/*")
        yield pieces[0] + "".join(piece.partition("*/")[2] for piece in pieces[1:])
        at = lowered.find("<style", end)


def look_of(given: Given, classes: Mapping[str, Look]) -> Look:
    """How what a tag holds looks, by its attributes."""
    found = PLAIN
    for name in (given.get("class") or "").lower().split():
        found = classes.get(name, PLAIN).within(found)
    if "bgcolor" in given:
        found = Look(_colour(given["bgcolor"] or ""), found.is_struck, found.is_hidden)
    if style := given.get("style"):
        found = (_declared(style) or PLAIN).within(found)
    return Look(found.colour, found.is_struck, is_hidden=True) if "hidden" in given else found


@lru_cache(maxsize=1024)
def _declared(style: str) -> Look | None:
    """The look of declarations; None where they say nothing that counts here."""
    colour, is_struck, is_hidden = None, False, False
    for declaration in style.split(";"):
        name, _, value = (part.strip().lower() for part in declaration.partition(":"))
        value = value.removesuffix("!important").strip()
        if name in ("background", "background-color"):
            colour = _colour(value)
        elif name in ("text-decoration", "text-decoration-line", "text-line-through"):
            is_struck = is_struck or "line-through" in value
        is_hidden = is_hidden or (name, value) in _NOT_SHOWN
    said = Look(colour, is_struck, is_hidden)
    return said if said != PLAIN else None


def _colour(value: str) -> str:
    """A word for a colour; empty for none and for white."""
    close = value.strip().lower().replace(", ", ",")
    word = close.split(maxsplit=1)[0] if close else ""
    return "" if word in _NO_COLOURS or word.startswith("url(") else word
