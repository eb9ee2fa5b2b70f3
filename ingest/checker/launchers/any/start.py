"""Starts the checker that lies beside this file, or with `--console` its command line."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))

if sys.argv[1:2] == ["--console"]:
    del sys.argv[1]
    from ingest.cli import main
else:
    sys.argv[1:1] = ["--packs", str(HERE / "reference")]
    from ingest.checker.__main__ import main
main()
