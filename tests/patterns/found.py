"""Every regular expression that Python's `re` runs in the packages, found by itself.

In: the sources and the imported modules. Out: `Used`s: the compiled pattern, where it stands, and the ways it is
applied. Patterns kept in names of a module are taken from the module; those written where they are used are read
from the source, a piece that is known only at run time standing in for a few pieces that it may be. What cannot be
found out this way is a `LookupError`, so that nobody writes a pattern past this room.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGES = ("ingest", "expectations", "warehouse", "dashboards", "dags")
WAYS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")
# What is put in for a piece of a pattern that is known only at run time.
_STANDINS = (";", "  ", "aa", "1|2")
# Written by authors of contracts and layouts: RE2 runs them on what strangers write. These places only ask for their
# groups, or hold them against names that the same author wrote.
AUTHORS = frozenset(
    {
        ("ingest/schema/forms/split.py", "checked_pattern(pattern)"),
        ("ingest/schema/forms/split.py", "self.pattern"),
        ("ingest/schema/forms/sheets.py", "checked_pattern(pattern)"),
        ("ingest/schema/forms/sheets.py", "pattern"),
        ("ingest/schema/forms/sheets.py", "choice.pattern"),
        # Those of a list anyone can extend, on lines cut short: its own test measures them.
        ("ingest/read/files/line_kind.py", "expression"),
        # Those of a catalogue of messages: measured one by one beside the others.
        ("dashboards/words/failures.py", "each['pattern']"),
    }
)


@dataclass(frozen=True)
class Used:
    """`ways`: the methods by which it is applied."""

    where: str
    pattern: re.Pattern[Any]
    ways: frozenset[str]


def sources() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def every_pattern() -> list[Used]:
    """All of them, each once. Raises LookupError for one that is beyond this search."""
    texts = {path: path.read_text(encoding="utf-8") for path in sources()}
    read = {path: _Source(path, text) for path, text in texts.items() if "re" in _words(text)}
    known = {name for source in read.values() for name in source.own}
    # Whoever uses the pattern of another module names it, and need not know what a pattern is.
    read |= {
        path: _Source(path, text) for path, text in texts.items() if path not in read and known & _words(text)
    }
    # By module as well, where the name is a module's own: another may give the same name to another pattern.
    applied: defaultdict[tuple[Path | None, str], set[str]] = defaultdict(set)
    for path, source in read.items():
        for name, way in _applications(source.nodes, known & {*source.own, *source.names_imported()}):
            applied[path if name in source.own else None, name] |= {way} if way in WAYS else set(WAYS)
    found = []
    for path, source in read.items():
        if not source.imports_re():
            continue
        module = _module(path, source.tree)
        for name in sorted(source.own & set(vars(module))):
            value = getattr(module, name)
            if isinstance(value, re.Pattern):
                ways = applied[path, name] | applied[None, name] or set(WAYS)
                found.append(Used(f"{_shown(path)}: {name}", value, frozenset(ways)))
        found += _inline(source, module)
    return found


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


class _Source:
    """A module's text, gone through once. `own`: names that it gives to compiled patterns, also several at once."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.tree = ast.parse(text)
        self.nodes = [*ast.walk(self.tree)]
        self.own = {
            part.id
            for node in self.nodes
            if isinstance(node, ast.Assign)
            and any(_is_call(inner, {"compile"}) for inner in ast.walk(node.value))
            for target in node.targets
            for part in ast.walk(target)
            if isinstance(part, ast.Name)
        }

    def imports_re(self) -> bool:
        aliases = (alias for node in self.nodes if isinstance(node, ast.Import) for alias in node.names)
        return "re" in {alias.asname or alias.name for alias in aliases}

    def names_imported(self) -> set[str]:
        return {alias.name for node in self.nodes if isinstance(node, ast.ImportFrom) for alias in node.names}


def _applications(nodes: list[ast.AST], known: set[str]) -> Iterator[tuple[str, str]]:
    """Name and method of each use; a pattern that is handed on counts as used in every way."""
    held = set()
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in known:
            held.add(id(node.value))
            if node.attr in WAYS:
                yield node.value.id, node.attr
    for node in nodes:
        is_read = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        if is_read and node.id in known and id(node) not in held:  # type: ignore[attr-defined]
            yield node.id, "handed on"  # type: ignore[attr-defined]


def _is_call(node: ast.AST, names: set[str]) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in names
    )


def _inline(source: _Source, module: ModuleType) -> Iterator[Used]:
    """Patterns written where they are used."""
    shown = _shown(source.path)
    at_top = {
        id(inner)
        for node in source.tree.body
        if isinstance(node, ast.Assign)
        for inner in ast.walk(node.value)
    }
    for node in source.nodes:
        if not _is_call(node, {*WAYS, "compile"}) or id(node) in at_top:
            continue
        assert isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        first = node.args[0]
        is_own = isinstance(first, ast.Name) and first.id in source.own
        if is_own or (shown, ast.unparse(first)) in AUTHORS:
            continue
        where = f"{shown}:{node.lineno}"
        ways = frozenset(WAYS) if node.func.attr == "compile" else frozenset({node.func.attr})
        for text in _texts(first, module, where):
            yield Used(where, text if isinstance(text, re.Pattern) else re.compile(text), ways)


def _texts(node: ast.expr, module: ModuleType, where: str) -> Iterator[Any]:
    """The patterns an expression may be."""
    try:
        value = eval(compile(ast.Expression(node), where, "eval"), dict(vars(module)))
        yield value
        return
    except NameError:
        pass
    if isinstance(node, ast.Subscript) and isinstance(values := _value(node.value, module), dict):
        yield from values.values()
        return
    loose = sorted({part.id for part in ast.walk(node) if isinstance(part, ast.Name)} - set(vars(module)))
    if not isinstance(node, ast.JoinedStr | ast.BinOp) or not 0 < len(loose) <= 3:
        raise LookupError(f"{where}: write the pattern as a constant or give it a name of the module")
    for chosen in itertools.islice(itertools.product(_STANDINS, repeat=len(loose)), 16):
        for pieces in (chosen, [piece.encode() for piece in chosen]):
            with contextlib.suppress(TypeError, AttributeError):
                names = {**vars(module), **dict(zip(loose, pieces, strict=True))}
                yield eval(compile(ast.Expression(node), where, "eval"), names)
                break


def _value(node: ast.expr, module: ModuleType) -> Any:
    return getattr(module, node.id, None) if isinstance(node, ast.Name) else None


def _module(path: Path, tree: ast.Module) -> ModuleType:
    """The module; of one that needs another environment, what its constants hold."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    try:
        return importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    except ImportError:
        alone = ModuleType(path.stem)
        vars(alone)["re"] = re
        for node in tree.body:
            with contextlib.suppress(Exception):
                if isinstance(node, ast.Assign):
                    exec(compile(ast.Module([node], []), str(path), "exec"), vars(alone))
        return alone


def _shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
