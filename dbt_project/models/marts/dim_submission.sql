with submission as (
    select * from {{ ref('stg_ledger__submission') }}
)

select
    submission.submission_id as submission_key,
    coalesce(form.form_key, cast(-1 as bigint)) as form_key,
    coalesce(node.node_key, cast(-1 as bigint)) as node_key,
    coalesce(period.period_key, cast(-1 as bigint)) as period_key,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    submission.form,
    submission.node_code,
    submission.period,
    submission.period_start as period_start_date,
    submission.period_end as period_end_date,
    submission.part,
    submission.channel,
    submission.state,
    submission.is_nil_return,
    submission.received_at,
    submission.judged_at,
    submission.rows_in,
    submission.rows_accepted,
    submission.rows_rejected,
    submission.rows_not_data,
    submission.errors,
    submission.queries,
    submission.notes,
    submission.contract_version,
    coalesce(winning.is_operational, false) as is_operational,
    coalesce(winning.is_official, false) as is_official,
    submission.is_held_back
from submission
left join {{ ref('int_submission_winning') }} as winning on submission.submission_id = winning.submission_key
left join {{ ref('dim_form') }} as form on submission.form = form.form
left join {{ ref('dim_node') }} as node on submission.node_code = node.node_code
left join {{ ref('dim_period') }} as period
    on form.period_kind = period.period_kind and submission.period = period.period
left join {{ ref('dim_organisation') }} as organisation
    on
        submission.node_code = organisation.organisation_code
        and submission.period_start between organisation.applies_from_date and organisation.applies_to_date
union all
select
    cast(-1 as bigint) as submission_key,
    cast(-1 as bigint) as form_key,
    cast(-1 as bigint) as node_key,
    cast(-1 as bigint) as period_key,
    cast(-1 as bigint) as organisation_key,
    'unknown' as form,
    'unknown' as node_code,
    'unknown' as period,
    cast(null as date) as period_start_date,
    cast(null as date) as period_end_date,
    cast(null as string) as part,
    cast(null as string) as channel,
    'unknown' as state,
    false as is_nil_return,
    cast(null as timestamp) as received_at,
    cast(null as timestamp) as judged_at,
    cast(null as int) as rows_in,
    cast(null as int) as rows_accepted,
    cast(null as int) as rows_rejected,
    cast(null as int) as rows_not_data,
    cast(null as int) as errors,
    cast(null as int) as queries,
    cast(null as int) as notes,
    cast(null as int) as contract_version,
    false as is_operational,
    false as is_official,
    false as is_held_back
