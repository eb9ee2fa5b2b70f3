"""verify: once a week (asked every night), compare every byte of what is stored with what it was when it was made. Old
logs of tasks go every night.

Out: nothing; the run fails, and says what is damaged, where anything is.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="verify",
    description="Look through everything that is stored for damage, remove old logs of tasks",
    # Two o'clock in the morning in Kazakhstan: what one night did not bring to its end, the next one does.
    schedule="0 21 * * *",
    catchup=False,
    max_active_runs=1,
    # What was stopped, or never ends, makes room for the next run.
    dagrun_timeout=timedelta(hours=24),
    default_args={"retries": 0, "execution_timeout": timedelta(hours=12)},
    tags=["administrative", "outcome"],
)
def verify() -> None:
    @task
    def verify_everything() -> int:
        from warehouse.services.tasks.clockwork import verify_when_due as work

        return work()

    @task
    def forget_task_logs() -> int:
        from warehouse.services.tasks.clockwork import forget_task_logs as work

        return work()

    verify_everything()
    forget_task_logs()


verify()
