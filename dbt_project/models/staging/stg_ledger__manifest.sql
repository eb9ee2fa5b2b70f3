with source as (
    select * from {{ source('ledger', 'manifest') }}
),

renamed as (
    select
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(form as string) as form,
        cast(node_code as string) as node_code,
        cast(node_kind as string) as node_kind,
        cast(period as string) as period,
        cast(period_kind as string) as period_kind,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(part as string) as part,
        cast(is_operational as boolean) as is_operational,
        cast(is_official as boolean) as is_official,
        cast(is_nil_return as boolean) as is_nil_return,
        cast(received_at as timestamp) as received_at,
        cast(accepted_at as timestamp) as accepted_at,
        cast(approved_at as timestamp) as approved_at,
        cast(rows_accepted as int) as rows_accepted,
        cast(open_queries as int) as open_queries
    from source
)

select * from renamed
