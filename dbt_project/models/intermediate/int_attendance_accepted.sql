{{ config(materialized='ephemeral') }}

select
    winning.submission_key,
    winning.period_start,
    winning.period_end,
    attendance.person_key,
    attendance.date as attendance_date,
    coalesce(attendance.bin, winning.node_code) as organisation_code,
    attendance.grade,
    attendance.letter,
    attendance.absence_reason,
    attendance.lessons_scheduled,
    attendance.lessons_missed,
    attendance.lessons_missed_valid,
    attendance.is_late
from {{ ref('stg_attendance') }} as attendance
inner join {{ ref('int_submission_winning') }} as winning
    on
        attendance.submission_id = winning.submission_key
        and attendance.batch_id = winning.batch_id
