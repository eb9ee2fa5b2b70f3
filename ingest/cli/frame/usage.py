"""What is said of a command written wrongly, in the language asked: what is wrong, how it is written, where to read on.

In: what typer found wrong. Out: text on stderr and exit code 64. typer has English texts alone, so they are told by
the kind of the fault and never by its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from rich.text import Text
from typer import _click as click
from typer._click import exceptions

from ingest.authored import mapping_in, read_yaml
from ingest.cli.frame.language import asked
from ingest.cli.frame.speech import MISUSED, err, phrase

MEANT = Path(__file__).parents[2] / "words" / "meant_commands.yml"
_NEAR = 60.0
"""How alike, of 100, a name must be to be worth suggesting."""
_SHORTEST = 4
"""Letters from which on a part of a name tells it."""


class NoSuchCommand(exceptions.UsageError):
    """A command of that name does not exist. Carries the names that do."""

    def __init__(self, name: str, known: Sequence[str], ctx: click.Context) -> None:
        super().__init__(name, ctx)
        self.name, self.known = name, known


def nearest(name: str, known: Sequence[str], most: int = 3) -> list[str]:
    """Those of the known names spelt most nearly like one that is not known, the likeliest first."""
    from rapidfuzz import fuzz, process

    def bare(text: str) -> str:
        return text.lower().lstrip("-")  # dashes make all options alike

    scorer = fuzz.WRatio if len(bare(name)) >= _SHORTEST else fuzz.ratio
    found = process.extract(bare(name), known, scorer=scorer, processor=bare, limit=most, score_cutoff=_NEAR)
    best = max((score for _, score, _ in found), default=0.0)
    return [match for match, score, _ in found if score >= best - 10]


def tell(error: exceptions.UsageError) -> int:
    """Say what is wrong and how it is written; the exit code."""
    message = _message(error)
    if asked().as_json:
        from ingest.cli.frame.answer import show_facts

        show_facts({"error": {"code": "usage", "message": message, "exit": MISUSED}})
    complain(message)
    ctx = error.ctx
    if ctx is not None:
        from ingest.cli.frame.help_page import usage_line

        err.print(Text(usage_line(ctx.command, ctx)), style="dim", soft_wrap=True)
        path = ctx.command_path
        err.print(phrase("usage_more", command=path), style="dim", soft_wrap=True, markup=False)
    return MISUSED


def complain(message: str) -> None:
    """One complaint on stderr."""
    err.print(Text.assemble(("bbaj: ", "bold red"), message), soft_wrap=True)


def _message(error: exceptions.UsageError) -> str:
    ctx = error.ctx
    if isinstance(error, NoSuchCommand):
        meant = [name for name in _meant(error.name) if name in error.known]
        known = meant or nearest(error.name, error.known)
        said = phrase("usage_no_command", name=error.name) + _perhaps(known)
    elif isinstance(error, exceptions.NoSuchOption):
        said = _no_option(error.option_name, ctx)
    elif isinstance(error, exceptions.MissingParameter):
        said = phrase("usage_missing", name=_named(error.param, ctx))
    elif isinstance(error, exceptions.BadOptionUsage):
        takes_none = error.option_name in _flags_of(ctx)
        said = phrase("usage_takes_none" if takes_none else "usage_takes_value", name=error.option_name)
    elif isinstance(error, exceptions.BadParameter):
        said = _bad_value(error)
    elif ctx is not None and getattr(ctx.command, "commands", None):
        said = phrase("usage_no_command_given")
    else:
        said = phrase("usage_too_many", given=_last_word(error))
    return said


def _meant(name: str) -> list[str]:
    """The command that people mean by a word that is none: `upload`, «сдать»; none where nobody knows."""
    word = name.casefold().replace("_", "-")
    meant = mapping_in(read_yaml(MEANT), MEANT)
    return [command for command, words in meant.items() if word in words]


def _no_option(name: str, ctx: click.Context | None) -> str:
    """What begins with a dash and is none of the options; a number below nothing was meant as a number."""
    given: list[Any] = list(ctx.command.params) if ctx is not None else []
    numbers = [param for param in given if _is_number(param)]
    if name[1:2].isdecimal() and numbers:
        return phrase("usage_number_from", name=_named(numbers[0], ctx), least=numbers[0].min, value=name)
    return phrase("usage_no_option", name=name) + _perhaps(nearest(name, _options_of(ctx)))


def _is_number(param: Any) -> bool:
    """Whether it is an argument that takes whole numbers from some least one on."""
    return param.param_type_name == "argument" and getattr(param, "min", None) is not None


def _perhaps(found: Sequence[str]) -> str:
    return " " + phrase("usage_perhaps", names=", ".join(found)) if found else ""


def _bad_value(error: exceptions.BadParameter) -> str:
    facts = {"name": _named(error.param, error.ctx), "value": _value(error)}
    descriptor = getattr(error.param, "type_descriptor", None)
    annotation = getattr(descriptor, "annotation", None)
    if get_origin(annotation) is Literal:
        return phrase("usage_one_of", known=", ".join(map(str, get_args(annotation))), **facts)
    kind = next(
        (each for each in (annotation, *getattr(annotation, "__args__", ())) if _is_known(each)), None
    )
    if kind is datetime:
        return phrase("usage_day", **facts)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return phrase("usage_one_of", known=", ".join(str(each.value) for each in kind), **facts)
    if kind is int:
        least = getattr(error.param, "min", None)
        name = "usage_whole_number" if least is None else "usage_number_from"
        return phrase(name, least=least, **facts)
    return phrase("usage_bad_value", **facts)


def _is_known(annotation: Any) -> bool:
    return isinstance(annotation, type) and (annotation in (int, datetime) or issubclass(annotation, Enum))


def _value(error: exceptions.BadParameter) -> str:
    """What was written there; typer keeps it with the cause of its complaint alone."""
    causes = getattr(error.__cause__, "errors", None)
    return str(causes()[0].get("input", "")) if causes else ""


def _named(param: Any, ctx: click.Context | None) -> str:
    """A parameter as the person writes it: `--form`, or the name that help gives an argument."""
    if param is None or ctx is None:
        return ""
    if param.param_type_name == "option":
        return str(max(param.opts, key=len))
    from ingest.cli.frame.help_page import name_of

    return name_of(param, ctx.command)


def _options_of(ctx: click.Context | None) -> list[str]:
    if ctx is None:
        return []
    return [name for param in ctx.command.get_params(ctx) for name in param.opts if name.startswith("--")]


def _flags_of(ctx: click.Context | None) -> set[str]:
    if ctx is None:
        return set()
    params = ctx.command.get_params(ctx)
    return {name for param in params if getattr(param, "is_flag", False) for name in param.opts}


def _last_word(error: exceptions.UsageError) -> str:
    """The words that are too many: typer names them in the brackets that end its text."""
    return error.message.rpartition("(")[2].rstrip(")") if "(" in error.message else ""
