select
    attendance.submission_key,
    coalesce(learner.learner_key, cast(-1 as bigint)) as learner_key,
    coalesce(attendance.person_key, cast(-1 as bigint)) as person_key,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    coalesce(organisation.territory_key, cast(-1 as bigint)) as territory_key,
    coalesce(calendar.date_key, cast(-1 as bigint)) as date_key,
    case
        when attendance.absence_reason is null then cast(-2 as bigint)
        else coalesce(reason.absence_reason_key, cast(-1 as bigint))
    end as absence_reason_key,
    attendance.attendance_date,
    attendance.grade,
    attendance.letter,
    attendance.lessons_scheduled,
    attendance.lessons_missed,
    attendance.lessons_missed_valid,
    cast(
        case when reason.is_illness then attendance.lessons_missed else 0 end as int
    ) as lessons_missed_ill,
    cast(case when attendance.is_late then 1 else 0 end as int) as late_arrivals,
    cast(
        case
            when attendance.lessons_scheduled > 0 and attendance.lessons_missed >= attendance.lessons_scheduled then 1
            else 0
        end as int
    ) as learner_days_absent,
    coalesce(
        attendance.attendance_date between attendance.period_start and attendance.period_end, false
    ) as is_in_period
from {{ ref('int_attendance_accepted') }} as attendance
left join {{ ref('dim_learner') }} as learner on attendance.person_key = learner.learner_key
left join {{ ref('dim_organisation') }} as organisation
    on
        attendance.organisation_code = organisation.organisation_code
        and attendance.attendance_date between organisation.applies_from_date and organisation.applies_to_date
left join {{ ref('dim_date') }} as calendar on attendance.attendance_date = calendar.date_day
left join {{ ref('dim_absence_reason') }} as reason
    on attendance.absence_reason = reason.absence_reason_code and reason.absence_reason_key >= 0
