select
    result.submission_key,
    coalesce(learner.learner_key, cast(-1 as bigint)) as learner_key,
    coalesce(result.person_key, cast(-1 as bigint)) as person_key,
    coalesce(organisation.organisation_key, cast(-1 as bigint)) as organisation_key,
    coalesce(organisation.territory_key, cast(-1 as bigint)) as territory_key,
    coalesce(subject.subject_key, cast(-1 as bigint)) as subject_key,
    result.subject as subject_code,
    coalesce(period.period_key, cast(-1 as bigint)) as period_key,
    result.grade,
    result.letter,
    result.outcome as outcome_code,
    result.formative_percent,
    result.section_points,
    result.section_points_max,
    result.term_points,
    result.term_points_max,
    result.total_percent,
    result.mark,
    result.year_mark,
    result.exam_mark,
    result.final_mark,
    cast(case when outcome.is_attested = 'true' then 1 else 0 end as int) as results_attested,
    cast(case when mark.code is not null then 1 else 0 end as int) as marks_given,
    cast(case when mark.is_passing = 'true' then 1 else 0 end as int) as marks_passing,
    cast(case when mark.is_good = 'true' then 1 else 0 end as int) as marks_good,
    cast(case when mark.code is not null then result.mark else 0 end as int) as mark_sum,
    cast(coalesce(mark.learning_points, 0) as int) as learning_points
from {{ ref('int_term_result_accepted') }} as result
left join {{ ref('dim_learner') }} as learner on result.person_key = learner.learner_key
left join {{ ref('dim_organisation') }} as organisation
    on
        result.organisation_code = organisation.organisation_code
        and result.period_end between organisation.applies_from_date and organisation.applies_to_date
left join {{ ref('dim_subject') }} as subject on result.subject = subject.subject_code and subject.subject_key >= 0
left join {{ ref('dim_period') }} as period
    on result.period_kind = period.period_kind and result.period = period.period
left join {{ ref('term_outcome') }} as outcome on result.outcome = outcome.code
-- A mark counts only where the subject was marked: one beside «passed» or «exempt» is no mark of the term.
left join {{ ref('mark') }} as mark on outcome.is_marked = 'true' and cast(result.mark as string) = mark.code
