"""obligations: once a day, ask for what has fallen due and say what became of every report asked for."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="obligations",
    description="Open the reports now due, settle those whose time is over",
    # 00:30 in Kazakhstan, which keeps one time zone, UTC+5, all year.
    schedule="30 19 * * *",
    catchup=False,
    max_active_runs=1,
    # What was stopped, or never ends, makes room for the next run.
    dagrun_timeout=timedelta(hours=2),
    default_args={"retries": 2, "retry_delay": timedelta(minutes=1)},
    tags=["administrative"],
)
def obligations() -> None:
    @task
    def open_obligations() -> int:
        from warehouse.services.tasks.clockwork import open_obligations as work

        return work()

    @task
    def settle_obligations() -> dict[str, int]:
        from warehouse.services.tasks.clockwork import settle_obligations as work

        return work()

    open_obligations() >> settle_obligations()


obligations()
