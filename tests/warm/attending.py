"""What forks processes for whoever asks, and tells how each ends; the other side is `tests.warm.attended`.

In: on the socket that is its standard input, for each process a JSON object and files, the last of them the socket of
whoever asks. Out: on that socket the number of the process, and how it has ended.
"""

import importlib.util
import json
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path


def beside(name: str):
    """The module beside this one: its folder is nowhere where modules are looked for."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def asked(files: int) -> Iterator[tuple[dict, list[int]]]:
    """What is asked for, until nobody can ask any more: in a process forked for each, which is to `attend` it."""
    control = socket.socket(fileno=os.dup(0))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait
    while True:
        said, handed, _, _ = socket.recv_fds(control, 1 << 20, files)
        if not said:
            return
        yield json.loads(said), handed
        for each in handed:
            os.close(each)


def attend(handed: list[int], become: Callable[[], object]) -> None:
    """Fork a process, which becomes what it is to be; tell its number and how it ends. Never returns."""
    *files, asker = handed
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    number = os.fork()
    if number == 0:
        os.close(asker)
        become()
    for each in files:
        os.close(each)
    # Whoever asked may be gone.
    with socket.socket(fileno=asker) as told, suppress(OSError):
        told.send(str(number).encode())
        _, status = os.waitpid(number, 0)
        told.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)
