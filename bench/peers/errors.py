"""What frictionless finds, in the environment of the peers: `python bench/peers/errors.py SCHEMA FILE…`.

In: a Table Schema and csv files. Out: one line of JSON: for each file its errors as [row of the file, field].
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main() -> None:
    """Validate each file and print its errors."""
    from frictionless import Resource, Schema, system

    system.trusted = True
    descriptor = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    found = []
    for file in sys.argv[2:]:
        report = Resource(path=file, schema=Schema.from_descriptor(descriptor)).validate(
            limit_errors=1_000_000
        )
        errors = report.flatten(["rowNumber", "fieldName"])
        found.append(errors)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
