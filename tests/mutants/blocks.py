"""Which runs of statements a module has, and the same module saying which of them it came to.

In: a module's source. Out: its blocks by their lines, in the order of their numbers; its source with a call at the
beginning of each. A block is what runs together: the body of a function, of a branch, of a loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

# Bound in each module; a program that runs a module without the tests beside it says nothing.
_MARKING = """
try:
    from tests.mutants.marker import mark as _came_to
except ImportError:
    def _came_to(place): pass
"""
_FIELDS = ("body", "orelse", "finalbody")


@dataclass(frozen=True)
class Block:
    """`first` and `last`: its lines. `number`: its place among those of its file."""

    number: int
    first: int
    last: int


def blocks_of(source: str) -> list[Block]:
    """The blocks of functions, outer before inner."""
    return [
        Block(number, body[0].lineno, body[-1].end_lineno or body[-1].lineno)
        for number, body in enumerate(_bodies(ast.parse(source)))
    ]


def block_at(source: str, line: int) -> int | None:
    """The innermost block a line is in; None for what runs when the module is imported."""
    around = [block for block in blocks_of(source) if block.first <= line <= block.last]
    return min(around, key=lambda block: block.last - block.first).number if around else None


def telling(source: str, file: str) -> str:
    """The module, telling for each block that it came to it: `FILE NUMBER`."""
    tree = ast.parse(source)
    for number, body in enumerate(list(_bodies(tree))):
        told = ast.parse(f"_came_to({f'{file} {number}'!r})").body[0]
        body.insert(1 if _is_docstring(body[0]) and len(body) > 1 else 0, told)
    place = next((at for at, node in enumerate(tree.body) if not _is_first(node)), len(tree.body))
    tree.body[place:place] = ast.parse(_MARKING).body
    return ast.unparse(ast.fix_missing_locations(tree))


def _bodies(tree: ast.Module) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.body
            yield from _inner(node)


def _inner(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """The branches and loops of one function; functions inside it have their own."""
    for node in ast.iter_child_nodes(function):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            for name in _FIELDS:
                statements = getattr(node, name, None)
                if isinstance(statements, list) and statements:
                    yield statements
            yield from _inner(node)


def _is_docstring(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_first(node: ast.stmt) -> bool:
    """What must stand before anything else of a module."""
    return _is_docstring(node) or (isinstance(node, ast.ImportFrom) and node.module == "__future__")
