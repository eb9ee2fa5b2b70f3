with ranked as (
    select
        person_key,
        sex,
        citizenship,
        row_number() over (
            partition by person_key
            order by is_operational desc, period_end desc, submission_key desc, source_row asc
        ) as place
    from {{ ref('int_staff_assignment_accepted') }}
    where person_key is not null
)

select
    person_key as staff_key,
    sex as sex_code,
    citizenship as citizenship_code
from ranked
where place = 1
union all
select
    cast(-1 as bigint) as staff_key,
    cast(null as string) as sex_code,
    cast(null as string) as citizenship_code
