"""verify: once a week, compare every byte of what is stored with what it was when it was made.

Out: nothing; the run fails, and says what is damaged, where anything is.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="verify",
    description="Look through everything that is stored for damage",
    schedule="0 21 * * 6",  # Sunday, two o'clock in the morning in Kazakhstan
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
        from warehouse.services.clockwork import verify_everything as work

        return work()

    verify_everything()


verify()
