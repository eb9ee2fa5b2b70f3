"""Libraries that are loaded when somebody uses them, and not when somebody who might imports them.

In: names of modules. Out: in their places modules that give way to the true ones at the first look into them. Great
Expectations imports a library of statistics and one of charts for expectations of its own that no rule of ours is made
of; they are more than a quarter of all it loads, and a check of one file at a desk waits for every second of that.
"""

from __future__ import annotations

import sys
import threading
from importlib import import_module
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any

_giving_way = threading.RLock()


class _Postponed(ModuleType):
    """Stands where a module will be. Knows where that lies, since whoever goes through all modules asks for it; not
    where the parts of a package lie: these need the package."""

    def __init__(self, spec: ModuleSpec) -> None:
        super().__init__(spec.name)
        self.__spec__, self.__loader__, self.__package__ = spec, spec.loader, spec.parent
        self.__file__ = spec.origin

    def __getattr__(self, name: str) -> Any:
        with _giving_way:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
            return getattr(import_module(self.__name__), name)


def postpone(*names: str) -> None:
    """Postpone these modules, unless they are loaded already or not there at all."""
    for name in names:
        if name in sys.modules or (spec := find_spec(name)) is None:
            continue
        sys.modules[name] = _Postponed(spec)
        package, _, own = name.rpartition(".")
        if package:
            setattr(sys.modules[package], own, sys.modules[name])
