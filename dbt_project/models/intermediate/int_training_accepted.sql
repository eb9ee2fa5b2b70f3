{{ config(materialized='ephemeral') }}

select
    winning.submission_key,
    winning.period_kind,
    winning.period,
    winning.period_start,
    winning.period_end,
    winning.node_code,
    training.person_key,
    coalesce(training.bin, winning.node_code) as organisation_code,
    training.course,
    training.kind,
    training.provider,
    training.hours,
    training.start_date,
    training.end_date,
    training.document_date
from {{ ref('stg_staff_training') }} as training
inner join {{ ref('int_submission_winning') }} as winning
    on
        training.submission_id = winning.submission_key
        and training.batch_id = winning.batch_id
