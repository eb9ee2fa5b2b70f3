"""The pages of help: what a command is for, how it is written, examples; in the language asked.

In: typer's command and the files of `ingest/words/help`. Out: text with styles for a terminal. Functions and
options of the program carry no help of their own: it is looked up by the names of the command and its parameters.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from pydantic import Field
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer import _click as click

from ingest.cli.frame.language import language
from ingest.cli.frame.offered import name_of as command_name
from ingest.cli.frame.speech import out, phrase
from ingest.schema.texts.closed import Closed, Labels
from ingest.schema.texts.language import Language
from ingest.schema.texts.word_files import files_of, read_words

_PROGRAM, _PARAMETERS = "help/program", "help/parameters"
_WIDEST = 110


class ParameterHelp(Closed):
    """A parameter: what stands for its value, and what it is for."""

    name: Labels | None = None
    help: Labels


class Example(Closed):
    """A command as somebody would write it, and what it does. `words` stand at `{words}`: what people write into it in
    their own language."""

    run: str
    words: Labels | None = None
    does: Labels

    def written(self, language: Language) -> str:
        """The command in one language."""
        return self.run.replace("{words}", self.words.in_language(language)) if self.words else self.run


class CommandHelp(Closed):
    """A command: one line, more where one line is not enough, examples, parameters that mean something else here."""

    line: Labels
    more: Labels | None = None
    examples: list[Example] = Field(min_length=1)
    parameters: dict[str, ParameterHelp] = Field(default_factory=dict)


class GroupHelp(Closed):
    """A group of commands: what it is called, what it is for."""

    title: Labels
    line: Labels


class HelpWords(Closed):
    """All pages; groups stand in the order in which they are shown."""

    program: CommandHelp
    groups: dict[str, GroupHelp]
    parameters: dict[str, ParameterHelp]
    commands: dict[str, CommandHelp]


@lru_cache(maxsize=1)
def help_words() -> HelpWords:
    """The texts of all pages."""
    commands = {
        name: page
        for file in files_of("help")
        if file not in (_PROGRAM, _PARAMETERS)
        for name, page in read_words(file).items()
    }
    shared = {"parameters": read_words(_PARAMETERS), "commands": commands}
    return HelpWords.model_validate(read_words(_PROGRAM) | shared)


def line_of(command: str) -> str:
    """What a command is for, in one line."""
    return help_words().commands[command].line.in_language(language())


def command_page(command: click.Command, ctx: click.Context) -> str:
    """The page of one command."""
    words = help_words().commands[command.name or ""]
    page: list[Any] = [Text(words.line.in_language(language()))]
    if words.more:
        page += [Text(), Text(words.more.in_language(language()).strip())]
    page += [Text(), Text(usage_line(command, ctx))]
    shown = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    for kind, heading in (("argument", "help_arguments"), ("option", "help_options")):
        rows = [_row(param, command, ctx) for param in shown if param.param_type_name == kind]
        if rows:
            page += [*_heading(phrase(heading)), _grid(rows)]
    page += _examples(words.examples)
    return _text(page)


def program_page(group: Any, ctx: click.Context) -> str:
    """The page of the program: every group and command in one line each."""
    words = help_words()
    page: list[Any] = [Text(words.program.line.in_language(language()))]
    page += [Text(), Text(usage_line(group, ctx))]
    widest = max(map(len, group.commands))
    for name, described in words.groups.items():
        offered = map(command_name, group.offered[name])
        rows = [(Text(command, style="bold cyan"), Text(line_of(command))) for command in offered]
        title = f"{described.title.in_language(language())}"
        page += [*_heading(title, described.line.in_language(language())), _grid(rows, widest)]
    rows = [_row(param, group, ctx) for param in group.get_params(ctx)]
    page += [*_heading(phrase("help_options")), _grid(rows)]
    page += _examples(words.program.examples)
    page += [Text(), Text(phrase("help_more"), style="dim")]
    return _text(page)


def usage_line(command: click.Command, ctx: click.Context) -> str:
    """`Usage: bbaj check FILE… --form FORM [options]`: what must be written, in its order."""
    if getattr(command, "commands", None):
        return f"{phrase('help_usage')}: {ctx.command_path} {phrase('help_command')} {phrase('help_rest')}"
    pieces = [ctx.command_path]
    params = command.get_params(ctx)
    for param in params:
        if param.param_type_name == "argument":
            name = name_of(param, command) + ("…" if param.nargs == -1 else "")
            pieces.append(name if param.required else f"[{name}]")
    for param in params:
        if param.param_type_name == "option" and param.required:
            pieces.append(f"{max(param.opts, key=len)} {name_of(param, command)}")
    return f"{phrase('help_usage')}: {' '.join(pieces)} {phrase('help_rest')}"


def name_of(param: Any, command: click.Command) -> str:
    """What stands for a parameter's value, such as FILE; empty for a switch."""
    if getattr(param, "is_flag", False):
        return ""
    words = _words_of(param, command)
    return words.name.in_language(language()) if words.name else str(param.name).upper()


