{{ config(tags=['data'], severity='warn', store_failures=true, schema='held_back') }}

select
    later.submission_key,
    count(*) as failing_rows
from {{ ref('dim_term') }} as later
inner join {{ ref('dim_term') }} as earlier
    on
        later.school_year = earlier.school_year
        and (
            earlier.start_date < later.start_date
            or (earlier.start_date = later.start_date and earlier.term_no < later.term_no)
        )
        and earlier.end_date >= later.start_date
where later.term_key >= 0 and earlier.term_key >= 0
group by later.submission_key
