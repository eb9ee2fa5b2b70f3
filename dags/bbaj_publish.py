"""publish: show what was built, by one atomic switch.

In: the build's number, carried by the asset `bbaj://built`. Out: the asset `bbaj://published`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import Asset, dag, task

BUILT = Asset("bbaj://built")


@dag(
    dag_id="publish",
    description="Publish the newest finished build",
    schedule=[BUILT],
    catchup=False,
    max_active_runs=1,
    # What was stopped, or never ends, makes room for the next run.
    dagrun_timeout=timedelta(hours=6),
    default_args={"retries": 2, "retry_delay": timedelta(seconds=10)},
    tags=["administrative", "outcome"],
)
def publish() -> None:
    @task(outlets=[Asset("bbaj://published")])
    def publish_warehouse(triggering_asset_events: dict[Any, Any] | None = None) -> int:
        from warehouse.services.tasks.clockwork import publish_warehouse as work

        events = (triggering_asset_events or {}).get(BUILT) or []
        return work([event.extra["build"] for event in events if "build" in (event.extra or {})])

    publish_warehouse()


publish()
