"""The options that more than one command has; what they are for is said in `ingest/words/help`.

In: nothing. Out: types for the parameters of commands, and the two options every command has.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ingest.cli.frame import language
from ingest.cli.frame.speech import refuse


class Tongue(StrEnum):
    """The languages a person may ask for."""

    kk = "kk"
    ru = "ru"
    en = "en"


def _forms(incomplete: str) -> list[str]:
    """Names of forms for the shell that completes them."""
    from ingest.schema.forms.load import contracts

    return [form for form in contracts() if form.startswith(incomplete)]


FormArgument = Annotated[str, typer.Argument(autocompletion=_forms, show_default=False)]
FormOption = Annotated[str, typer.Option("--form", autocompletion=_forms)]
OnlyFormOption = Annotated[str | None, typer.Option("--form", autocompletion=_forms)]
NodeOption = Annotated[str, typer.Option("--node")]
OnlyNodeOption = Annotated[str | None, typer.Option("--node")]
PeriodOption = Annotated[str, typer.Option("--period")]
OnlyPeriodOption = Annotated[str | None, typer.Option("--period")]
PartOption = Annotated[str, typer.Option("--part")]
OutputOption = Annotated[Path, typer.Option("--output", "-o")]
FilesArgument = Annotated[list[Path], typer.Argument()]
ReceiptArgument = Annotated[int, typer.Argument(min=1)]
ReceiptsArgument = Annotated[list[int] | None, typer.Argument(min=1)]
ByOption = Annotated[str, typer.Option("--by")]
AgreedOption = Annotated[bool, typer.Option("--yes", "-y")]
ReplaceOption = Annotated[bool, typer.Option("--replace")]
VerboseOption = Annotated[bool, typer.Option("--verbose", callback=language.tell_steps)]
AcceptLossOption = Annotated[bool, typer.Option("--accept-loss")]
ReasonOption = Annotated[str, typer.Option("--reason")]


DAY_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]
"""How a day may be written: as programs do, and as it is shown to people here."""


def day_written(text: str) -> date:
    """The day a person wrote. Raises RefusedError."""
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text.strip(), form).date()
        except ValueError:
            continue
    raise refuse("bad_day", text=text)


def choose_language(lang: Tongue | None) -> Tongue | None:
    """From here on speak the language chosen, if one was; returns it, for typer."""
    if lang is not None:
        language.speak(lang.value)
    return lang


def _spoken(
    as_json: Annotated[bool, typer.Option("--json", callback=language.as_json, expose_value=False)] = False,
    lang: Annotated[
        Tongue | None, typer.Option("--lang", callback=choose_language, expose_value=False, is_eager=True)
    ] = None,
) -> None:
    """Nothing: typer makes the common options of it."""


def common_options() -> list[Any]:
    """`--json` and `--lang`, made anew for one command."""
    parent = typer.Typer(add_completion=False)
    parent.command()(_spoken)
    return typer.main.get_command(parent).params
