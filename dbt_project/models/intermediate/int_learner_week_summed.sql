-- A learner's week as one report tells it: a sixth of the rows of attendance, by two whole numbers. On which basis it
-- counts, and for which organisation and week, dim_submission says of the report.
select
    submission_key,
    person_key,
    cast(count(*) as int) as learner_days,
    cast(sum(lessons_scheduled) as int) as lessons_scheduled,
    cast(sum(lessons_missed) as int) as lessons_missed
from {{ ref('fct_attendance') }}
group by submission_key, person_key
