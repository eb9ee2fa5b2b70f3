"""Runs one program after the other, each in a process forked for it; see `tests.warm`.

In: as words what to import ahead, on stdin a JSON line for each program: the code, its words, environment and folder.
Out: on stdout a JSON line for each: how it ended, what it wrote.
"""

import atexit
import gc
import importlib
import json
import os
import sys
import tempfile
import threading


def main() -> None:
    gc.disable()  # nothing is thrown away meanwhile, and to look for it takes a fifth of the time
    for name in sys.argv[1:]:
        importlib.import_module(name)
    gc.freeze()  # nobody's garbage: a child need not look through it
    gc.enable()
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            child = os.fork()
            if child == 0:
                become(asked, os.open(os.devnull, os.O_RDONLY), out.fileno(), err.fileno())
            _, status = os.waitpid(child, 0)
            written = [read(file) for file in (out, err)]
        answer = {"code": os.waitstatus_to_exitcode(status), "out": written[0], "err": written[1]}
        print(json.dumps(answer), flush=True)


def become(asked: dict, into: int, out: int, err: int) -> None:
    """Turn this process into the program and end it as a program ends. Never returns."""
    for number, descriptor in enumerate((into, out, err)):
        os.dup2(descriptor, number)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    sys.path[:0] = ["", *filter(None, asked["env"].get("PYTHONPATH", "").split(os.pathsep))]
    sys.argv = ["-c", *asked["words"]]
    # What the libraries would do at the end is about threads of the parent, which are not here.
    atexit._clear()
    code = run(asked["code"])
    threading._shutdown()
    atexit._run_exitfuncs()
    close_what_is_open()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def close_what_is_open() -> None:
    """Databases are closed when an interpreter ends; that end itself takes long where much was imported."""
    gc.collect()
    if (databases := sys.modules.get("django.db")) and sys.modules["django.conf"].settings.configured:
        databases.connections.close_all()
    if models := sys.modules.get("dbt.adapters.duckdb.connections"):
        kept = models.DuckDBConnectionManager._ENV
        models.DuckDBConnectionManager._ENV = None
        if kept is not None:
            kept.close()
        gc.collect()


def run(code: str) -> int:
    """The exit code the interpreter would give."""
    names = {"__name__": "__main__"}
    try:
        exec(compile(code, "<string>", "exec"), names)
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return (ended.code or 0) & 0xFF
        print(ended.code, file=sys.stderr)
        return 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        return 1
    finally:
        names.clear()
    return 0


def read(file) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


if __name__ == "__main__":
    main()
