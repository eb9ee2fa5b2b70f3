"""judge: whenever files were received, judge all that wait, land what is accepted, settle obligations.

Out: the asset `bbaj://landed` when anything was accepted.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Asset, dag, task


@dag(
    dag_id="judge",
    description="Judge every waiting submission, form by form, and land the accepted ones",
    schedule=[Asset("bbaj://received")],
    catchup=False,
    max_active_runs=1,
    # What was stopped, or never ends, makes room for the next run.
    dagrun_timeout=timedelta(hours=12),
    default_args={"retries": 2, "retry_delay": timedelta(seconds=10)},
    tags=["informational", "outcome"],
)
def judge() -> None:
    @task(outlets=[Asset("bbaj://landed")])
    def judge_waiting() -> dict[str, int]:
        from warehouse.services.tasks.clockwork import judge_waiting as work

        return work()

    @task(trigger_rule="none_failed")
    def settle_obligations() -> dict[str, int]:
        from warehouse.services.tasks.clockwork import settle_obligations as work

        return work()

    @task(retries=0)
    def tell_of_faults(judged: dict[str, int]) -> int:
        from warehouse.services.tasks.clockwork import tell_of_faults as work

        return work(judged)

    judged = judge_waiting()
    judged >> settle_obligations()
    tell_of_faults(judged)


judge()
