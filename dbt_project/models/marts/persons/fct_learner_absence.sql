-- What a learner missed of the lessons possible to them in a school year so far, at whatever organisations: a transfer
-- changes where they count, not what they missed. They count where the latest report names them.
with reports as (
    select
        submission_key,
        organisation_key,
        is_operational,
        is_official,
        school_year_start,
        row_number() over (order by period_start_date asc nulls last, submission_key asc) as place
    from {{ ref('int_attendance_reported') }}
    where school_year_start is not null
),

thresholds as (
    select
        years.school_year_start,
        max(case when threshold.code = 'followed' then threshold.least end) as followed_days,
        max(case when threshold.code = 'persistent' then threshold.least end) as persistent_percent,
        max(case when threshold.code = 'severe' then threshold.least end) as severe_percent
    from (select distinct school_year_start from reports) as years
    left join {{ ref('absence_threshold') }} as threshold
        on
            make_date(years.school_year_start, 9, 1)
            between coalesce(threshold.valid_from, date '0001-01-01')
            and coalesce(threshold.valid_to, date '9999-12-31')
    group by years.school_year_start
),

summed as (
    select
        reports.school_year_start,
        week.person_key,
        sum(case when reports.is_operational then week.learner_days else 0 end) as days_operational,
        sum(case when reports.is_operational then week.lessons_scheduled else 0 end) as scheduled_operational,
        sum(case when reports.is_operational then week.lessons_missed else 0 end) as missed_operational,
        max(case when reports.is_operational then reports.place end) as place_operational,
        sum(case when reports.is_official then week.learner_days else 0 end) as days_official,
        sum(case when reports.is_official then week.lessons_scheduled else 0 end) as scheduled_official,
        sum(case when reports.is_official then week.lessons_missed else 0 end) as missed_official,
        max(case when reports.is_official then reports.place end) as place_official
    from {{ ref('int_learner_week_summed') }} as week
    inner join reports on week.submission_key = reports.submission_key
    where week.person_key >= 0
    group by reports.school_year_start, week.person_key
),

told as (
    select
        basis.basis,
        summed.school_year_start,
        summed.person_key,
        case when basis.is_official then summed.place_official else summed.place_operational end as place,
        case when basis.is_official then summed.days_official else summed.days_operational end as learner_days,
        case
            when basis.is_official then summed.scheduled_official else summed.scheduled_operational
        end as lessons_scheduled,
        case when basis.is_official then summed.missed_official else summed.missed_operational end as lessons_missed
    from summed
    cross join {{ ref('dim_basis') }} as basis
)

select
    told.basis,
    cast(told.school_year_start as int) as school_year_start,
    told.person_key,
    reports.organisation_key,
    reports.submission_key,
    cast(told.learner_days as int) as learner_days,
    cast(told.lessons_scheduled as int) as lessons_scheduled,
    cast(told.lessons_missed as int) as lessons_missed,
    cast(
        case
            when thresholds.followed_days is null then null
            when told.learner_days >= thresholds.followed_days then 1
            else 0
        end as int
    ) as is_followed,
    cast(
        case
            when thresholds.persistent_percent is null then null
            when
                told.lessons_scheduled > 0
                and 100 * told.lessons_missed >= thresholds.persistent_percent * told.lessons_scheduled
                then 1
            else 0
        end as int
    ) as is_persistently_absent,
    cast(
        case
            when thresholds.severe_percent is null then null
            when
                told.lessons_scheduled > 0
                and 100 * told.lessons_missed >= thresholds.severe_percent * told.lessons_scheduled
                then 1
            else 0
        end as int
    ) as is_severely_absent
from told
inner join reports on told.place = reports.place
left join thresholds on told.school_year_start = thresholds.school_year_start
