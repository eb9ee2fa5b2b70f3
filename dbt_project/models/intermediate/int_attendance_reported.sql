-- The reports of attendance that count, with what is asked of each of them wherever learners are followed over weeks.
-- What is not asked there is not here: a report stays the same when another is received, approved or answered.
select
    submission.submission_key,
    submission.period_key,
    submission.organisation_key,
    submission.is_operational,
    submission.is_official,
    period.period_start_date,
    cast({{ bbaj.school_year_start('period.period_end_date') }} as int) as school_year_start
from {{ ref('dim_submission') }} as submission
left join {{ ref('dim_period') }} as period on submission.period_key = period.period_key
where submission.form = 'attendance' and (submission.is_operational or submission.is_official)
