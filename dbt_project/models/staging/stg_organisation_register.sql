-- Generated from ingest/contracts/organisation_register.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'organisation_register') }}
),

renamed as (
    select
        cast(bin as string) as bin,
        cast(event as string) as event,
        cast(event_date as date) as event_date,
        cast(other_bin as string) as other_bin,
        cast(name_kk as string) as name_kk,
        cast(name_ru as string) as name_ru,
        cast(kind as string) as kind,
        cast(ownership as string) as ownership,
        cast(affiliation as string) as affiliation,
        cast(locality as string) as locality,
        cast(kato as string) as kato,
        cast(address_kk as string) as address_kk,
        cast(address_ru as string) as address_ru,
        cast(languages as string) as languages,
        cast(design_capacity as int) as design_capacity,
        cast(shifts as int) as shifts,
        cast(is_small as boolean) as is_small,
        cast(is_boarding as boolean) as is_boarding,
        cast(opened_date as date) as opened_date,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
