-- Generated from ingest/contracts/indicator_targets.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'indicator_targets') }}
),

renamed as (
    select
        cast(level as string) as level,
        cast(kato as string) as kato,
        cast(indicator as string) as indicator,
        cast(year_from as int) as year_from,
        cast(year_to as int) as year_to,
        cast(target as decimal(18, 4)) as target,
        cast(document_kk as string) as document_kk,
        cast(document_ru as string) as document_ru,
        cast(unit as string) as unit,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
