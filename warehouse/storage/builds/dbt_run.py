"""dbt as a process of its own, which tells on a pipe how far it has come.

In: the number of the pipe and the words of dbt's command line. Out: a line of JSON for each node it has finished
(how many, of how many, its name); dbt's own exit code. Whoever started it may be gone: dbt goes on.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from contextlib import suppress
from threading import Lock
from typing import Any


class _Teller:
    """Counts the nodes as dbt's events name them."""

    def __init__(self, pipe: int) -> None:
        self._pipe, self._done, self._total = pipe, 0, 0
        self._one_at_a_time = Lock()  # nodes are finished in several threads

    def __call__(self, event: Any) -> None:
        if event.info.name == "ConcurrencyLine":
            self._total = event.data.node_count
        # What is written into the queries of others is no table; dbt's own count leaves it out, too.
        elif event.info.name == "NodeFinished" and event.data.node_info.materialized != "ephemeral":
            with self._one_at_a_time:
                self._done += 1
                self._tell(event.data.node_info.node_name)

    def _tell(self, name: str) -> None:
        line = json.dumps([self._done, max(self._total, self._done), name]) + "\n"
        with suppress(OSError):  # nobody listens any more
            os.write(self._pipe, line.encode())


def main() -> int:
    """Run dbt; 0 where all went well, 1 where something of the model failed, 2 where dbt did not get that far."""
    from dbt.cli.main import dbtRunner

    pipe, *words = sys.argv[1:]
    ended = dbtRunner(callbacks=[_Teller(int(pipe))]).invoke(words)
    if ended.exception is not None:
        traceback.print_exception(ended.exception)
        return 2
    return 0 if ended.success else 1


if __name__ == "__main__":
    sys.exit(main())
