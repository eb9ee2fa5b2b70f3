"""`python -m ingest.cli` is `bbaj`."""

from ingest.cli import main

main()
