{{ config(materialized='ephemeral') }}

select
    winning.submission_key,
    winning.period_kind,
    winning.period,
    winning.period_end,
    winning.is_operational,
    winning.is_official,
    staff.person_key,
    staff.source_row,
    coalesce(staff.bin, winning.node_code) as organisation_code,
    staff.age,
    staff.sex,
    staff.citizenship,
    staff.position,
    staff.subject,
    staff.language,
    staff.employment,
    staff.rate,
    staff.weekly_hours,
    staff.hours_primary,
    staff.hours_basic,
    staff.hours_upper,
    staff.hired_date,
    staff.dismissed_date,
    -- A roster also names who left in its quarter; the last working day is still one.
    coalesce(staff.dismissed_date >= winning.period_end, true) as is_employed,
    staff.education,
    staff.graduation_year,
    staff.has_profile_education,
    staff.academic_degree,
    staff.category,
    staff.category_date,
    staff.experience_years,
    staff.teaching_years,
    staff.course_year,
    staff.course_hours
from {{ ref('stg_staff_roster') }} as staff
inner join {{ ref('int_submission_winning') }} as winning
    on
        staff.submission_id = winning.submission_key
        and staff.batch_id = winning.batch_id
