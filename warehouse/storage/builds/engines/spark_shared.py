"""What one statement names and asks for several times is made once for it.

The first engine does so by itself; Spark puts what a name stands for into each place that names it. In a model of
levels, where each is made of the one below, the same hundred rows are then read hundreds of times, and a plan that
large takes longer to think out than to follow.

In: a session and a statement of SQL as dbt writes it: names are given by `with` at the beginning of a query, and stand
behind `from` or `join`. Out: the statement with a view of its own in the place of each name; those that are asked for
more than once, and take more than to be looked up, are made when they are first named and lie in memory or, where
there is too little of that, on the disks of the machines. Knows nothing of this project's packages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

_APART = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|`[^`]*`|--[^\n]*|/\*.*?\*/", re.DOTALL)
_BEGINS = re.compile(r"(?:^|\(|\bas)\s*(\bwith\b)\s+\w+\s+as\s*\(", re.IGNORECASE)
_RECURSIVE = re.compile(r"\bwith\s+recursive\b", re.IGNORECASE)
_NAMED = re.compile(r"\s*(\w+)\s+as\s*\(", re.IGNORECASE)
_NEXT = re.compile(r"\s*,")
_WORK = re.compile(r"\b(join|group\s+by|over|union|intersect|except|distinct|explode)\b", re.IGNORECASE)
_VIEW = re.compile(r"\bnamed_\d+\b")
_numbers = count(1)


@dataclass
class _Block:
    """`with` and the query that follows: where it begins, names and bodies in their order, the query, where it ends."""

    begins: int
    named: list[tuple[str, str]]
    query: str
    ends: int


@dataclass
class Shared:
    """What the names of a statement stand for in a session, until it is let go of."""

    session: Any
    _views: dict[str, str] = field(default_factory=dict)
    _unmade: set[str] = field(default_factory=set)
    """Views that take work at each place that names them."""

    def settled(self, sql: str) -> str:
        """The same statement without `with`. What is made of itself, again and again, is left as it is."""
        return sql if _RECURSIVE.search(_bare(sql)) else self._settled(sql, {})

    def forget(self) -> None:
        """Let go of what was made. What was asked with it may still be read."""
        # The session's own way would first look through what each stands for: it might be kept as a table.
        names = self.session._jsparkSession.sessionState().catalog()
        for view in self._views.values():
            names.dropTempView(view)
        self._views.clear()
        self._unmade.clear()

    def _settled(self, sql: str, known: dict[str, str]) -> str:
        block = _first_block(sql)
        if block is None:
            return _renamed(sql, known)
        inner = dict(known)
        for place, (name, body) in enumerate(block.named):
            later = [block.query, *(other for _, other in block.named[place + 1 :])]
            asked = sum(len(list(_places(text, name))) for text in later)
            settled = self._settled(body, inner)
            inner[name.lower()] = self._view(settled, asked > 1)
        before, after = sql[: block.begins], sql[block.ends :]
        return _renamed(before, known) + self._settled(block.query, inner) + self._settled(after, known)

    def _view(self, query: str, is_shared: bool) -> str:
        if query not in self._views:
            bare, view = _bare(query), f"named_{next(_numbers)}"
            takes_work = bool(_WORK.search(bare)) or not self._unmade.isdisjoint(_VIEW.findall(bare))
            frame = self.session.sql(query)
            if takes_work and is_shared:
                frame = frame.localCheckpoint()
            elif takes_work:
                self._unmade.add(view)
            frame.createOrReplaceTempView(view)
            self._views[query] = view
        return self._views[query]


def _bare(sql: str) -> str:
    """As long, with blanks for what is no statement: texts, quoted names, remarks."""
    return _APART.sub(lambda found: " " * len(found.group()), sql)


def _first_block(sql: str) -> _Block | None:
    bare = _bare(sql)
    begun = _BEGINS.search(bare)
    if begun is None:
        return None
    at, named = begun.end(1), []
    while found := _NAMED.match(bare, at):
        closed = _closed(bare, found.end())
        named.append((found.group(1), sql[found.end() : closed]))
        further = _NEXT.match(bare, closed + 1)
        at = further.end() if further else closed + 1
        if further is None:
            break
    ends = _closed(bare, at)
    return _Block(begun.start(1), named, sql[at:ends], ends)


def _closed(bare: str, at: int) -> int:
    """Where what is open at a place is closed; the end where nothing is."""
    depth = 0
    for place in range(at, len(bare)):
        if bare[place] == "(":
            depth += 1
        elif bare[place] == ")":
            if depth == 0:
                return place
            depth -= 1
    return len(bare)


def _places(sql: str, name: str) -> Iterator[re.Match[str]]:
    """Where a name is asked for."""
    return re.finditer(rf"\b(?:from|join)\s+({name})\b(?!\s*[.(])", _bare(sql), re.IGNORECASE)


def _renamed(sql: str, known: dict[str, str]) -> str:
    """With views in the place of names, each still called as it was."""
    bare = _bare(sql)
    found = sorted((place.span(1), view) for name, view in known.items() for place in _places(sql, name))
    pieces, at = [], 0
    for (begins, ends), view in found:
        called = "" if re.match(r"\s+as\b", bare[ends:], re.IGNORECASE) else f" as {sql[begins:ends]}"
        pieces += [sql[at:begins], view, called]
        at = ends
    return "".join([*pieces, sql[at:]])
