"""The commands a program offers, each made when it is asked for: who calls one waits for no other.

In: groups of commands as `module.function`, the package that has a room of modules for each group. Out: name → command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module

import typer
from typer._click import Command
from typer.core import TyperCommand


def name_of(place: str) -> str:
    """A command is called as its function is."""
    return place.rpartition(".")[2].rstrip("_").replace("_", "-")


class Offered(MutableMapping[str, Command]):
    """The commands by name, in the order of the groups."""

    def __init__(self, groups: Mapping[str, tuple[str, ...]], rooms: str, kind: type[TyperCommand]) -> None:
        self._places = {
            name_of(place): f"{group}.{place}" for group, places in groups.items() for place in places
        }
        self._rooms, self._kind = rooms, kind
        self._made: dict[str, Command] = {}

    def __getitem__(self, name: str) -> Command:
        if name not in self._made:
            module, _, function = self._places[name].rpartition(".")
            alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            alone.command(name, cls=self._kind)(getattr(import_module(f"{self._rooms}.{module}"), function))
            self._made[name] = typer.main.get_command(alone)
        return self._made[name]

    def __setitem__(self, name: str, command: Command) -> None:
        self._places[name] = name
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        del self._places[name]
        self._made.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, name: object) -> bool:
        return name in self._places
