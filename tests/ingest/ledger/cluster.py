"""A PostgreSQL server of the tests' own, from Debian's package.

In: the programs under /usr/lib/postgresql. Out: the URL of a running server that only this machine reaches and
only the password in the URL opens. Its data live in a folder of their own and go with it; a server that runs
on the machine already is never touched.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PROGRAMS = Path("/usr/lib/postgresql")
_PATIENCE = 60.0
_ATTEMPTS = 5
# What a test server need not survive is a power cut.
_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "32MB",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


def programs() -> Path | None:
    """The folder of the newest server installed; None where there is none."""
    found = [folder for folder in PROGRAMS.glob("*/bin") if (folder / "initdb").exists()]
    return max(found, key=lambda folder: float(folder.parent.name), default=None)


@contextlib.contextmanager
def server(bin_folder: Path) -> Iterator[str]:
    """The URL of a server that runs as long as the context. Raises RuntimeError with what it said."""
    # Not pytest's folder: it is closed to all but its owner, and PostgreSQL refuses to run as root.
    folder = Path(tempfile.mkdtemp(prefix="bbaj-postgresql-", dir="/tmp"))
    try:
        owner = _owner(folder)
        password = secrets.token_urlsafe(16)
        _initialise(bin_folder, folder, password, owner)
        process, port = _start(bin_folder, folder, password, owner)
        try:
            yield _url(password, port)
        finally:
            process.send_signal(signal.SIGINT)  # at once, whoever is still connected
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _owner(folder: Path) -> Mapping[str, Any]:
    """As whom the server runs: as oneself, or as the package's user where one is root."""
    if os.geteuid() != 0:
        return {}
    shutil.chown(folder, "postgres", "postgres")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _initialise(bin_folder: Path, folder: Path, password: str, owner: Mapping[str, Any]) -> None:
    secret = folder / "password"
    secret.write_text(password, encoding="utf-8")
    if owner:
        shutil.chown(secret, "postgres", "postgres")
    command = [bin_folder / "initdb", "-D", folder / "data", "-U", "bbaj", "-A", "scram-sha-256", "--no-sync"]
    command += ["--pwfile", secret, "-E", "UTF8", "--locale", "C.UTF-8"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **owner)
    if done.returncode:
        raise RuntimeError(f"initdb: {done.stderr}")


def _start(
    bin_folder: Path, folder: Path, password: str, owner: Mapping[str, Any]
) -> tuple[subprocess.Popen[bytes], int]:
    """The server and its port. Another program may take the port in between: then once more."""
    log = folder / "log"
    for _ in range(_ATTEMPTS):
        port = _free_port()
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [bin_folder / "postgres", "-D", folder / "data", "-p", str(port), *settings]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=folder, stdout=output, stderr=output, stdin=subprocess.DEVNULL, **owner
            )
        if _is_ready(process, _url(password, port)):
            return process, port
    raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}")


def _is_ready(process: subprocess.Popen[bytes], url: str) -> bool:
    """Whether the server answers; False once it has ended."""
    import psycopg

    until = time.monotonic() + _PATIENCE
    while process.poll() is None and time.monotonic() < until:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=5):
            return True
        time.sleep(0.05)
    process.kill()
    process.wait()
    return False


def _url(password: str, port: int) -> str:
    return f"postgresql://bbaj:{password}@127.0.0.1:{port}/postgres"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
