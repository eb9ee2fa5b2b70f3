with source as (
    select * from {{ source('ledger', 'publication') }}
),

renamed as (
    select
        cast(number as int) as number,
        cast(data_as_of as timestamp) as data_as_of,
        cast(demo as boolean) as demo,
        cast(least_persons as int) as least_persons,
        cast(least_organisations as int) as least_organisations
    from source
)

select * from renamed
