"""build: whenever something landed or was decided, build the star schema from a pinned list of submissions.

Out: the asset `bbaj://built` carrying the build's number.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Asset, Metadata, dag, task

BUILT = Asset("bbaj://built")


@dag(
    dag_id="build",
    description="Build the star schema and test it",
    schedule=[Asset("bbaj://landed")],
    catchup=False,
    max_active_runs=1,
    # What was stopped, or never ends, makes room for the next run.
    dagrun_timeout=timedelta(hours=12),
    default_args={"retries": 1, "retry_delay": timedelta(seconds=10)},
    tags=["administrative", "outcome"],
)
def build() -> None:
    @task(outlets=[BUILT])
    def build_warehouse():  # type: ignore[no-untyped-def]  # a generator of the asset's metadata
        from warehouse.services.tasks.clockwork import build_warehouse as work

        yield Metadata(BUILT, {"build": work()})

    build_warehouse()


build()
