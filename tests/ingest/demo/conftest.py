"""Synthetic countries: one of the real size that is never written, and a small one written once."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ingest.demo.play.waves import write_country
from ingest.demo.reports.plan import Plan
from ingest.demo.world.country import Country
from ingest.home import Home


@pytest.fixture(scope="session")
def country() -> Country:
    """The country of `make demo`."""
    return Country()


@pytest.fixture(scope="session")
def attendance(country: Country) -> pa.Table:
    """Every row of attendance of the country, with the region and the week it belongs to."""
    tables = []
    for school in country.organisations:
        own = country.attendance_of(school)
        for number, week in enumerate(country.periods, start=1):
            rows = own.week(country.days_of(week))
            rows = rows.append_column("region", pa.array([school.site.region] * rows.num_rows))
            rows = rows.append_column("school", pa.array([school.index] * rows.num_rows))
            tables.append(rows.append_column("week", pa.array([number] * rows.num_rows)))
    return pa.concat_tables(tables)


@pytest.fixture(scope="session")
def small() -> dict[str, int]:
    """How to write a country in seconds."""
    return {"organisations": 24, "learners_per_organisation": 40, "seed": 503}


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, small: dict[str, int]) -> tuple[Home, Plan]:
    """A small country with all its files in the drop folder."""
    home = Home(tmp_path_factory.mktemp("country"))
    return home, write_country(home, **small)
