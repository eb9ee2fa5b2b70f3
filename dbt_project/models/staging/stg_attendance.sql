-- Generated from ingest/contracts/attendance.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'attendance') }}
),

renamed as (
    select
        cast(bin as string) as bin,
        cast(person_key as bigint) as person_key,
        cast(date as date) as date,
        cast(grade as int) as grade,
        cast(letter as string) as letter,
        cast(lessons_scheduled as int) as lessons_scheduled,
        cast(lessons_missed as int) as lessons_missed,
        cast(lessons_missed_valid as int) as lessons_missed_valid,
        cast(is_late as boolean) as is_late,
        cast(absence_reason as string) as absence_reason,
        cast(lessons_missed_invalid as int) as lessons_missed_invalid,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
