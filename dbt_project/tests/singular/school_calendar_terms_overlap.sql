{{ config(tags=['data'], severity='warn', store_failures=true, schema='held_back') }}

select
    later.submission_key,
    count(*) as failing_rows
from {{ ref('dim_term') }} as later
inner join {{ ref('dim_term') }} as earlier
    on
        later.school_year = earlier.school_year
        and (
            later.start_date > earlier.start_date
            or (later.start_date = earlier.start_date and later.term_no > earlier.term_no)
        )
        and later.start_date <= earlier.end_date
where later.term_key >= 0 and earlier.term_key >= 0
group by later.submission_key
