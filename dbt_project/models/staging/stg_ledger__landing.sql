with source as (
    select * from {{ source('ledger', 'landing') }}
),

renamed as (
    select
        cast(form as string) as form,
        cast(period as string) as period,
        cast(batch_id as string) as batch_id,
        cast(is_key_once as boolean) as is_key_once
    from source
)

select * from renamed
