"""Small wrong changes of Python: boundaries, filters, guards, and the SQL that stands in its texts.

In: a module's source. Out: `(offset, before, after, kind)` of every change that can be made. Left alone are
docstrings, what is logged, what a refusal says, and what only a type checker reads.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.mutants.sql_changes import Found, sql_changes

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str, str]] = {
    ast.Lt: ("<", "<=", "boundary"),
    ast.LtE: ("<=", "<", "boundary"),
    ast.Gt: (">", ">=", "boundary"),
    ast.GtE: (">=", ">", "boundary"),
    ast.Eq: ("==", "!=", "comparison"),
    ast.NotEq: ("!=", "==", "comparison"),
    ast.In: ("in", "not in", "filter"),
    ast.NotIn: ("not in", "in", "filter"),
    ast.Is: ("is", "is not", "comparison"),
    ast.IsNot: ("is not", "is", "comparison"),
}
_PAIRS = (
    *(("min", "max"), ("any", "all"), ("filter", "exclude"), ("first", "last"), ("latest", "earliest")),
    *(("start", "end"), ("first_day", "last_day"), ("valid_from", "valid_to")),
)
_NAMES = dict(_PAIRS) | {other: one for one, other in _PAIRS}
_LOOKS_LIKE_SQL = re.compile(
    r"\b(SELECT|WHERE|JOIN|CASE|COALESCE|HAVING|EXISTS|count\(|bool_and\(|bool_or\()|(?<!\w)(AND|OR|NOT|IS NULL)(?!\w)"
    r"|\b[bsd]\.\{?\w| [<>]=? "
)
_MOST_FIGURES = 100_000


def python_changes(source: str) -> Iterator[Found]:
    """Every change, in no order."""
    tree = ast.parse(source)
    yield from _Finder(source, tree).found()


class _Finder:
    def __init__(self, source: str, tree: ast.Module) -> None:
        self.source, self.tree = source, tree
        self._lines = [0]
        for line in source.encode().splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._bytes = source.encode()
        self._skipped = set(self._left_alone())

    def found(self) -> Iterator[Found]:
        for node in ast.walk(self.tree):
            if node not in self._skipped:
                yield from self._of(node)

    def _left_alone(self) -> Iterator[ast.AST]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
                yield from ast.walk(node.annotation)
            elif isinstance(node, ast.FunctionDef) and node.returns:
                yield from ast.walk(node.returns)
            if self._is_said(node):
                yield from ast.walk(node)

    @staticmethod
    def _is_said(node: ast.AST) -> bool:
        """Docstrings, refusals, what is logged, and how a thing calls itself."""
        if isinstance(node, ast.Expr):
            return isinstance(node.value, ast.Constant)
        if isinstance(node, ast.Call):
            return ast.unparse(node.func).startswith(("log.", "reach"))
        if isinstance(node, ast.If):
            return "TYPE_CHECKING" in ast.unparse(node.test)
        return isinstance(node, ast.Raise) or getattr(node, "name", "") in ("__str__", "__repr__")

    def _of(self, node: ast.AST) -> Iterator[Found]:
        if isinstance(node, ast.Compare):
            yield from self._of_comparison(node)
        elif isinstance(node, ast.BoolOp):
            yield from self._of_condition(node)
        elif isinstance(node, ast.Constant):
            yield from self._of_constant(node)
        elif isinstance(node, ast.JoinedStr):
            yield from self._of_text(node)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield self._replaced(node, f"({self._text(node.operand)})", "filter")
        else:
            yield from self._of_statement(node)

    def _of_statement(self, node: ast.AST) -> Iterator[Found]:
        if isinstance(node, ast.If) and self._is_guard(node):
            yield self._replaced(node.test, "False", "guard")
        elif isinstance(node, ast.comprehension):
            yield from (self._replaced(test, "True", "filter") for test in node.ifs)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if re.match(r"_?(require|ensure|check|fsync|sync|write_digest|verify)", self._text(node)):
                yield self._replaced(node, "pass", "guard")
        elif isinstance(node, ast.Attribute) and node.attr in _NAMES and isinstance(node.ctx, ast.Load):
            start = self._end(node) - len(node.attr)
            yield start, node.attr, _NAMES[node.attr], "which end" if "end" in node.attr else "filter"
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMES:
            yield self._replaced(node.func, _NAMES[node.func.id], "aggregate")
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "order_by"
        ):
            for key in node.args:
                if isinstance(key, ast.Constant) and re.fullmatch(r"-?\w+", str(key.value)):
                    other = str(key.value)[1:] if str(key.value).startswith("-") else f"-{key.value}"
                    yield self._replaced(key, repr(other), "order")

    def _of_comparison(self, node: ast.Compare) -> Iterator[Found]:
        left: ast.expr = node.left
        for operator, right in zip(node.ops, node.comparators, strict=True):
            before, after, kind = _COMPARISONS[type(operator)]
            yield from self._between(left, right, before, after, kind)
            left = right

    def _of_condition(self, node: ast.BoolOp) -> Iterator[Found]:
        before, after = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        for left, right in zip(node.values, node.values[1:], strict=False):
            yield from self._between(left, right, before, after, "condition")

    def _of_constant(self, node: ast.Constant) -> Iterator[Found]:
        if isinstance(node.value, bool):
            yield self._replaced(node, str(not node.value), "constant")
        elif isinstance(node.value, int) and 0 <= node.value <= _MOST_FIGURES:
            yield self._replaced(node, str(node.value + 1), "constant")
        elif isinstance(node.value, str):
            yield from self._of_text(node)

    def _of_text(self, node: ast.Constant | ast.JoinedStr) -> Iterator[Found]:
        start, text = self._start(node), self._text(node)
        if isinstance(node, ast.JoinedStr):
            self._skipped.update(ast.walk(node))  # its parts have no places of their own
        if not text.startswith(("f", '"', "'")) or not _LOOKS_LIKE_SQL.search(text):
            return
        opening = len(text) - len(text.lstrip('f"')) if '"' in text[:4] else 1
        for place, before, after, kind in sql_changes(text[opening:]):
            yield start + opening + place, before, after, f"sql {kind}"

    def _between(
        self, left: ast.expr, right: ast.expr, before: str, after: str, kind: str
    ) -> Iterator[Found]:
        """The operator between two operands; it is the last of its kind before the right one."""
        start, end = self._end(left), self._start(right)
        gap = self.source[start:end]
        pattern = re.escape(before) if not before[0].isalpha() else rf"\b{before}\b".replace(" ", r"\s+")
        if found := re.search(pattern, gap):
            yield start + found.start(), found[0], after, kind

    @staticmethod
    def _is_guard(node: ast.If) -> bool:
        leaves = ast.Return | ast.Raise | ast.Continue | ast.Break
        return len(node.body) == 1 and isinstance(node.body[0], leaves) and not node.orelse

    def _replaced(self, node: ast.AST, after: str, kind: str) -> Found:
        return self._start(node), self._text(node), after, kind

    def _start(self, node: ast.AST) -> int:
        return self._place(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def _end(self, node: ast.AST) -> int:
        return self._place(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def _place(self, line: int, column: int) -> int:
        """Where in the text a place of the tree is, which counts bytes."""
        return len(self._bytes[: self._lines[line - 1] + column].decode())

    def _text(self, node: ast.AST) -> str:
        return self.source[self._start(node) : self._end(node)]
