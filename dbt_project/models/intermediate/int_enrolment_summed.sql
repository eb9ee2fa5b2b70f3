-- Learners of a list by all that they are shown by together.
select
    enrolment.submission_key,
    enrolment.is_counted_operational,
    enrolment.is_counted_official,
    cast(enrolment.grade as string) as grade,
    learner.sex_code,
    enrolment.language_code,
    cast(enrolment.shift as string) as shift,
    count(*) as persons
from {{ ref('fct_enrolment') }} as enrolment
inner join {{ ref('dim_learner') }} as learner on enrolment.learner_key = learner.learner_key
where enrolment.is_counted_operational or enrolment.is_counted_official
group by
    enrolment.submission_key,
    enrolment.is_counted_operational,
    enrolment.is_counted_official,
    enrolment.grade,
    learner.sex_code,
    enrolment.language_code,
    enrolment.shift
