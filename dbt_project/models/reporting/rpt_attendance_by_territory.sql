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
),

-- Figures of so few learners that one of them could stand out are not shown as the place's. They move to a row of the
-- oblast for all its small groups; where these are too few together, the smallest other group joins them, so that no
-- subtraction brings them back. Every sum over an oblast stays what it was.
weighed as (
    select
        summed.*,
        publication.least_persons,
        summed.learners > 0 and summed.learners < publication.least_persons as is_few,
        summed.learners >= publication.least_persons as is_enough
    from summed
    cross join {{ ref('dim_publication') }} as publication
),

ranked as (
    select
        *,
        sum(case when is_few then learners else 0 end) over (partition by basis, period_key, oblast_code)
            as few_in_oblast,
        row_number() over (
            partition by basis, period_key, oblast_code, is_enough
            order by learners asc, district_code asc, locality_kk asc
        ) as place
    from weighed
),

parted as (
    select
        *,
        is_few
        or (is_enough and place = 1 and few_in_oblast > 0 and few_in_oblast < least_persons) as is_moved
    from ranked
),

-- A learner of two small groups is one.
together as (
    select
        parted.basis,
        parted.period_key,
        parted.oblast_code,
        cast(count(distinct attended.person_key) as bigint) as learners
    from parted
    inner join organisations
        on
            parted.oblast_code = organisations.oblast_code
            and parted.district_code = organisations.district_code
            and parted.locality_kk = organisations.locality_kk
    inner join attended
        on
            organisations.organisation_key = attended.organisation_key
            and parted.basis = attended.basis
            and parted.period_key = attended.period_key
    where parted.is_moved
    group by parted.basis, parted.period_key, parted.oblast_code
),

moved as (
    select
        parted.basis,
        parted.period_key,
        parted.oblast_code,
        parted.oblast_name_kk,
        parted.oblast_name_ru,
        parted.oblast_code as district_code,
        {{ bbaj.special_label(-3, 'kk', 'place') }} as district_name_kk,
        {{ bbaj.special_label(-3, 'ru', 'place') }} as district_name_ru,
        {{ bbaj.special_label(-3, 'kk', 'place') }} as locality_kk,
        {{ bbaj.special_label(-3, 'ru', 'place') }} as locality_ru,
        together.learners < parted.least_persons as is_withheld,
        together.learners,
        cast(sum(parted.learner_days) as bigint) as learner_days,
        cast(sum(parted.lessons_scheduled) as bigint) as lessons_scheduled,
        cast(sum(parted.lessons_missed) as bigint) as lessons_missed,
        cast(sum(parted.lessons_missed_valid) as bigint) as lessons_missed_valid,
        cast(sum(parted.lessons_missed_ill) as bigint) as lessons_missed_ill,
        cast(sum(parted.late_arrivals) as bigint) as late_arrivals,
        cast(sum(parted.learner_days_absent) as bigint) as learner_days_absent
    from parted
    inner join together
        on
            parted.basis = together.basis
            and parted.period_key = together.period_key
            and parted.oblast_code = together.oblast_code
    where parted.is_moved
    group by
        parted.basis,
        parted.period_key,
        parted.oblast_code,
        parted.oblast_name_kk,
        parted.oblast_name_ru,
        parted.least_persons,
        together.learners
),

shown as (
    select
        basis,
        period_key,
        oblast_code,
        oblast_name_kk,
        oblast_name_ru,
        district_code,
        district_name_kk,
        district_name_ru,
        locality_kk,
        locality_ru,
        organisations_reported,
        cast(case when is_moved then 1 else 0 end as int) as is_withheld,
        case when not is_moved then learners end as learners,
        case when not is_moved then learner_days end as learner_days,
        case when not is_moved then lessons_scheduled end as lessons_scheduled,
        case when not is_moved then lessons_missed end as lessons_missed,
        case when not is_moved then lessons_missed_valid end as lessons_missed_valid,
        case when not is_moved then lessons_missed_ill end as lessons_missed_ill,
        case when not is_moved then late_arrivals end as late_arrivals,
        case when not is_moved then learner_days_absent end as learner_days_absent
    from parted
    union all
    select
        basis,
        period_key,
        oblast_code,
        oblast_name_kk,
        oblast_name_ru,
        district_code,
        district_name_kk,
        district_name_ru,
        locality_kk,
        locality_ru,
        cast(0 as bigint) as organisations_reported,
        cast(case when is_withheld then 1 else 0 end as int) as is_withheld,
        case when not is_withheld then learners end as learners,
        case when not is_withheld then learner_days end as learner_days,
        case when not is_withheld then lessons_scheduled end as lessons_scheduled,
        case when not is_withheld then lessons_missed end as lessons_missed,
        case when not is_withheld then lessons_missed_valid end as lessons_missed_valid,
        case when not is_withheld then lessons_missed_ill end as lessons_missed_ill,
        case when not is_withheld then late_arrivals end as late_arrivals,
        case when not is_withheld then learner_days_absent end as learner_days_absent
    from moved
)

select
    shown.basis,
    basis.basis_kk,
    basis.basis_ru,
    period.period,
    period.period_start_date as week_start_date,
    period.period_label_kk,
    period.period_label_ru,
    shown.oblast_code,
    shown.oblast_name_kk,
    shown.oblast_name_ru,
    shown.district_code,
    shown.district_name_kk,
    shown.district_name_ru,
    shown.locality_kk,
    shown.locality_ru,
    shown.organisations_reported,
    shown.learners,
    shown.learner_days,
    shown.lessons_scheduled,
    shown.lessons_missed,
    shown.lessons_missed_valid,
    shown.lessons_missed_ill,
    shown.late_arrivals,
    shown.learner_days_absent,
    shown.is_withheld
from shown
inner join {{ ref('dim_basis') }} as basis on shown.basis = basis.basis
inner join {{ ref('dim_period') }} as period on shown.period_key = period.period_key
