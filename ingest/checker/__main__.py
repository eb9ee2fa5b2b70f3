"""Start the checker: `python -m ingest.checker [FILE …]`, or files dropped on the program.

In: perhaps files, the language, where reference packs lie. Out: a page in the browser, until it is ended.
"""

from __future__ import annotations

import argparse
import os
import signal
from pathlib import Path

from ingest.checker.pages import say
from ingest.checker.server import serve
from ingest.read.sandbox.parent import warm
from ingest.schema.texts.language import LANGUAGES, of_environment
from ingest.scratch import keep_scratch

_LAST_WORDS = ("SIGTERM", "SIGHUP", "SIGBREAK")
"""What a program hears before it is ended: by the system, or with its window (the last one on Windows)."""


def main() -> None:
    """Serve the page until somebody ends it."""
    parser = argparse.ArgumentParser(prog="check")
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--lang", choices=LANGUAGES, default=of_environment(os.environ))
    parser.add_argument("--packs", type=Path, default=Path("reference"))
    parser.add_argument("--no-browser", action="store_true")
    asked = parser.parse_args()
    keep_scratch()
    for name in _LAST_WORDS:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _end)
    warm()
    server = serve(asked.packs, asked.lang, asked.files, opens_browser=not asked.no_browser)
    server.desk.warm()
    print(say("opened", asked.lang, address=server.address), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
        server.desk.close()


def _end(signum: int, frame: object) -> None:
    """As by Ctrl-C: what lies on the desk is taken away."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
