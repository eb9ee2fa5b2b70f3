"""Which runs of statements a module has, and the same module saying which of them it came to.

In: a module's source. Out: its blocks by their lines, in the order of their numbers; its source with a call at the
beginning of each, and otherwise as it was: tests read what our modules say. A block is what runs together: the body of
a function, of a branch, of a loop.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Bound in each module; a program that runs a module without the tests beside it says nothing.
MARKING = """
try:
    from tests.mutants.marker import mark as _came_to
except ImportError:
    def _came_to(place): pass
""".lstrip()
_FIELDS = ("body", "orelse", "finalbody")


@dataclass(frozen=True)
class Block:
    """`first` and `last`: its lines. `number`: its place among those of its file. `is_elif`: it is never told of."""

    number: int
    first: int
    last: int
    is_elif: bool = False


def blocks_of(source: str) -> list[Block]:
    """The blocks of functions, outer before inner."""
    lines = source.splitlines(keepends=True)
    return [
        Block(number, body[0].lineno, body[-1].end_lineno or body[-1].lineno, _is_elif(body[0], lines))
        for number, body in enumerate(_bodies(ast.parse(source)))
    ]


def block_at(source: str, line: int) -> int | None:
    """The innermost block a line is in; None for what runs when the module is imported."""
    around = [block for block in blocks_of(source) if block.first <= line <= block.last and not block.is_elif]
    return min(around, key=lambda block: block.last - block.first).number if around else None


def telling(source: str, file: str) -> str:
    """The module, telling for each block that it came to it: `FILE NUMBER`."""
    tree, lines = ast.parse(source), source.splitlines(keepends=True)
    before: dict[tuple[int, int], str] = {}
    for number, body in enumerate(_bodies(tree)):
        told = next((node for node in body if not _is_docstring(node)), None)
        if told is not None and not _is_elif(told, lines):
            before[_place(told)] = f"_came_to({f'{file} {number}'!r})"
    if top := next((node for node in tree.body if not _is_first(node)), None):
        lines[_place(top)[0]] = MARKING + lines[_place(top)[0]]
    for (line, column), call in sorted(before.items(), reverse=True):
        lines[line] = _with_call(lines[line], column, call)
    return "".join(lines)


def _with_call(line: str, column: int, call: str) -> str:
    """The call on a line of its own, or before a statement that stands behind a colon. `column` counts bytes."""
    told = line.encode()
    first, rest = told[:column].decode(), told[column:].decode()
    return f"{first}{call}\n{line}" if first.isspace() else f"{first}{call}; {rest}"


def _place(node: ast.stmt) -> tuple[int, int]:
    """Line and column, the line counted from nought; a decorated one begins with its decorators."""
    decorators = getattr(node, "decorator_list", ())
    line = min([node.lineno, *(each.lineno for each in decorators)]) - 1
    return line, node.col_offset


def _is_elif(node: ast.stmt, lines: Sequence[str]) -> bool:
    """It stands where no other statement can: what is asked there belongs to the block around it."""
    line, column = _place(node)
    return isinstance(node, ast.If) and lines[line].encode()[column:].startswith(b"elif")


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
