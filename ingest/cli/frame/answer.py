"""The forms of an answer: one value of a command, shown as a table, as tab-separated lines or as JSON.

In: an `Answer`. Out: on a terminal, lines and tables that fold to its width, row by row where it is too narrow for a
table whose words stay whole; into a pipe, a line for each row, its
cells between tabs, never cut, without a heading; with `--json`, one document of the answer's facts. Facts have
stable names in English, codes instead of words, moments in ISO 8601; what people see comes in their language.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len
from rich.console import Group
from rich.table import Table
from rich.text import Text

from ingest.cli.frame.language import asked
from ingest.cli.frame.speech import err, out, phrase

Cell = str | int | Text
_MOMENT = re.compile(r"\d\d\.\d\d\.\d{4} \d\d:\d\d")
_ROOMY = 100
_WIDEST_WHOLE = 24
"""Signs of a cell or word that is never folded: a name of a part may have 64, and would leave the other columns
nothing."""
_GAP = 2
"""Signs between two columns."""


@dataclass(frozen=True)
class Line:
    """One line of text. `style` as rich names it; a `Text` brings its own. `name`: what it is, for a pipe in which it
    stands beside rows of sheets."""

    text: str | Text = ""
    style: str = ""
    name: str = ""


@dataclass(frozen=True)
class Sheet:
    """A table. `title`, or where it has none `name`, tells its rows from those of another in a pipe; `headings` and
    `title` name phrases.

    `empty`: the phrase said where there are no rows. `whole`: columns whose cells are never folded.
    """

    name: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    title: str | None = None
    empty: str | None = None
    whole: Sequence[str] = ()


Part = Line | Sheet


@dataclass
class Answer:
    """What a command answers: `facts` for programs, `parts` for people, the exit code.

    `parts` may be a generator that works while it speaks and fills in `facts` and `exit_code` as it goes.
    """

    facts: dict[str, Any] = field(default_factory=dict)
    parts: Iterable[Part] = ()
    exit_code: int = 0


def show(answer: Answer) -> None:
    """Show an answer as it was asked for."""
    if asked().as_json:
        for _ in answer.parts:
            pass
        show_facts(answer.facts)
        return
    if out.is_terminal:
        for part in answer.parts:
            _on_terminal(part)
        return
    # A generator's lines go out as they come; whether several sheets come is known of a sequence alone.
    sheets = (
        sum(isinstance(part, Sheet) for part in answer.parts) if isinstance(answer.parts, Sequence) else 0
    )
    for part in answer.parts:
        if not (sheets and part == Line()):
            _into_pipe(part, named=sheets > 1)


def show_facts(facts: Any) -> None:
    """One JSON document on stdout, on several lines where a person looks at it."""
    text = json.dumps(facts, ensure_ascii=False, indent=2 if out.is_terminal else None, default=_plain)
    out.print(text, markup=False, soft_wrap=True, emoji=False)


def _plain(value: object) -> object:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)


def _on_terminal(part: Part) -> None:
    if isinstance(part, Line):
        out.print(part.text, style=part.style, soft_wrap=True, markup=False, emoji=False)
        return
    if not part.rows:
        if part.empty:
            out.print(phrase(part.empty), soft_wrap=True, markup=False)
        return
    if part.title:
        out.print(Text(f"\n{phrase(part.title)}", style="bold"), soft_wrap=True)
    columns = [_column(part, place) for place in range(len(part.headings))]
    needed = sum(column.narrowest for column in columns) + _GAP * (len(columns) - 1)
    out.print(_table(part, columns) if needed <= out.width else _row_by_row(part, columns))


@dataclass(frozen=True)
class _Column:
    """How a column stands: `narrowest`: in how many signs its words stay whole; `widest`: in how many its lines do."""

    heading: str
    narrowest: int
    widest: int
    is_whole: bool
    is_of_numbers: bool


def _column(part: Sheet, place: int) -> _Column:
    heading = phrase(part.headings[place])
    cells = [row[place] for row in part.rows]
    fitted = [_fitting(str(cell)) for cell in cells]
    widest = max(cell_len(line) for cell in fitted for line in cell.split("\n"))
    is_moment = all(_MOMENT.fullmatch(str(cell)) for cell in cells)
    is_whole = is_moment or (part.headings[place] in part.whole and widest <= _WIDEST_WHOLE)
    words = [cell_len(word) for text in (heading, *fitted) for word in text.split()]
    narrowest = min(max(words, default=1), _WIDEST_WHOLE)
    return _Column(
        heading,
        max(narrowest, widest) if is_whole else narrowest,
        max(narrowest, widest, cell_len(heading)),
        is_whole,
        is_of_numbers=all(isinstance(cell, int) or cell == "" for cell in cells) and any(map(str, cells)),
    )


def _table(part: Sheet, columns: Sequence[_Column]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold")
    for column, width in zip(columns, _widths(columns), strict=True):
        table.add_column(
            column.heading,
            overflow="fold",
            no_wrap=column.is_whole,
            width=width,
            justify="right" if column.is_of_numbers else "left",
        )
    for row in part.rows:
        table.add_row(*(cell if isinstance(cell, Text) else Text(_fitting(str(cell))) for cell in row))
    return table


def _widths(columns: Sequence[_Column]) -> list[int]:
    """Room for whole words in each column; what is left goes where most is folded."""
    widths = [column.narrowest for column in columns]
    for _ in range(out.width - _GAP * (len(columns) - 1) - sum(widths)):
        lacking = [column.widest - width for column, width in zip(columns, widths, strict=True)]
        if max(lacking) <= 0:
            break
        widths[lacking.index(max(lacking))] += 1
    return widths


def _row_by_row(part: Sheet, columns: Sequence[_Column]) -> Group:
    """Each row by itself, a line for each of its cells behind the name of its column, or below it."""
    named = max(cell_len(column.heading) for column in columns)
    is_beside = named + _GAP + max(column.narrowest for column in columns) <= out.width
    shown: list[Table | Text] = []
    for row in part.rows:
        grid = Table.grid(padding=(0, _GAP, 0, 0))
        grid.add_column(overflow="fold", no_wrap=is_beside)
        if is_beside:
            grid.add_column(overflow="fold")
        for column, cell in zip(columns, row, strict=True):
            if not str(cell):
                continue
            heading, value = Text(column.heading, "bold"), cell if isinstance(cell, Text) else Text(str(cell))
            if is_beside:
                grid.add_row(heading, value)
            else:
                grid.add_row(heading)
                grid.add_row(value)
        shown += [grid, Text()]
    return Group(*shown[:-1])


def _fitting(cell: str) -> str:
    """A cell; where there is little room a moment stands on two lines, for no day is broken in its middle."""
    return cell.replace(" ", "\n") if out.width < _ROOMY and _MOMENT.fullmatch(cell) else cell


def _into_pipe(part: Part, named: bool) -> None:
    if isinstance(part, Line):
        if named and part.name:
            out.file.write(f"{phrase(f'line_{part.name}')}\t{part.text}\n")
        else:
            out.print(part.text, soft_wrap=True, markup=False, emoji=False)
        return
    if not part.rows and part.empty and not named:
        err.print(phrase(part.empty), soft_wrap=True, markup=False)
    name = phrase(part.title) if part.title else part.name
    for row in part.rows:
        cells = [re.sub(r"\s+", " ", str(cell)).strip() for cell in row]
        line = "\t".join((name, *cells) if named else cells)
        # Past rich, which would make spaces of the tabs.
        out.file.write(line + "\n")
