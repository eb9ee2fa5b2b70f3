-- The finest figures of attendance that anybody may be shown: one organisation's week on a basis, exact. Who reported
-- stands here too, nil returns included, which have no rows of learners.
with counted as (
    select
        basis.basis,
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

-- Whoever stands in two parts of a report is one learner of it.
attended as (
    select
        submission_key,
        count(*) as learners
    from {{ ref('int_learner_week_summed') }}
    group by submission_key
),

repeated as (
    select
        basis,
        period_key,
        place_key,
        sum(reports - 1) as learners_twice
    from {{ ref('int_learner_week_repeated') }}
    where reports > 1
    group by basis, period_key, place_key
),

reported as (
    select
        counted.basis,
        counted.period_key,
        counted.organisation_key,
        cast(count(distinct counted.node_code) as bigint) as organisations_reported,
        cast(coalesce(sum(attended.learners), 0) as bigint) as learners,
        cast(coalesce(sum(summed.learner_days), 0) as bigint) as learner_days,
        cast(coalesce(sum(summed.lessons_scheduled), 0) as bigint) as lessons_scheduled,
        cast(coalesce(sum(summed.lessons_missed), 0) as bigint) as lessons_missed,
        cast(coalesce(sum(summed.lessons_missed_valid), 0) as bigint) as lessons_missed_valid,
        cast(coalesce(sum(summed.lessons_missed_ill), 0) as bigint) as lessons_missed_ill,
        cast(coalesce(sum(summed.lessons_missed_excused), 0) as bigint) as lessons_missed_excused,
        cast(coalesce(sum(summed.lessons_missed_unexcused), 0) as bigint) as lessons_missed_unexcused,
        cast(coalesce(sum(summed.late_arrivals), 0) as bigint) as late_arrivals,
        cast(coalesce(sum(summed.learner_days_absent), 0) as bigint) as learner_days_absent
    from counted
    left join {{ ref('int_attendance_summed') }} as summed on counted.submission_key = summed.submission_key
    left join attended on counted.submission_key = attended.submission_key
    group by counted.basis, counted.period_key, counted.organisation_key
)

select
    reported.basis,
    reported.period_key,
    reported.organisation_key as place_key,
    reported.organisations_reported,
    cast(reported.learners - coalesce(repeated.learners_twice, 0) as bigint) as learners,
    reported.learner_days,
    reported.lessons_scheduled,
    reported.lessons_missed,
    reported.lessons_missed_valid,
    reported.lessons_missed_ill,
    reported.lessons_missed_excused,
    reported.lessons_missed_unexcused,
    reported.lessons_missed - reported.lessons_missed_ill - reported.lessons_missed_excused
    - reported.lessons_missed_unexcused as lessons_missed_unexplained,
    reported.late_arrivals,
    reported.learner_days_absent
from reported
left join repeated
    on
        reported.basis = repeated.basis
        and reported.period_key = repeated.period_key
        and reported.organisation_key = repeated.place_key
