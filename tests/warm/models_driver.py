"""Runs dbt for one build after the other, each in a process forked for it; see `tests.warm.models`.

In: on the socket that is its standard input, for each build a JSON object (program, words, environment, folder) and
four files: where it writes, the lock of builds, the pipe on which it tells, the socket of whoever asks. Out: on that
socket the number of the process, and how it has ended. Its own folder takes what it parses.
"""

import gc
import importlib.util
import json
import os
import shutil
import signal
import socket
import threading
from pathlib import Path

from dbt.cli.main import dbtRunner

RUN = "import runpy, sys; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
PARSED = "partial_parse.msgpack"


def beside(name: str):
    """The module beside this one: its folder is nowhere where modules are looked for."""
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    control = socket.socket(fileno=os.dup(0))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for builds
    is_ready = False
    while True:
        said, handed, _, _ = socket.recv_fds(control, 1 << 20, 4)
        if not said:
            return
        asked = json.loads(said)
        if not is_ready:
            parse(asked)
            is_ready = True
        if os.fork() == 0:
            control.close()
            attend(asked, *handed)
        for each in handed:
            os.close(each)


def parse(asked: dict) -> None:
    """Do once what dbt does at the beginning of every build."""
    os.environ.update(asked["env"])
    words = asked["words"]
    project = ["--project-dir", following(words, "--project-dir")]
    project += ["--profiles-dir", following(words, "--profiles-dir")]
    here = str(Path.cwd())
    quiet = ["--quiet", "--no-version-check", "--log-path", here]
    ended = dbtRunner().invoke([*quiet, "parse", *project, "--target-path", here])
    assert ended.success, ended.exception
    assert threading.active_count() == 1
    gc.collect()
    gc.freeze()


def following(words: list[str], word: str) -> str:
    return words[words.index(word) + 1]


def attend(asked: dict, out: int, lock: int, pipe: int, asker: int) -> None:
    """Fork the build, tell its number and how it ends. Never returns."""
    target = Path(asked["cwd"], following(asked["words"], "--target-path"))
    if not (target / PARSED).exists():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(PARSED, target)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    number = os.fork()
    if number == 0:
        os.close(asker)
        words = [asked["program"], str(pipe), *asked["words"]]
        beside("driver").become({**asked, "code": RUN, "words": words}, out, out)
    for each in (out, lock, pipe):
        os.close(each)
    with socket.socket(fileno=asker) as told:
        told.send(str(number).encode())
        _, status = os.waitpid(number, 0)
        told.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


if __name__ == "__main__":
    main()
