with source as (
    select * from {{ source('ledger', 'submission_event') }}
),

renamed as (
    select
        cast(event_id as bigint) as event_id,
        cast(submission_id as bigint) as submission_id,
        cast(kind as string) as kind,
        cast(channel as string) as channel,
        cast(on_behalf_of as string) as on_behalf_of,
        cast(occurred_at as timestamp) as occurred_at
    from source
)

select * from renamed