def _words_of(param: Any, command: click.Command) -> ParameterHelp:
    """A parameter's texts: the command's own, else those of every parameter of that name.

    A text of the command's own keeps the common name of the value where it says none.
    """
    words = help_words()
    own = words.commands[command.name].parameters if command.name in words.commands else {}
    common = words.parameters.get(param.name)
    found = own.get(param.name)
    if found is None and common is None:
        raise KeyError(f"{command.name} {param.name}: no help in {_PARAMETERS}.yml")
    if found is None or common is None:
        return found or common  # type: ignore[return-value]
    return found if found.name else found.model_copy(update={"name": common.name})


def _row(param: Any, command: click.Command, ctx: click.Context) -> tuple[Text, Text]:
    name = name_of(param, command)
    if param.param_type_name == "argument":
        left = Text(name + ("…" if param.nargs == -1 else ""), style="bold cyan")
    else:
        written = ", ".join(sorted((*param.opts, *param.secondary_opts), key=len))
        left = Text.assemble((written, "bold cyan"), (f" {name}" if name else "", "cyan"))
    said = _words_of(param, command).help.in_language(language())
    marks = []
    if param.required:
        marks.append(phrase("help_required"))
    default = param.default
    if default not in (None, False, "", []) and not callable(default):
        marks.append(phrase("help_default", value=getattr(default, "value", default)))
    if getattr(param, "envvar", None):
        marks.append(phrase("help_variable", name=param.envvar))
    right = Text(said)
    if marks:
        right.append(f" [{'; '.join(marks)}]", style="dim")
    return left, right


def _heading(title: str, line: str = "") -> list[Text]:
    return [Text(), Text.assemble((title, "bold"), (f" — {line}" if line else "", "dim"))]


def _grid(rows: Iterable[tuple[Text, Text]], widest: int = 0) -> Padding:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(min_width=widest, no_wrap=True)
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(*row)
    return Padding(grid, (0, 0, 0, 2))


def _examples(examples: Sequence[Example]) -> list[Any]:
    page: list[Any] = _heading(phrase("help_examples"))
    for example in examples:
        page.append(Padding(Text(f"# {example.does.in_language(language())}", style="dim"), (0, 0, 0, 2)))
        page.append(Padding(Text(example.written(language()), overflow="fold"), (0, 0, 0, 2)))
    return page


def _text(page: Sequence[Any]) -> str:
    """The page as text, with colours where a terminal shows them, no wider than is good to read."""
    width = min(shutil.get_terminal_size((_WIDEST, 24)).columns, _WIDEST) if out.is_terminal else _WIDEST
    paper = Console(
        width=width,
        force_terminal=out.is_terminal,
        color_system="standard" if out.is_terminal and not out.no_color else None,
        highlight=False,
        legacy_windows=False,
    )
    with paper.capture() as captured:
        for part in page:
            paper.print(part)
    return "\n".join(line.rstrip() for line in captured.get().splitlines())
