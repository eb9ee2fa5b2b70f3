"""Runs dbt for one build after the other, each in a process forked for it; see `tests.warm.models`.

In: on the socket that is its standard input, for each build a JSON object (program, words, environment, folder) and
four files: where it writes, the lock of builds, the pipe on which it tells, the socket of whoever asks. Out: on that
socket the number of the process, and how it has ended. Its own folder takes what it parses.
"""

import gc
import importlib.util
import os
import shutil
import threading
from functools import partial
from pathlib import Path

import dbt.cli.main
from dbt.cli.main import dbtRunner

RUN = "import runpy, sys; runpy.run_path(sys.argv.pop(1), run_name='__main__')"
PARSED = "partial_parse.msgpack"


_spec = importlib.util.spec_from_file_location("attending", Path(__file__).with_name("attending.py"))
attending = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(attending)


def main() -> None:
    is_ready = False
    for asked, handed in attending.asked(4):
        if not is_ready:
            parse(asked)
            is_ready = True
        if os.fork() == 0:
            attend(asked, handed)


def parse(asked: dict) -> None:
    """Do once what dbt does at the beginning of every build, and hand each what came of it."""
    os.environ.update(asked["env"])
    words = asked["words"]
    project = ["--project-dir", following(words, "--project-dir")]
    project += ["--profiles-dir", following(words, "--profiles-dir")]
    here = str(Path.cwd())
    quiet = ["--quiet", "--no-version-check", "--log-path", here]
    ended = dbtRunner().invoke([*quiet, "parse", *project, "--target-path", here])
    assert ended.success, ended.exception
    # Parsing again in a process that was forked after it may wait for ever for threads that are not there.
    dbt.cli.main.dbtRunner = partial(dbtRunner, ended.result)
    assert threading.active_count() == 1
    gc.collect()
    gc.freeze()


def following(words: list[str], word: str) -> str:
    return words[words.index(word) + 1]


def attend(asked: dict, handed: list[int]) -> None:
    """Fork the build, tell its number and how it ends. Never returns."""
    out, _lock, pipe, _asker = handed
    target = Path(asked["cwd"], following(asked["words"], "--target-path"))
    if not (target / PARSED).exists():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(PARSED, target)
    words = [asked["program"], str(pipe), *asked["words"]]
    driver = attending.beside("driver")
    attending.attend(handed, lambda: driver.become({**asked, "code": RUN, "words": words}, 0, out, out))


if __name__ == "__main__":
    main()
