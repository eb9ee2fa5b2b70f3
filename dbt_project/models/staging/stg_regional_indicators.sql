-- Generated from ingest/contracts/regional_indicators.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'regional_indicators') }}
),

renamed as (
    select
        cast(level as string) as level,
        cast(kato as string) as kato,
        cast(indicator as string) as indicator,
        cast(area as string) as area,
        cast(value_period as string) as value_period,
        cast(value as decimal(18, 4)) as value,
        cast(source as string) as source,
        cast(unit as string) as unit,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
