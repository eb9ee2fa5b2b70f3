-- Generated from ingest/contracts/school_calendar.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'school_calendar') }}
),

renamed as (
    select
        cast(segment as string) as segment,
        cast(segment_no as int) as segment_no,
        cast(name_kk as string) as name_kk,
        cast(name_ru as string) as name_ru,
        cast(start_date as date) as start_date,
        cast(end_date as date) as end_date,
        cast(grade_from as int) as grade_from,
        cast(grade_to as int) as grade_to,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
