with accepted as (
    select
        winning.submission_key,
        winning.period as school_year,
        winning.period_start as school_year_start,
        winning.period_end as school_year_end,
        calendar.segment,
        calendar.segment_no,
        calendar.name_kk,
        calendar.name_ru,
        calendar.start_date,
        calendar.end_date,
        calendar.grade_from,
        calendar.grade_to,
        row_number() over (
            partition by winning.period, calendar.segment, calendar.segment_no, calendar.start_date
            order by winning.submission_key desc, calendar.source_row asc
        ) as place
    from {{ ref('stg_school_calendar') }} as calendar
    inner join {{ ref('int_submission_winning') }} as winning
        on
            calendar.submission_id = winning.submission_key
            and calendar.batch_id = winning.batch_id
    where winning.is_operational
)

select
    submission_key,
    school_year,
    school_year_start,
    school_year_end,
    segment,
    segment_no,
    name_kk,
    name_ru,
    start_date,
    end_date,
    grade_from,
    grade_to
from accepted
where place = 1 and start_date is not null and end_date is not null
