"""Where things stand in an XML part, so that it can be changed without being written anew.

In: the bytes of a part. Out: `Element`s of its elements, and edits applied to the bytes. Whatever no edit touches
stays as it was: order of attributes, prefixes, extensions this program has never heard of.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from xml.parsers import expat
from xml.sax.saxutils import escape

_HEAD = re.compile(rb"""<[^<>"']*(?:"[^"]*"[^<>"']*|'[^']*'[^<>"']*)*>""")
_ATTRIBUTE = re.compile(rb"""\s([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")
_DECLARED = re.compile(r"""^\s*<\?xml[^>]*\?>""")
_LONGEST_NUMBER = 10
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Characters XML 1.0 has no place for.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What a spreadsheet program would take for an escaped character.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


class UnmarkableError(Exception):
    """A package that cannot be changed in place; it is written anew from what was read."""


@dataclass(frozen=True)
class Edit:
    """Replace the bytes from `begin` to `end` by `content`; an insertion where both are equal."""

    begin: int
    end: int
    content: bytes


@dataclass(frozen=True)
class Element:
    """One element. `head_end`: behind its start tag; `tail`: before its end tag; `end`: behind that."""

    name: str
    prefix: str
    attributes: Mapping[str, str]
    begin: int
    head_end: int
    tail: int
    end: int
    depth: int

    @property
    def is_closed(self) -> bool:
        """Whether it is written as one tag, with nothing inside."""
        return self.head_end == self.end

    def append(self, content: bytes) -> Edit:
        """Put `content` behind everything inside the element."""
        if self.is_closed:
            return Edit(self.head_end - 2, self.head_end, b">" + content + self.end_tag)
        return Edit(self.tail, self.tail, content)

    @property
    def end_tag(self) -> bytes:
        return f"</{self.prefix}{self.name}>".encode()


def utf8(part: bytes) -> bytes:
    """The part in UTF-8, whatever it was written in. Raises UnmarkableError for an encoding nobody knows."""
    encoding = "utf-16" if part.startswith(_UTF16) else _declared(part)
    if encoding in ("utf-8", "utf8", "us-ascii"):
        return part.removeprefix(b"\xef\xbb\xbf")
    try:
        text = _DECLARED.sub("", part.decode(encoding))
    except (LookupError, UnicodeError) as error:
        raise UnmarkableError("a part in an encoding nobody knows") from error
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>' + text.encode()


def _declared(part: bytes) -> str:
    found = _ENCODING.match(part.removeprefix(b"\xef\xbb\xbf"))
    return found[1].decode("ascii").lower() if found else "utf-8"


def head_at(xml: bytes, begin: int) -> int:
    """Where the start tag that begins there ends."""
    found = _HEAD.match(xml, begin)
    if not found:
        raise UnmarkableError("a tag without an end")
    return found.end()


def parser() -> expat.XMLParserType:
    """A parser that takes no document type, with which entities would come."""
    made = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise UnmarkableError("a part with a document type")

    made.StartDoctypeDeclHandler = refuse
    return made


def elements(xml: bytes) -> list[Element]:
    """Every element, in the order of their start tags. For small parts; raises UnmarkableError."""
    made = parser()
    found: list[Element | None] = []
    open_: list[tuple[int, str, dict[str, str], int, int]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        begin = made.CurrentByteIndex
        open_.append((len(found), name, attributes, begin, head_at(xml, begin)))
        found.append(None)

    def end(_: str) -> None:
        index, name, attributes, begin, head_end = open_.pop()
        is_closed = xml[head_end - 2 : head_end] == b"/>"
        tail = head_end if is_closed else made.CurrentByteIndex
        last = head_end if is_closed else xml.index(b">", tail) + 1
        prefix, _, local = name.rpartition(":")
        found[index] = Element(
            local, f"{prefix}:" if prefix else "", attributes, begin, head_end, tail, last, len(open_)
        )

    made.StartElementHandler, made.EndElementHandler = start, end
    parsed(made, xml)
    return [element for element in found if element]


def parsed(made: expat.XMLParserType, xml: bytes) -> None:
    """Run a parser over a part. Raises UnmarkableError where it is not well-formed."""
    try:
        made.Parse(xml, True)
    except expat.ExpatError as error:
        raise UnmarkableError("a part that is not well-formed") from error


def whole(text: str | None, default: int = 0) -> int:
    """The number an attribute states, `default` where it is not there. Raises UnmarkableError for none."""
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER):
        raise UnmarkableError("an attribute that is no number")
    return int(text)


def named(found: Iterable[Element], name: str) -> Iterator[Element]:
    """The elements of that local name."""
    return (element for element in found if element.name == name)


def inside(found: Sequence[Element], parent: Element) -> list[Element]:
    """The children of an element, in order. `found`: all elements of the part, as `elements` gives them."""
    children = []
    for index in range(bisect_right(found, parent.begin, key=attrgetter("begin")), len(found)):
        element = found[index]
        if element.begin >= parent.end:
            break
        if element.depth == parent.depth + 1:
            children.append(element)
    return children


def spliced(xml: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with all edits made; those at one place in the order given."""
    pieces: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda each: (each.begin, each.end)):
        pieces += [xml[done : edit.begin], edit.content]
        done = edit.end
    return b"".join([*pieces, xml[done:]])


def with_attributes(head: bytes, values: Mapping[str, str]) -> bytes:
    """A start tag with these attributes set, the others as they were."""
    for name, value in values.items():
        written = f' {name}="{attribute(value)}"'.encode()
        attributes = _ATTRIBUTE.finditer(head)
        found = next((each for each in attributes if each[1] == name.encode()), None)
        if found:
            head = head[: found.start()] + written + head[found.end() :]
        else:
            cut = len(head) - (2 if head.endswith(b"/>") else 1)
            head = head[:cut].rstrip() + written + head[cut:]
    return head


def attribute(text: str) -> str:
    """A text as the value of an attribute in double quotes."""
    return escape(ILLEGAL.sub("", text), {'"': "&quot;", "\n": "&#10;"})


def content(text: str) -> str:
    """A text as the content of a cell or comment: nothing in it is ever taken for anything but text."""
    return escape(_LOOKS_ESCAPED.sub("_x005F_", ILLEGAL.sub("", text)))
