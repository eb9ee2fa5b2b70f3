-- Who stands in several reports of one week: of two schools, of two parts of one report, of a report and its correction
-- that waits for approval. Few do; only they are counted as persons, everybody else as rows.
with weeks as (
    select
        report.period_key,
        report.organisation_key,
        report.is_operational,
        report.is_official,
        week.submission_key,
        week.person_key
    from {{ ref('int_learner_week_summed') }} as week
    inner join {{ ref('int_attendance_reported') }} as report on week.submission_key = report.submission_key
    where week.person_key >= 0
),

several as (
    select
        period_key,
        person_key
    from weeks
    group by period_key, person_key
    having count(*) > 1
)

select distinct
    basis.basis,
    weeks.period_key,
    weeks.person_key,
    weeks.organisation_key as place_key,
    count(*) over (
        partition by basis.basis, weeks.period_key, weeks.person_key, weeks.organisation_key
    ) as reports
from several
inner join weeks on several.period_key = weeks.period_key and several.person_key = weeks.person_key
inner join {{ ref('dim_basis') }} as basis
    on (basis.is_official and weeks.is_official) or (not basis.is_official and weeks.is_operational)
