with source as (
    select * from {{ source('ledger', 'organisation_event') }}
),

renamed as (
    select
        cast(directive_id as bigint) as directive_id,
        cast(organisation_code as string) as organisation_code,
        cast(event as string) as event,
        cast(event_date as date) as event_date,
        cast(other_organisation_code as string) as other_organisation_code
    from source
)

select * from renamed
