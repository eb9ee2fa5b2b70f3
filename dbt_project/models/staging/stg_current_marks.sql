-- Generated from ingest/contracts/current_marks.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'current_marks') }}
),

renamed as (
    select
        cast(bin as string) as bin,
        cast(person_key as bigint) as person_key,
        cast(grade as int) as grade,
        cast(letter as string) as letter,
        cast(subject as string) as subject,
        cast(date as date) as date,
        cast(kind as string) as kind,
        cast(points as int) as points,
        cast(points_max as int) as points_max,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
