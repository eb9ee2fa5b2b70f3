"""Runs a program of a copy of the project on one spoiled file after the other, each in a process forked for it.

In: on stdin a JSON line a case: the file, what it holds now (base64), the program's arguments, the language. Out:
on stdout a JSON line for each: exit code, what went to stderr. What the programs import is imported once; nothing
is read before the fork, so that each case begins as a command line does.
"""

import base64
import contextlib
import importlib
import json
import os
import sys
import tempfile
import traceback
from pathlib import Path

IMPORTED = (
    "great_expectations", "expectations.dry_run", "expectations.pages.rules_page", "ingest.emit.generate", "ingest.cli",
    "dashboards.check_chain", "dashboards.rendering.render",
)  # fmt: skip


def main() -> None:
    for name in IMPORTED:
        importlib.import_module(name)
    for line in sys.stdin:
        case = json.loads(line)
        file = Path(case["file"])
        before = file.read_bytes() if file.exists() else None
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(case["content"]))
        try:
            answer = forked(case)
        finally:
            file.unlink() if before is None else file.write_bytes(before)
        print(json.dumps(answer), flush=True)


def forked(case: dict) -> dict:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            os._exit(run(case))
        _, status = os.waitpid(child, 0)
        err.seek(0)
        return {"code": os.waitstatus_to_exitcode(status), "stderr": err.read().decode("utf-8", "replace")}


def run(case: dict) -> int:
    program, *arguments = case["argv"]
    os.environ["BBAJ_LANG"] = case["language"]
    sys.argv = [program, *arguments]
    try:
        if program == "bbaj":
            importlib.import_module("ingest.cli").main()
            return 0
        return int(importlib.import_module(program).main() or 0)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0 if ended.code is None else 1
    except BaseException:
        traceback.print_exc()
        return 99
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()


if __name__ == "__main__":
    main()
