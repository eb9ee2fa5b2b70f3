"""Begins reading processes, each forked for who asks; see `tests.warm.readers`.

In: on the socket that is its standard input, for each a JSON object (code, words, environment, folder) and three
files: what it is asked on, what it answers on, the socket of whoever asks. Out: as `attending` says.
"""

import gc
import importlib
import os
import sys

from ingest.read.sandbox import asked, child
from tests.warm import attending, driver


def main() -> None:
    gc.disable()
    sys.meta_path.insert(0, child._Hidden)
    importlib.import_module(asked.BY_CONTRACT)
    gc.freeze()
    gc.enable()
    for wanted, handed in attending.asked(3):
        into, out, _ = handed
        if os.fork() == 0:
            nothing = os.open(os.devnull, os.O_WRONLY)
            attending.attend(handed, lambda: driver.become(wanted, into, out, nothing))  # noqa: B023


if __name__ == "__main__":
    main()
