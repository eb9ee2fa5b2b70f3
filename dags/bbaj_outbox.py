"""outbox: every five minutes, what waits to be sent.

Out: nothing; the run is skipped where nothing waits, in quiet hours, and where sending is not set up; it fails, in
words, where a channel takes nothing.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import dag, task


@dag(
    dag_id="outbox",
    description="Send the messages that are due",
    schedule=timedelta(minutes=5),
    catchup=False,
    max_active_runs=1,
    # It begins again by itself: what was not sent waits.
    default_args={"retries": 0, "execution_timeout": timedelta(hours=2)},
    tags=["administrative", "outcome"],
)
def outbox() -> None:
    @task
    def send_messages() -> dict[str, int]:
        from warehouse.services.tasks.clockwork import send_messages as work

        return work()

    send_messages()


outbox()
