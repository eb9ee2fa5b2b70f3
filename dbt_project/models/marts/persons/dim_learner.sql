with ranked as (
    select
        person_key,
        sex,
        row_number() over (
            partition by person_key
            order by is_operational desc, enrolment_date desc, submission_key desc, source_row asc
        ) as place
    from {{ ref('int_enrolment_accepted') }}
    where person_key is not null
)

select
    person_key as learner_key,
    sex as sex_code
from ranked
where place = 1
union all
select
    cast(-1 as bigint) as learner_key,
    cast(null as string) as sex_code
