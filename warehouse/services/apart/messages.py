"""What a process that judges and the one that asked it say to each other, by the first frame of each message.

In: nothing. Out: the words, and `Job`: what is to be done. Both ends are this program and believe each other; what
strangers sent is read by a third process (`ingest.read.sandbox`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from warehouse.services.apart.limits import Limits

READY = b"ready"
TOLD, LOGGED, AT = b"told", b"logged", b"at"
DONE, RAISED, BEYOND = b"done", b"raised", b"beyond its limits"

BEGIN, WAIT = b"begin", b"wait"
"""Asked of the process that begins the others."""


@dataclass(frozen=True)
class Job:
    """`work`: the function that does it, as `module:name`; it is called with what it may say on its way (`Spoken`) and
    `args`. `environment`: what the asker's environment says of the installation at this moment. `ahead`: the module
    whose loading makes a process ready for such work, where the first is begun for it."""

    work: str
    args: tuple[Any, ...]
    limits: Limits
    environment: dict[str, str] = field(default_factory=dict)
    ahead: str = "warehouse.services.apart.ahead"
