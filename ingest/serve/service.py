"""A program that runs for long: started, asked whether it answers, and ended with all its children.

In: a `Home` and a free port. Out: a `Service` with its address; what it says goes to one log file that is turned over.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from ingest.home import Home, InstallationError
from ingest.private import UMASK

PROJECT = Path(__file__).parent.parent.parent
_GRACE_SECONDS = 20.0


class NotReadyError(InstallationError):
    """A service that did not come up, or work that did not end, in time. `code` says which; carries the `log`."""

    def __init__(self, code: str, log: Path, **details: object) -> None:
        facts = ", ".join(f"{name} {value}" for name, value in details.items())
        super().__init__(f"{code.replace('_', ' ')} ({facts}); see {log}")
        self.of(code, log=log, **details)
        self.log = log


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def kept_secret(file: Path, made: str = "") -> str:
    """A secret generated at first start (or `made` then) and kept beside the data, readable by its owner alone."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(made or secrets.token_urlsafe(48))
    return file.read_text(encoding="utf-8")


@dataclass
class Service:
    """A program with its children in a process group of its own, logging to one file."""

    home: Home
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    name = "service"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home.logs / f"{self.name}.log"

    def command(self) -> tuple[list[str], dict[str, str]]:
        """What to run and in which environment."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether the program answers."""
        raise NotImplementedError

    def start(self) -> Self:
        """Start the program without waiting for it."""
        command, environment = self.command()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "ingest.kept_log", str(self.log), *command],
            env=environment,
            cwd=PROJECT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
            umask=UMASK,
        )
        return self

    def stay(self) -> int:
        """Run the program in the foreground, its output here and in its log; returns its exit code."""
        command, environment = self.command()
        line = [sys.executable, "-m", "ingest.kept_log", str(self.log), "--tee", *command]
        os.chdir(PROJECT)
        os.execve(line[0], line, environment)

    def wait_until_ready(self, timeout: float = 180.0) -> Self:
        """Block until the program answers. Raises NotReadyError after `timeout` seconds or when it ended."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            if self.is_ready():
                return self
            if self.process is not None and self.process.poll() is not None:
                raise NotReadyError("service_ended", self.log, name=self.name, exit=self.process.returncode)
            time.sleep(0.5)
        raise NotReadyError("service_silent", self.log, name=self.name, seconds=round(timeout))

    def stop(self) -> None:
        """Ask the program to end, then end the whole group: children outlive a program that was killed."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.terminate()
            self.process.wait(_GRACE_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(5.0)
        self.process = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()
