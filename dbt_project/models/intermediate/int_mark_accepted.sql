{{ config(materialized='ephemeral') }}

select
    winning.submission_key,
    winning.period_kind,
    winning.period,
    winning.period_start,
    winning.period_end,
    mark.person_key,
    coalesce(mark.bin, winning.node_code) as organisation_code,
    mark.grade,
    mark.letter,
    mark.subject,
    mark.date as lesson_date,
    mark.kind,
    mark.points,
    mark.points_max
from {{ ref('stg_current_marks') }} as mark
inner join {{ ref('int_submission_winning') }} as winning
    on
        mark.submission_id = winning.submission_key
        and mark.batch_id = winning.batch_id
