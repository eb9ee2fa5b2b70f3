"""Processes apart of a command that was forked: begun without a start, and gone with the command."""

from __future__ import annotations

import time
from pathlib import Path

from tests.warm import run_python

_JOB = """
import sys
from tests.warm.template import fork_template
fork_template()
from ingest.progress import tell_nobody
from warehouse.services.apart import parent
first = parent._template._first.pid
if sys.argv[1] == "needed":
    parent.warm("json")
    assert parent._template._process.pid == first and parent._template.is_there()
    parent._template.close()
    parent.warm("json")
    assert parent._template._process.pid != first, "the next is started as usual"
print(first)
"""


def _is_gone(number: int) -> bool:
    return not Path(f"/proc/{number}").exists()


def test_what_begins_the_others_ends_with_its_command_needed_or_not() -> None:
    for word in ("needed", "never"):
        ran = run_python(_JOB, word, ahead=())
        assert ran.returncode == 0, ran.stderr
        until = time.monotonic() + 120
        while not _is_gone(int(ran.stdout)) and time.monotonic() < until:
            time.sleep(0.01)
        assert _is_gone(int(ran.stdout))
