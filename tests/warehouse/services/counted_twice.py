"""What no ledger may ever hold: rows that count more than once."""

from __future__ import annotations

from ingest.ledger.decisions import winners
from tests.warehouse.country import Country
from warehouse.services.reference import landed


def keys_counting_twice(country: Country) -> int:
    """Keys of attendance that count more than once, on either basis."""
    query = "SELECT person_key, date, count(*) AS n FROM landed GROUP BY ALL HAVING n > 1"
    both = (
        landed(country.home, counts("attendance"), query)
        for counts in (winners.operational, winners.official)
    )
    return sum(found.num_rows for found in both if found is not None)
