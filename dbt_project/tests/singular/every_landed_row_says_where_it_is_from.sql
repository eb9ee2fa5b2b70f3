-- Generated from the contracts in ingest/contracts by `bbaj generate`: change the source, not this file.
-- Every row of the lake names the submission it came with, the landing that wrote it, and its row there. The three are
-- no key: several sheets of a workbook have a row 9, and a row of a class register is a week.
{{ config(tags=['invariant']) }}

select
    'attendance' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_attendance') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'current_marks' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_current_marks') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'indicator_targets' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_indicator_targets') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'learner_roster' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_learner_roster') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'organisation_passport' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_organisation_passport') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'organisation_register' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_organisation_register') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'regional_indicators' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_regional_indicators') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'school_calendar' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_school_calendar') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'staff_roster' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_staff_roster') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'staff_training' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_staff_training') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'term_results' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_term_results') }}
where submission_id is null or batch_id is null or source_row is null
union all
select
    'territory_register' as form,
    period,
    submission_id,
    batch_id,
    source_row
from {{ ref('stg_territory_register') }}
where submission_id is null or batch_id is null or source_row is null
