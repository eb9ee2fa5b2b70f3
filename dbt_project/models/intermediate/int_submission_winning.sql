select
    submission_id as submission_key,
    batch_id,
    form,
    node_code,
    node_kind,
    period_kind,
    period,
    period_start,
    period_end,
    part,
    is_nil_return,
    rows_accepted,
    is_operational,
    is_official
from {{ ref('stg_ledger__manifest') }}
where is_operational or is_official
