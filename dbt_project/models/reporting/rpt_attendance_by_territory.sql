with counted_submissions as (
    select
        basis.basis,
        basis.basis_kk,
        basis.basis_ru,
        submission.submission_key,
        submission.period_key,
        submission.organisation_key,
        submission.node_code
    from {{ ref('dim_submission') }} as submission
    inner join {{ ref('dim_basis') }} as basis
        on
            (basis.is_official and submission.is_official)
            or (not basis.is_official and submission.is_operational)
    where submission.form = 'attendance'
),

organisations as (
    select
        organisation.organisation_key,
        territory.oblast_code,
        territory.oblast_name_kk,
        territory.oblast_name_ru,
        territory.district_code,
        territory.district_name_kk,
        territory.district_name_ru,
        organisation.locality_kk,
        organisation.locality_ru
    from {{ ref('dim_organisation') }} as organisation
    inner join {{ ref('dim_territory') }} as territory on organisation.territory_key = territory.territory_key
),

-- Who reported: nil returns too, which have no rows.
reported as (
    select
        basis,
        period_key,
        organisation_key,
        node_code,
        cast(null as bigint) as person_key,
        cast(0 as bigint) as learner_days,
        cast(0 as bigint) as lessons_scheduled,
        cast(0 as bigint) as lessons_missed,
        cast(0 as bigint) as lessons_missed_valid,
        cast(0 as bigint) as lessons_missed_ill,
        cast(0 as bigint) as late_arrivals,
        cast(0 as bigint) as learner_days_absent
    from counted_submissions
),

-- A learner's week first: it is a sixth of the rows, and the basis doubles only that.
learner_weeks as (
    select
        submission_key,
        organisation_key,
        person_key,
        cast(count(*) as bigint) as learner_days,
        cast(sum(lessons_scheduled) as bigint) as lessons_scheduled,
        cast(sum(lessons_missed) as bigint) as lessons_missed,
        cast(sum(lessons_missed_valid) as bigint) as lessons_missed_valid,
        cast(sum(lessons_missed_ill) as bigint) as lessons_missed_ill,
        cast(sum(late_arrivals) as bigint) as late_arrivals,
        cast(sum(learner_days_absent) as bigint) as learner_days_absent
    from {{ ref('fct_attendance') }}
    group by submission_key, organisation_key, person_key
),

attended as (
    select
        counted_submissions.basis,
        counted_submissions.period_key,
        learner_weeks.organisation_key,
        cast(null as string) as node_code,
        learner_weeks.person_key,
        learner_weeks.learner_days,
        learner_weeks.lessons_scheduled,
        learner_weeks.lessons_missed,
        learner_weeks.lessons_missed_valid,
        learner_weeks.lessons_missed_ill,
        learner_weeks.late_arrivals,
        learner_weeks.learner_days_absent
    from learner_weeks
    inner join counted_submissions on learner_weeks.submission_key = counted_submissions.submission_key
),

gathered as (
    select * from reported
    union all
    select * from attended
),

summed as (
    select
        gathered.basis,
        gathered.period_key,
        organisations.oblast_code,
        organisations.oblast_name_kk,
        organisations.oblast_name_ru,
        organisations.district_code,
        organisations.district_name_kk,
        organisations.district_name_ru,
        organisations.locality_kk,
        organisations.locality_ru,
        cast(count(distinct gathered.node_code) as bigint) as organisations_reported,
        cast(count(distinct gathered.person_key) as bigint) as learners,
        cast(sum(gathered.learner_days) as bigint) as learner_days,
        cast(sum(gathered.lessons_scheduled) as bigint) as lessons_scheduled,
        cast(sum(gathered.lessons_missed) as bigint) as lessons_missed,
        cast(sum(gathered.lessons_missed_valid) as bigint) as lessons_missed_valid,
        cast(sum(gathered.lessons_missed_ill) as bigint) as lessons_missed_ill,
        cast(sum(gathered.late_arrivals) as bigint) as late_arrivals,
        cast(sum(gathered.learner_days_absent) as bigint) as learner_days_absent
    from gathered
    inner join organisations on gathered.organisation_key = organisations.organisation_key
    group by
        gathered.basis,
        gathered.period_key,
        organisations.oblast_code,
        organisations.oblast_name_kk,
        organisations.oblast_name_ru,
        organisations.district_code,
        organisations.district_name_kk,
        organisations.district_name_ru,
        organisations.locality_kk,
        organisations.locality_ru
)

select
    summed.basis,
    basis.basis_kk,
    basis.basis_ru,
    period.period,
    period.period_start_date as week_start_date,
    period.period_label_kk,
    period.period_label_ru,
    summed.oblast_code,
    summed.oblast_name_kk,
    summed.oblast_name_ru,
    summed.district_code,
    summed.district_name_kk,
    summed.district_name_ru,
    summed.locality_kk,
    summed.locality_ru,
    summed.organisations_reported,
    summed.learners,
    summed.learner_days,
    summed.lessons_scheduled,
    summed.lessons_missed,
    summed.lessons_missed_valid,
    summed.lessons_missed_ill,
    summed.late_arrivals,
    summed.learner_days_absent
from summed
inner join {{ ref('dim_basis') }} as basis on summed.basis = basis.basis
inner join {{ ref('dim_period') }} as period on summed.period_key = period.period_key
