with source as (
    select * from {{ source('ledger', 'submission') }}
),

renamed as (
    select
        cast(submission_id as bigint) as submission_id,
        cast(form as string) as form,
        cast(node_code as string) as node_code,
        cast(period as string) as period,
        cast(period_start as date) as period_start,
        cast(period_end as date) as period_end,
        cast(part as string) as part,
        cast(channel as string) as channel,
        cast(state as string) as state,
        cast(is_nil_return as boolean) as is_nil_return,
        cast(received_at as timestamp) as received_at,
        cast(judged_at as timestamp) as judged_at,
        cast(rows_in as int) as rows_in,
        cast(rows_accepted as int) as rows_accepted,
        cast(rows_rejected as int) as rows_rejected,
        cast(rows_not_data as int) as rows_not_data,
        cast(errors as int) as errors,
        cast(queries as int) as queries,
        cast(notes as int) as notes,
        cast(contract_version as int) as contract_version,
        cast(is_operational as boolean) as is_operational,
        cast(is_official as boolean) as is_official,
        cast(is_held_back as boolean) as is_held_back
    from source
)

select * from renamed
