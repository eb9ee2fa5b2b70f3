"""summaries: what the ministry, oblasts and departments are told of a week, a month, a term is made and handed over.

Twice a day it is asked whether a period's reports were due. Of a week they are by the end of the next Monday, so its
summary goes out on Tuesday morning. What was approved or corrected since becomes another edition.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="summaries",
    description="Make the summaries that are due, and hand them to the outbox",
    # Six in the morning and one in the afternoon in Kazakhstan.
    schedule="0 1,8 * * *",
    catchup=False,
    max_active_runs=1,
    # What was stopped, or never ends, makes room for the next run.
    dagrun_timeout=timedelta(hours=6),
    default_args={"retries": 2, "retry_delay": timedelta(minutes=5)},
    tags=["outcome"],
)
def summaries() -> None:
    @task
    def make_summaries() -> dict[str, int]:
        from warehouse.services.tasks.clockwork import make_summaries as work

        return work()

    make_summaries()


summaries()
