select
    event.event_id as submission_event_key,
    coalesce(submission.submission_key, cast(-1 as bigint)) as submission_key,
    coalesce(node.node_key, cast(-1 as bigint)) as on_behalf_of_node_key,
    coalesce(calendar.date_key, cast(-1 as bigint)) as date_key,
    event.kind as event_kind_code,
    event.channel,
    event.occurred_at
from {{ ref('stg_ledger__submission_event') }} as event
left join {{ ref('dim_submission') }} as submission on event.submission_id = submission.submission_key
left join {{ ref('dim_node') }} as node on event.on_behalf_of = node.node_code
left join {{ ref('dim_date') }} as calendar on calendar.date_day = {{ bbaj.local_date('event.occurred_at') }}
