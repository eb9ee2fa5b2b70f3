-- Generated from ingest/contracts/territory_register.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'territory_register') }}
),

renamed as (
    select
        cast(kato as string) as kato,
        cast(kato_version as string) as kato_version,
        cast(level as string) as level,
        cast(type_code as string) as type_code,
        cast(name_ru as string) as name_ru,
        cast(name_kk as string) as name_kk,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
