-- Generated from ingest/contracts/term_results.yml by `bbaj generate`: change the source, not this file.
with source as (
    select * from {{ source('lake', 'term_results') }}
),

renamed as (
    select
        cast(bin as string) as bin,
        cast(person_key as bigint) as person_key,
        cast(grade as int) as grade,
        cast(letter as string) as letter,
        cast(subject as string) as subject,
        cast(outcome as string) as outcome,
        cast(formative_percent as decimal(18, 4)) as formative_percent,
        cast(section_points as int) as section_points,
        cast(section_points_max as int) as section_points_max,
        cast(term_points as int) as term_points,
        cast(term_points_max as int) as term_points_max,
        cast(total_percent as decimal(18, 4)) as total_percent,
        cast(mark as int) as mark,
        cast(year_mark as int) as year_mark,
        cast(exam_mark as int) as exam_mark,
        cast(final_mark as int) as final_mark,
        cast(submission_id as bigint) as submission_id,
        cast(batch_id as string) as batch_id,
        cast(source_row as int) as source_row,
        cast(period as string) as period
    from source
)

select * from renamed
