"""What a build asks of the ledger of a country: is one due, and what is it made of.

In: a scratch folder. Out: a figure each. The ledger has two months of weekly reports of 7,840 organisations; what is
asked every minute is asked where nothing came since the last build.
"""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from bench.figure import Figure
from bench.stopwatch import clock_and_processor
from bench.warehouse.country_ledger import fill_ledger
from ingest.home import Home
from tests.warehouse.one_table import run_one_table

ORGANISATIONS, WEEKS = 7_840, 8
_READ_LIMIT, _IDLE_LIMIT = 5.0, 0.05


def figures(folder: Path) -> list[Figure]:
    """Measure."""
    from ingest.ledger.decisions.manifest import counting
    from warehouse.services import building
    from warehouse.storage.builds.engines import dbt_process
    from warehouse.storage.builds.inputs import write_inputs

    home = Home(folder)
    folder.mkdir(parents=True)
    count = fill_ledger(home, ORGANISATIONS, WEEKS)
    with patch.object(dbt_process.Dbt, "run", run_one_table):
        building.build(home)
    assert not building.is_due(home)
    taken = clock_and_processor(
        {
            "read": lambda: write_inputs(folder / "inputs", home, counting()),
            "idle": lambda: building.is_due(home),
        },
        runs=3,
    )
    return [
        Figure(
            f"a ledger of {count:,} submissions: all a build is made of read and written, of the processor",
            taken["read"].processor,
            limit=_READ_LIMIT,
        ),
        Figure(
            "the same ledger: is a build due, where nothing came, of the processor",
            taken["idle"].processor,
            limit=_IDLE_LIMIT,
        ),
    ]
