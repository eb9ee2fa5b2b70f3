-- The classes of the lists, as each list tells of them: a tenth of the rows of learners.
select
    submission_key,
    organisation_code,
    enrolment_date,
    grade,
    letter,
    language,
    shift,
    is_operational,
    is_enrolled,
    count(*) as learners
from {{ ref('int_enrolment_accepted') }}
group by
    submission_key, organisation_code, enrolment_date, grade, letter, language, shift, is_operational, is_enrolled
