"""A command and the group of all of them, in the language asked: what typer makes of our functions.

In: the words on the command line. Out: an answer shown and the process's exit code: 0 done or accepted, 1 rejected or
refused, 2 unreadable, 64 asked wrongly, 70 a fault of ours or an installation that is not able.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, ClassVar

from typer import _click as click
from typer._completion_classes import completion_init
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import Exit

from ingest.cli.frame import faults, language, usage
from ingest.cli.frame.answer import Answer, show, show_facts
from ingest.cli.frame.offered import Offered
from ingest.cli.frame.options import common_options
from ingest.cli.frame.speech import MISUSED, RefusedError, err

PROGRAM = "bbaj"
COMPLETE = "_BBAJ_COMPLETE"
"""Set by the script of a shell that wants to know how a word may go on."""


class SpokenCommand(TyperCommand):
    """A command with `--lang` and `--json`, whose answer is shown and whose help is written by us."""

    def __init__(self, name: str | None, **more: Any) -> None:
        super().__init__(name, **more)
        self.params += common_options()

    def get_help(self, ctx: click.Context) -> str:
        """The page of this command."""
        from ingest.cli.frame.help_page import command_page

        return command_page(self, ctx)

    def get_short_help_str(self, limit: int = 45) -> str:
        """What the command is for, as shells show it beside the name they complete."""
        from ingest.cli.frame.help_page import line_of

        return line_of(self.name or "")

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and show what it answers."""
        answer = super().invoke(ctx)
        if isinstance(answer, Answer):
            show(answer)
            if answer.exit_code:
                raise Exit(answer.exit_code)
        return answer


class SpokenGroup(TyperGroup):
    """All commands. Every way in which one can end is told here, so that each is told once.

    `offered`: its commands by group, as functions of modules of `rooms`."""

    offered: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    rooms: ClassVar[str] = ""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.commands = Offered(self.offered, self.rooms, SpokenCommand)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, none of them made."""
        return list(self.commands)

    def get_help(self, ctx: click.Context) -> str:
        """The page of the program."""
        from ingest.cli.frame.help_page import program_page

        return program_page(self, ctx)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of that name, or the complaint that there is none with those spelt nearly so."""
        if len(args) > 1 and f"{args[0]}-{args[1]}" in self.commands:
            args = [f"{args[0]}-{args[1]}", *args[2:]]  # `person find` is `person-find`
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            raise usage.NoSuchCommand(name, list(self.commands), ctx)
        return super().resolve_command(ctx, args)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """Run what the words ask for and end the process with its code."""
        words = list(sys.argv[1:] if args is None else args)
        if args is None and os.name == "nt" and windows_expand_args:
            words = click.utils._expand_args(words)
        language.listen(words)
        if COMPLETE in os.environ:
            completion_init()  # registers the shells
            context: MutableMapping[str, Any] = extra
            self._main_shell_completion(context, PROGRAM, complete_var)
        try:
            code = self._run(words, extra)
            sys.stdout.flush()
        except BrokenPipeError:
            code = faults.nobody_listens()
        sys.exit(code)

    def _run(self, words: list[str], extra: dict[str, Any]) -> int:
        try:
            with self.make_context(PROGRAM, words, **extra) as ctx:
                self.invoke(ctx)
        except Exit as ended:
            return ended.exit_code
        except click.exceptions.NoArgsIsHelpError as shown:
            err.print(shown.format_message(), markup=False, soft_wrap=True)
            return MISUSED
        except click.exceptions.UsageError as error:
            return usage.tell(error)
        except RefusedError as refused:
            return tell_refusal(refused)
        except BrokenPipeError:
            raise
        except (Exception, KeyboardInterrupt) as fault:
            return tell_refusal(faults.refusal_of(fault), fault)
        return 0


def tell_refusal(refused: RefusedError, fault: BaseException | None = None) -> int:
    """Say on stderr, and in the JSON document where one was asked for, what could not be done; the exit code."""
    if language.asked().as_json:
        show_facts({"error": {"code": refused.code, "message": refused.message, "exit": refused.exit_code}})
    usage.complain(refused.message)
    if fault is not None and faults.is_ours(fault):
        err.print(faults.trace(fault), markup=False, soft_wrap=True, style="dim")
    return refused.exit_code
