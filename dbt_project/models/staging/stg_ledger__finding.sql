with source as (
    select * from {{ source('ledger', 'finding') }}
),

renamed as (
    select
        cast(submission_id as bigint) as submission_id,
        cast(cause as string) as cause,
        cast(severity as string) as severity,
        cast(findings as int) as findings,
        cast(answered as int) as answered
    from source
)

select * from renamed
