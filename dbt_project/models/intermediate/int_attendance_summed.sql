-- What a report of attendance says of its learners' lessons. By reason first: what a reason is of is asked of these
-- few, not of every day of every learner.
with by_reason as (
    select
        submission_key,
        absence_reason_key,
        count(*) as learner_days,
        sum(lessons_scheduled) as lessons_scheduled,
        sum(lessons_missed) as lessons_missed,
        sum(lessons_missed_valid) as lessons_missed_valid,
        sum(late_arrivals) as late_arrivals,
        sum(learner_days_absent) as learner_days_absent
    from {{ ref('fct_attendance') }}
    group by submission_key, absence_reason_key
)

select
    by_reason.submission_key,
    cast(sum(by_reason.learner_days) as bigint) as learner_days,
    cast(sum(by_reason.lessons_scheduled) as bigint) as lessons_scheduled,
    cast(sum(by_reason.lessons_missed) as bigint) as lessons_missed,
    cast(sum(by_reason.lessons_missed_valid) as bigint) as lessons_missed_valid,
    cast(
        sum(case when reason.absence_group = 'illness' then by_reason.lessons_missed else 0 end) as bigint
    ) as lessons_missed_ill,
    cast(
        sum(case when reason.absence_group = 'excused' then by_reason.lessons_missed else 0 end) as bigint
    ) as lessons_missed_excused,
    cast(
        sum(case when reason.absence_group = 'unexcused' then by_reason.lessons_missed else 0 end) as bigint
    ) as lessons_missed_unexcused,
    cast(sum(by_reason.late_arrivals) as bigint) as late_arrivals,
    cast(sum(by_reason.learner_days_absent) as bigint) as learner_days_absent
from by_reason
left join {{ ref('dim_absence_reason') }} as reason
    on by_reason.absence_reason_key = reason.absence_reason_key
group by by_reason.submission_key
