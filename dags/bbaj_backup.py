"""backup: once a day, everything that cannot be made again, encrypted, to where the settings say.

Out: nothing; the run is skipped where no repository is set, and fails, in words, where the backup does.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="backup",
    description="Take a backup and let go of old ones by rule",
    schedule="0 20 * * *",  # one o'clock in the morning in Kazakhstan, when the day's obligations are settled
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": 2,
        "retry_delay": timedelta(minutes=10),
        "execution_timeout": timedelta(hours=8),
    },
    tags=["administrative", "outcome"],
)
def backup() -> None:
    @task
    def back_up_everything() -> str:
        from warehouse.services.tasks.clockwork import back_up_everything as work

        return work()

    back_up_everything()


backup()
