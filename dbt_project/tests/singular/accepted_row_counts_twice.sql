-- Generated from the contracts in ingest/contracts by `bbaj generate`: change the source, not this file.
-- Of two parts of one report that hold the same row, the later one is named: both together would count it twice.
{{ config(tags=['data'], severity='warn', store_failures=true, schema='held_back') }}

with parts as (
    select
        'operational' as basis,
        submission_key,
        batch_id,
        node_code,
        period
    from {{ ref('int_submission_winning') }}
    where is_operational and part <> 'whole'
    union all
    select
        'official' as basis,
        submission_key,
        batch_id,
        node_code,
        period
    from {{ ref('int_submission_winning') }}
    where is_official and part <> 'whole'
),

-- The rows of each form are named once: of those named twice an engine makes a table first.
counted as (
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.person_key, landed.date
        ) as first_submission_key
    from {{ ref('stg_attendance') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.person_key, landed.subject, landed.date, landed.kind
        ) as first_submission_key
    from {{ ref('stg_current_marks') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.indicator, landed.level, landed.kato, landed.year_from
        ) as first_submission_key
    from {{ ref('stg_indicator_targets') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.person_key
        ) as first_submission_key
    from {{ ref('stg_learner_roster') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.bin
        ) as first_submission_key
    from {{ ref('stg_organisation_passport') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.bin, landed.event, landed.event_date
        ) as first_submission_key
    from {{ ref('stg_organisation_register') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.indicator, landed.level, landed.kato, landed.area, landed.value_period
        ) as first_submission_key
    from {{ ref('stg_regional_indicators') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.segment, landed.segment_no, landed.start_date
        ) as first_submission_key
    from {{ ref('stg_school_calendar') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.person_key, landed.position, landed.employment, landed.subject
        ) as first_submission_key
    from {{ ref('stg_staff_roster') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.person_key, landed.course, landed.start_date
        ) as first_submission_key
    from {{ ref('stg_staff_training') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.person_key, landed.subject
        ) as first_submission_key
    from {{ ref('stg_term_results') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
    union all
    select
        part.submission_key,
        min(part.submission_key) over (
            partition by
                part.basis, part.node_code, part.period,
                landed.kato
        ) as first_submission_key
    from {{ ref('stg_territory_register') }} as landed
    inner join parts as part on landed.submission_id = part.submission_key and landed.batch_id = part.batch_id
)

select
    submission_key,
    count(*) as failing_rows
from counted
where submission_key > first_submission_key
group by submission_key
