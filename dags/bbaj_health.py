"""health: every five minutes, look how the installation stands and tell what changed, once.

Out: nothing; the run fails where what changed could not be told.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="health",
    description="Look how the installation stands, tell what changed",
    schedule=timedelta(minutes=5),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 0, "execution_timeout": timedelta(minutes=4)},
    tags=["administrative"],
)
def health() -> None:
    @task
    def watch_health() -> dict[str, int]:
        from warehouse.services.tasks.clockwork import watch_health as work

        return work()

    watch_health()


health()
