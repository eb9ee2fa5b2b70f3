"""dbt begun for builds from a process that has it loaded and has parsed the model once.

In: what a build gives to `subprocess.Popen` (`warehouse.storage.builds.engines.dbt_process`). Out: a process as it
would have been started: it may be killed, outlives who asked for it, and holds on to what it was handed.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Literal

from tests.warm.attended import Attended, control_of

_DRIVER = Path(__file__).with_name("models_driver.py")


class Begun(Attended):
    """What a build asks of dbt. `alone`: which builds may be made without dbt, since tables are all that is wanted."""

    alone: Literal["none", "whole", "all"] = "none"

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: Path,
        stdout: IO[bytes],
        stderr: IO[bytes],
        pass_fds: Sequence[int],
    ) -> None:
        """`command`: Python, a switch, the program, the number of the pipe on which it tells, and dbt's words.
        `pass_fds`: the lock, and that pipe."""
        _python, _switch, program, _pipe, *words = command
        assert stdout is stderr and len(pass_fds) == 2
        asked = {"program": program, "words": words, "env": dict(env), "cwd": str(cwd), "alone": self.alone}
        super().__init__(_control(), json.dumps(asked).encode(), [stdout.fileno(), *pass_fds])

    def __enter__(self) -> Begun:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wait()


class WithoutGuarantees(Begun):
    """The same without what our own code guarantees of every build (`tag:invariant`): nobody asks about it in the many
    small builds of which a test is about something else, and it is a quarter of each. It is asked of what these begin
    with, of every model by itself, and of the demo country."""

    def __init__(self, command: Sequence[str], **more: Any) -> None:
        super().__init__([*command, "--exclude", "tag:invariant"], **more)


class TablesCarried(Begun):
    """The same without what is asked of data, too, by which a submission would be held back: another fifth of each. A
    whole build is then made by the statements of the model, without dbt (`tests.warm.tables`): half of the rest. Where
    one of them fails, it is dbt that says so; what begins with the last build is changed by dbt."""

    alone: Literal["none", "whole", "all"] = "whole"

    def __init__(self, command: Sequence[str], **more: Any) -> None:
        super().__init__([*command, "--exclude", "resource_type:test"], **more)


class TablesAlone(TablesCarried):
    """The same where nobody asks how a build comes by its tables: one that begins with the last is made whole, too."""

    alone = "all"


@cache
def _control() -> socket.socket:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    # What the builds reserve is let go of by the system, and nobody is to be warned of that.
    return control_of(_DRIVER, environment, "-W", "ignore:resource_tracker:UserWarning")
