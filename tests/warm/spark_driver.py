"""Runs dbt on Spark for one build after the other; see `tests.warm.spark`.

In: as its input, for each build a line of JSON: program, words, environment, folder, where it writes. Out: a line for
each: its exit code.
"""

import json
import os
import runpy
import sys


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    nobody = os.open(os.devnull, os.O_WRONLY)
    for line in sys.stdin:
        asked = json.loads(line)
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        sys.stdout.flush()
        log = os.open(asked["log"], os.O_WRONLY | os.O_APPEND)
        for descriptor in (1, 2):
            os.dup2(log, descriptor)
        os.close(log)
        sys.argv = [asked["program"], str(nobody), *asked["words"]]
        code = runpy.run_path(asked["program"])["main"]()
        sys.stdout.flush()
        print(code, file=answers, flush=True)


if __name__ == "__main__":
    main()
