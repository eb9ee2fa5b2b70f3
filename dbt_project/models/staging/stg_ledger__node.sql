with source as (
    select * from {{ source('ledger', 'node') }}
),

renamed as (
    select
        cast(node_code as string) as node_code,
        cast(kind as string) as kind,
        cast(parent_code as string) as parent_code,
        cast(territory_code as string) as territory_code,
        cast(name_kk as string) as name_kk,
        cast(name_ru as string) as name_ru,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to
    from source
)

select * from renamed
