with source as (
    select * from {{ source('ledger', 'obligation') }}
),

renamed as (
    select
        cast(obligation_id as bigint) as obligation_id,
        cast(form as string) as form,
        cast(node_code as string) as node_code,
        cast(period as string) as period,
        cast(period_kind as string) as period_kind,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(part as string) as part,
        cast(due_at as timestamp) as due_at,
        cast(status as string) as status,
        cast(ended_at as timestamp) as ended_at,
        cast(operational_submission_id as bigint) as operational_submission_id,
        cast(official_submission_id as bigint) as official_submission_id
    from source
)

select * from renamed
