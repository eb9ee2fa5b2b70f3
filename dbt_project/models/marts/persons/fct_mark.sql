select
    mark.submission_key,
    coalesce(learner.learner_key, cast(-1 as bigint)) as learner_key,
    coalesce(mark.person_key, cast(-1 as bigint)) as person_key,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    coalesce(organisation.territory_key, cast(-1 as bigint)) as territory_key,
    coalesce(subject.subject_key, cast(-1 as bigint)) as subject_key,
    mark.subject as subject_code,
    coalesce(kind.assessment_kind_key, cast(-1 as bigint)) as assessment_kind_key,
    mark.kind as assessment_kind_code,
    coalesce(calendar.date_key, cast(-1 as bigint)) as date_key,
    mark.lesson_date,
    coalesce(period.period_key, cast(-1 as bigint)) as period_key,
    mark.grade,
    mark.letter,
    mark.points,
    coalesce(mark.points_max, kind.usual_maximum) as points_max
from {{ ref('int_mark_accepted') }} as mark
left join {{ ref('dim_learner') }} as learner on mark.person_key = learner.learner_key
left join {{ ref('dim_organisation') }} as organisation
    on
        mark.organisation_code = organisation.organisation_code
        and mark.lesson_date between organisation.applies_from_date and organisation.applies_to_date
left join {{ ref('dim_subject') }} as subject on mark.subject = subject.subject_code and subject.subject_key >= 0
left join {{ ref('dim_assessment_kind') }} as kind on mark.kind = kind.assessment_kind_code
left join {{ ref('dim_date') }} as calendar on mark.lesson_date = calendar.date_day
left join {{ ref('dim_period') }} as period
    on mark.period_kind = period.period_kind and mark.period = period.period
