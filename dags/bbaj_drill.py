"""drill: once a week, restore the newest backup beside the home, build from it and compare.

Out: how long each step took; the run is skipped where no repository is set, and fails, in words, where the backup is no
good.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="drill",
    description="Restore the newest backup into an empty folder and build from it",
    schedule="0 22 * * 6",  # Sunday, three o'clock in the morning in Kazakhstan
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 0, "execution_timeout": timedelta(hours=12)},
    tags=["administrative", "outcome"],
)
def drill() -> None:
    @task
    def try_backup() -> dict[str, float]:
        from warehouse.services.tasks.clockwork import try_backup as work

        return work()

    try_backup()


drill()
