"""collect: every minute, take what lies in the drop folder and notice what people decided meanwhile.

Out: the asset `bbaj://received` when files wait for their verdict, `bbaj://landed` when the set of
submissions to be shown differs from the one last built (an approval, a return, a withdrawal).
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Asset, dag, task

RECEIVED = Asset("bbaj://received")
LANDED = Asset("bbaj://landed")


@dag(
    dag_id="collect",
    description="Receive what lies in the drop folder",
    schedule=timedelta(minutes=1),
    catchup=False,
    max_active_runs=1,
    # What was stopped, or never ends, makes room for the next run.
    dagrun_timeout=timedelta(hours=1),
    default_args={"retries": 2, "retry_delay": timedelta(seconds=10)},
    tags=["informational"],
)
def collect() -> None:
    @task(outlets=[RECEIVED])
    def receive_drop() -> int:
        from warehouse.services.tasks.clockwork import receive_drop as work

        return work()

    # Beside the other: a drop folder out of reach keeps nobody's decision from being shown.
    @task(outlets=[LANDED])
    def notice_decisions() -> str:
        from warehouse.services.tasks.clockwork import notice_decisions as work

        return work()

    receive_drop()
    notice_decisions()


collect()
