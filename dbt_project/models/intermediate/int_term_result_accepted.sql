{{ config(materialized='ephemeral') }}

select
    winning.submission_key,
    winning.period_kind,
    winning.period,
    winning.period_start,
    winning.period_end,
    result.person_key,
    coalesce(result.bin, winning.node_code) as organisation_code,
    result.grade,
    result.letter,
    result.subject,
    result.outcome,
    result.formative_percent,
    result.section_points,
    result.section_points_max,
    result.term_points,
    result.term_points_max,
    result.total_percent,
    result.mark,
    result.year_mark,
    result.exam_mark,
    result.final_mark
from {{ ref('stg_term_results') }} as result
inner join {{ ref('int_submission_winning') }} as winning
    on
        result.submission_id = winning.submission_key
        and result.batch_id = winning.batch_id
