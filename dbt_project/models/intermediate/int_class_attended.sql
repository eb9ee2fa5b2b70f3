-- The classes that a report of attendance tells of: a report at a time, so that a build that follows one asks no row of
-- the others which class it is of.
select
    submission_key,
    grade,
    letter
from {{ ref('fct_attendance') }}
group by submission_key, grade, letter
