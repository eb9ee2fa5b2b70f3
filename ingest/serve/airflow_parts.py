"""Airflow's parts as one program, `python -m ingest.serve.airflow_parts`, in the environment of `airflow_environment`.

In: Airflow's settings. Out: its metadata brought to this version, then scheduler, DAG processor, triggerer and API
server until told to end. When one part ends the others are ended too, so that whoever started the program notices.
`airflow standalone` is the same for developers: it insists on accounts without passwords of their own.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

PARTS = ("scheduler", "dag-processor", "triggerer", "api-server")
_LOOK_SECONDS = 1.0
_GRACE_SECONDS = 8.0


def main() -> int:
    """Run until told to end, or until a part ends."""
    airflow = str(Path(sys.executable).parent / "airflow")
    migrated = subprocess.run([airflow, "db", "migrate"], check=False)
    if migrated.returncode:
        return migrated.returncode
    told: list[int] = []

    def end(sign: int, _frame: FrameType | None) -> None:
        told.append(sign)

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    running = [subprocess.Popen([airflow, part]) for part in PARTS]
    while not told and all(part.poll() is None for part in running):
        time.sleep(_LOOK_SECONDS)
    *workers, server = running
    for some in (workers, [server]):  # workers have last words for the server
        _end(some)
    return 0 if told else 1


def _end(parts: list[subprocess.Popen[bytes]]) -> None:
    for part in parts:
        part.terminate()
    until = time.monotonic() + _GRACE_SECONDS
    for part in parts:
        try:
            part.wait(max(until - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            part.kill()


if __name__ == "__main__":
    sys.exit(main())
