{{ config(materialized='ephemeral') }}

select
    winning.submission_key,
    winning.period_start as enrolment_date,
    winning.is_operational,
    winning.is_official,
    roster.person_key,
    roster.source_row,
    coalesce(roster.bin, winning.node_code) as organisation_code,
    roster.age,
    roster.sex,
    roster.grade,
    roster.letter,
    roster.language,
    roster.shift,
    roster.study_form,
    roster.is_boarder,
    roster.is_transported,
    roster.has_free_meals,
    roster.enrolled_date,
    roster.left_date,
    roster.leaving_reason,
    roster.moved_to_bin as moved_to_code,
    -- A list also names who left since the one before it: they were not there on its day.
    coalesce(roster.left_date >= winning.period_start, true) as is_enrolled,
    roster.citizenship
from {{ ref('stg_learner_roster') }} as roster
inner join {{ ref('int_submission_winning') }} as winning
    on
        roster.submission_id = winning.submission_key
        and roster.batch_id = winning.batch_id
